#pragma once

// What one loop counts about itself: plain integers with one writer, the loop, and any reader. Not a metric registry;
// a collector copies them out. Written [loop], read [any-thread].

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tidegate::net {

// One writer, so no read-modify-write instruction is needed.
class LocalCounter {
public:
    void add(std::uint64_t amount = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    void set(std::uint64_t value) { value_.store(value, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

struct LoopStats {
    // The loop itself.
    LocalCounter turns;
    LocalCounter posted_tasks;
    LocalCounter timers;      // now
    LocalCounter exceptions;  // that reached the wall of a turn

    // Connections. Open now = accepted - closed.
    LocalCounter accepted;
    LocalCounter closed;
    LocalCounter refused_full;     // 503 because max_connections was reached
    LocalCounter refused_no_file;  // closed at once: no file descriptor left
    LocalCounter accept_errors;
    LocalCounter upgraded;
    LocalCounter bytes_in;
    LocalCounter bytes_out;
    LocalCounter sends;
    LocalCounter short_sends;  // the kernel did not take all of it

    // HTTP.
    LocalCounter exchanges;                           // requests given to the dispatcher or the pool
    LocalCounter pool_full;                           // 503
    LocalCounter stale_answers;                       // the connection was gone, or answered already
    LocalCounter deadlines;                           // head and body did not come in time, or an answer was not read
    LocalCounter exchange_timeouts;                   // 504
    std::array<LocalCounter, 600> refused_by_status;  // indexed by the status of the canned answer

    void count_refusal(int status) {
        if (status >= 0 && static_cast<std::size_t>(status) < refused_by_status.size())
            refused_by_status[static_cast<std::size_t>(status)].add();
    }
};

}  // namespace tidegate::net
