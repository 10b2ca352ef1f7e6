#pragma once

// What the configuration decides for sessions, channels and their limits. Plain values, the same for every loop.

#include "base/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace tidegate::routing {

struct SwitchboardSettings {
    std::string node = "local";
    std::size_t message_bytes_max = limits::kMessageBytes;
    std::size_t outbox_bytes_max = limits::kOutboxBytes;
    std::int64_t heartbeat_ms = 25'000;
    std::int64_t sweep_ms = 500;
    std::uint32_t messages_per_second = 0;      // of one session, lasting; 0 = no limit
    std::uint32_t message_burst = 200;          // of one session, at once
    std::uint32_t errors_before_close = 0;      // coded errors within 10 s; 0 = never closes
    std::uint32_t connections_per_user = 0;     // 0 = no cap
    std::uint32_t connections_per_address = 0;  // 0 = no cap
    std::size_t raw_echo_message_bytes_max = 16 * 1024 * 1024;
    std::uint32_t raw_echo_fragments_max = 65'536;
};

}  // namespace tidegate::routing
