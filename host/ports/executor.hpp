#pragma once

// Executor: the one door into a loop's thread from any other. Implemented by net::EventLoop, and by the manual executor
// of tests. What is posted runs once, in the order of posting per posting thread; after the loop has stopped it is
// dropped.

#include "base/task.hpp"

#include <cstdint>

namespace tidegate {

class Executor {
public:
    virtual ~Executor() = default;
    virtual void post(Task task) = 0;     // [any-thread]
    virtual bool is_current() const = 0;  // does the caller run on this loop? [any-thread]
    // Runs once on the loop, not before delay_ms from now. The returned number cancels it. [loop]
    virtual std::uint64_t run_after(std::int64_t delay_ms, Task task) = 0;
    virtual void cancel_timer(std::uint64_t timer) = 0;  // [loop]
    // Runs once when the current turn has handled all its events, before the loop sleeps. [loop]
    virtual void at_turn_end(Task task) = 0;
};

}  // namespace tidegate
