#pragma once

// The text frames that the host itself sends: connection:*, channel:*, pong. Pure. [any-thread]

#include "base/buffer.hpp"

#include <cstdint>
#include <string_view>

namespace tidegate::routing {

struct SubscribedFrame {
    std::string_view channel;
    bool recorded = false;
    std::uint64_t offset = 0;
    std::string_view epoch;
    std::string_view ref;  // raw token; empty = none
};

BufferRef established_frame(std::string_view client_id, std::int64_t wall_ms, std::string_view node,
                            std::int64_t heartbeat_ms);
BufferRef subscribed_frame(const SubscribedFrame& frame);
// `reason` is empty when the client asked for it.
BufferRef unsubscribed_frame(std::string_view channel, std::string_view reason, std::string_view ref);
BufferRef refreshed_frame(std::string_view ref);
BufferRef pong_frame(std::string_view ref);

}  // namespace tidegate::routing
