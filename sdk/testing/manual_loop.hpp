#pragma once

// ManualLoop: an executor that turns when it is told to. As on a real loop, is_current() holds only inside a turn, and
// what was asked for the turn's end runs before the turn is over. One thread.

#include "base/clock.hpp"
#include "ports/executor.hpp"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace tidegate::kit {

class ManualLoop final : public Executor {
public:
    explicit ManualLoop(const Clock& clock) : clock_(clock) {}

    void post(Task task) override { posted_.push_back(std::move(task)); }
    bool is_current() const override { return depth_ > 0; }
    std::uint64_t run_after(std::int64_t delay_ms, Task task) override {
        timers_.emplace(std::pair{clock_.monotonic_ms() + delay_ms, ++last_timer_}, std::move(task));
        return last_timer_;
    }
    void cancel_timer(std::uint64_t timer) override {
        std::erase_if(timers_, [&](const auto& entry) { return entry.first.second == timer; });
    }
    void at_turn_end(Task task) override { turn_end_.push_back(std::move(task)); }

    bool has_work() const {
        return !posted_.empty() || (!timers_.empty() && timers_.begin()->first.first <= clock_.monotonic_ms());
    }
    // A turn for what is due and posted.
    void turn() {
        run([this] {
            while (!timers_.empty() && timers_.begin()->first.first <= clock_.monotonic_ms()) {
                Task task = std::move(timers_.begin()->second);
                timers_.erase(timers_.begin());
                task();
            }
            for (Task& task : std::exchange(posted_, {})) task();
        });
    }
    // A turn for one event.
    template <class Body>
    void run(Body&& body) {
        ++depth_;
        body();
        while (depth_ == 1 && !turn_end_.empty())
            for (Task& task : std::exchange(turn_end_, {})) task();
        --depth_;
    }

private:
    const Clock& clock_;
    int depth_ = 0;
    std::vector<Task> posted_;
    std::vector<Task> turn_end_;
    std::map<std::pair<std::int64_t, std::uint64_t>, Task> timers_;
    std::uint64_t last_timer_ = 0;
};

}  // namespace tidegate::kit
