#pragma once

// TokenBucket: how many messages one session may send: `rate` a second, lasting, and `burst` at once. Whole numbers
// only. Owned by one loop. [loop]

#include <algorithm>
#include <cstdint>

namespace tidegate::session {

class TokenBucket {
public:
    // 0, or after how many milliseconds one message is allowed. A rate of 0 allows everything.
    std::int64_t take(std::uint32_t rate, std::uint32_t burst, std::int64_t now_ms) {
        if (rate == 0) return 0;
        const std::int64_t full = std::int64_t{burst} * kUnit;
        if (filled_ms_ < 0)
            level_ = full;  // the first message finds it full
        else
            level_ = std::min(full, level_ + std::min<std::int64_t>(now_ms - filled_ms_, kLongMs) * rate);
        filled_ms_ = now_ms;
        if (level_ < kUnit) return (kUnit - level_ + rate - 1) / rate;
        level_ -= kUnit;
        return 0;
    }

private:
    static constexpr std::int64_t kUnit = 1000;  // one message; `rate` of these come back each millisecond
    static constexpr std::int64_t kLongMs = 3'600'000;
    std::int64_t level_ = 0;
    std::int64_t filled_ms_ = -1;
};

}  // namespace tidegate::session
