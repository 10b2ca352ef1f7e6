#pragma once

// Heartbeat: when one session is to be pinged, and whether it missed a pong. Not a timer: the loop's sweep asks.
// Suspended while the session is not read, since a pong could not arrive. [loop]

#include <cstdint>

namespace tidegate::session {

class Heartbeat {
public:
    enum class Due : std::uint8_t { kNothing, kPing, kMissed };

    // `spread` (any number, one per session) keeps sessions that opened together from being pinged together.
    Heartbeat(std::int64_t now_ms, std::int64_t heartbeat_ms, std::int64_t json_ping_ms, std::uint32_t spread)
        : next_ms_(now_ms + heartbeat_ms / 2 + scatter(spread, heartbeat_ms / 2)),
          next_json_ms_(now_ms + json_ping_ms),
          json_ping_ms_(static_cast<std::int32_t>(json_ping_ms)),
          heartbeat_ms_(static_cast<std::int32_t>(heartbeat_ms)) {}

    Due sweep(std::int64_t now_ms) {
        if (heartbeat_ms_ == 0 || now_ms < next_ms_) return Due::kNothing;
        if (awaiting_pong_) return Due::kMissed;
        awaiting_pong_ = true;
        next_ms_ = now_ms + heartbeat_ms_;
        return Due::kPing;
    }
    bool json_ping_due(std::int64_t now_ms) {
        if (json_ping_ms_ == 0 || now_ms < next_json_ms_) return false;
        next_json_ms_ = now_ms + json_ping_ms_;
        return true;
    }
    void on_pong() { awaiting_pong_ = false; }
    // Reading begins anew: what was missed meanwhile does not count.
    void restart(std::int64_t now_ms) {
        if (awaiting_pong_) next_ms_ = now_ms + heartbeat_ms_;
    }

private:
    static std::int64_t scatter(std::uint32_t spread, std::int64_t range) {
        return range > 0 ? static_cast<std::int64_t>(spread * 2654435761U) % range : 0;
    }

    std::int64_t next_ms_;
    std::int64_t next_json_ms_;
    std::int32_t json_ping_ms_;
    std::int32_t heartbeat_ms_;
    bool awaiting_pong_ = false;
};

}  // namespace tidegate::session
