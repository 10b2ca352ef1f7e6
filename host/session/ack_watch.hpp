#pragma once

// AckWatch: finds a reader that is stuck by what its kernel acknowledges. Not the outbox's bound: small messages to a
// dead peer never fill an outbox. [loop]

#include <cstddef>
#include <cstdint>

namespace tidegate::session {

class AckWatch {
public:
    void wrote(std::size_t bytes) { written_ += bytes; }
    // Something was written since everything was last known to be acknowledged: worth asking the kernel.
    bool is_watching() const { return written_ > settled_; }

    // True when something is unacknowledged and nothing was acknowledged for `age_ms`.
    bool is_stuck(std::int64_t now_ms, std::size_t unacknowledged, std::int64_t age_ms) {
        const std::uint64_t acknowledged = written_ > unacknowledged ? written_ - unacknowledged : 0;
        if (unacknowledged == 0) {
            settled_ = written_;
            since_ms_ = 0;
            return false;
        }
        if (acknowledged > acknowledged_ || since_ms_ == 0) {
            acknowledged_ = acknowledged;
            since_ms_ = now_ms > 0 ? now_ms : 1;
            return false;
        }
        return now_ms - since_ms_ >= age_ms;
    }

private:
    std::uint64_t written_ = 0;
    std::uint64_t settled_ = 0;
    std::uint64_t acknowledged_ = 0;
    std::int64_t since_ms_ = 0;
};

}  // namespace tidegate::session
