// SendRequest: the body of POST /api/notifications and of POST /api/notifications/broadcast, checked. A mistake is a
// text that names the member; nothing is corrected silently.
// Thread rule: [any-thread], values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "notice.hpp"

namespace tidegate::notification {

struct SendBounds {
    std::vector<std::string> roles;
    std::int64_t default_ttl_s = 0;
    std::int64_t max_ttl_s = 0;
    std::int64_t default_dedup_s = 0;
};

struct SendRequest {
    SendRequest() {}

    // Its id, sender and time are the caller's to give.
    Notice notice_at(std::int64_t now_ms) const;

    Notice notice;
    std::int64_t ttl_s = 0;
    std::string user_id;             // not of a broadcast
    std::vector<std::string> roles;  // of a broadcast; empty: everybody
    std::string dedup_key;
    std::int64_t dedup_window_s = 0;
};

enum class Target : std::uint8_t { kUser, kBroadcast };

using ReadSend = std::variant<SendRequest, std::string>;
ReadSend read_send(std::string_view body, Target target, const SendBounds& bounds);

}  // namespace tidegate::notification
