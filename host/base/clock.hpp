#pragma once

// Where time enters. Tests pass a ManualClock, so nothing waits for real time. [any-thread]

#include <atomic>
#include <chrono>
#include <cstdint>

namespace tidegate {

class Clock {
public:
    virtual ~Clock() = default;
    // Nanoseconds since an arbitrary start; never goes back.
    virtual std::int64_t monotonic_ns() const = 0;
    // Milliseconds since the Unix epoch, UTC.
    virtual std::int64_t wall_ms() const = 0;
    std::int64_t monotonic_ms() const { return monotonic_ns() / 1'000'000; }
};

class SystemClock final : public Clock {
public:
    std::int64_t monotonic_ns() const override {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
            .count();
    }
    std::int64_t wall_ms() const override {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    }
};

class ManualClock final : public Clock {
public:
    explicit ManualClock(std::int64_t wall_ms = 1'700'000'000'000) : wall_ms_(wall_ms) {}
    std::int64_t monotonic_ns() const override { return elapsed_ns_.load(); }
    std::int64_t wall_ms() const override { return wall_ms_ + elapsed_ns_.load() / 1'000'000; }
    void advance_ms(std::int64_t ms) { elapsed_ns_ += ms * 1'000'000; }

private:
    const std::int64_t wall_ms_;
    std::atomic<std::int64_t> elapsed_ns_{0};
};

}  // namespace tidegate
