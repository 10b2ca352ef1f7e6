#pragma once

// ManualExecutor: a loop that turns when the test says so, on the test's thread, by a ManualClock. Posting is
// [any-thread], everything else is the test's thread.

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "ports/executor.hpp"

#include <cstdint>
#include <map>
#include <thread>
#include <utility>
#include <vector>

namespace tidegate::testing {

class ManualExecutor final : public Executor {
public:
    explicit ManualExecutor(ManualClock& clock) : clock_(clock) {}

    void post(Task task) override {
        posted_.with([&](auto& tasks) { tasks.push_back(std::move(task)); });
    }
    bool is_current() const override { return std::this_thread::get_id() == owner_; }
    std::uint64_t run_after(std::int64_t delay_ms, Task task) override {
        timers_.emplace(std::pair{clock_.monotonic_ms() + delay_ms, ++last_timer_}, std::move(task));
        return last_timer_;
    }
    void cancel_timer(std::uint64_t timer) override {
        std::erase_if(timers_, [&](const auto& entry) { return entry.first.second == timer; });
    }
    void at_turn_end(Task task) override { turn_end_.push_back(std::move(task)); }

    // One turn: due timers, what was posted, then the end of the turn.
    void turn() {
        while (!timers_.empty() && timers_.begin()->first.first <= clock_.monotonic_ms()) {
            Task task = std::move(timers_.begin()->second);
            timers_.erase(timers_.begin());
            task();
        }
        for (Task& task : posted_.with([](auto& tasks) { return std::exchange(tasks, {}); })) task();
        for (Task& task : std::exchange(turn_end_, {})) task();
    }
    bool has_work() const {
        return !turn_end_.empty() || posted_.with([](const auto& tasks) { return !tasks.empty(); });
    }
    // Turns until nothing is posted any more.
    void settle() {
        do turn();
        while (has_work());
    }
    // Moves the clock in steps of `step_ms`, turning after each.
    void advance_ms(std::int64_t ms, std::int64_t step_ms = 100) {
        for (std::int64_t done = 0; done < ms; done += step_ms) {
            clock_.advance_ms(step_ms);
            settle();
        }
    }

private:
    ManualClock& clock_;
    const std::thread::id owner_ = std::this_thread::get_id();
    Guarded<std::vector<Task>> posted_;
    std::map<std::pair<std::int64_t, std::uint64_t>, Task> timers_;
    std::uint64_t last_timer_ = 0;
    std::vector<Task> turn_end_;
};

}  // namespace tidegate::testing
