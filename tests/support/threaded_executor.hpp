#pragma once

// ThreadedExecutor: a loop with a thread of its own, for tests that need real concurrency. Has no timers: what is asked
// to run later is dropped.

#include "ports/executor.hpp"

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace tidegate::testing {

class ThreadedExecutor final : public Executor {
public:
    ThreadedExecutor() : thread_([this] { run(); }) {}
    ~ThreadedExecutor() override { stop(); }

    void post(Task task) override {
        {
            const std::lock_guard lock(mutex_);
            posted_.push_back(std::move(task));
        }
        wake_.notify_one();
    }
    bool is_current() const override { return std::this_thread::get_id() == thread_.get_id(); }
    std::uint64_t run_after(std::int64_t, Task) override { return 0; }
    void cancel_timer(std::uint64_t) override {}
    void at_turn_end(Task task) override { turn_end_.push_back(std::move(task)); }

    // Runs `body` on the loop and waits for it and for the end of its turn.
    template <class Body>
    void run_and_wait(Body body) {
        std::promise<void> done;
        post([&] {
            body();
            at_turn_end([&] { done.set_value(); });
        });
        done.get_future().wait();
    }
    void stop() {
        if (!thread_.joinable()) return;
        post([this] { stopped_ = true; });
        thread_.join();
    }

private:
    void run() {
        while (!stopped_) {
            std::vector<Task> tasks;
            {
                std::unique_lock lock(mutex_);
                wake_.wait(lock, [&] { return !posted_.empty(); });
                tasks.swap(posted_);
            }
            for (Task& task : tasks) task();
            for (Task& task : std::exchange(turn_end_, {})) task();
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Task> posted_;
    std::vector<Task> turn_end_;
    bool stopped_ = false;
    std::thread thread_;  // last: it runs over the others
};

}  // namespace tidegate::testing
