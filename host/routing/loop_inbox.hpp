#pragma once

// LoopInbox: the one queue through which events, joins, sends and wake-ups reach a loop's switchboard, so that they
// keep the order in which they were put in, across all threads. The loop is only woken when the inbox was idle; work
// put in by the loop itself waits for the end of its turn. Not a general executor: work here is short and waits for
// nothing. [any-thread; drain() loop]

#include "base/guarded.hpp"
#include "ports/executor.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace tidegate::routing {

class LoopInbox {
public:
    // `at_turn_end`: called on the loop; must have drain() called before the loop sleeps.
    LoopInbox(Executor& executor, std::function<void()> at_turn_end)
        : executor_(executor), at_turn_end_(std::move(at_turn_end)) {}

    void push(Task task);
    // Runs what is there now; what comes meanwhile asks for a drain of its own.
    void drain();
    // Publishing should wait: the loop does not keep up.
    bool is_full() const { return depth_.load(std::memory_order_relaxed) >= kFull; }

private:
    static constexpr std::size_t kFull = 65'536;
    struct Queue {
        std::vector<Task> tasks;
        bool drain_is_due = false;
    };

    void run(std::vector<Task>& tasks);

    Executor& executor_;
    const std::function<void()> at_turn_end_;
    Guarded<Queue> queue_;
    std::atomic<std::size_t> depth_{0};
    std::vector<Task> batch_;  // [loop] keeps its capacity
    bool draining_ = false;    // [loop]
};

}  // namespace tidegate::routing
