#pragma once

// TimerService: one thread that runs tasks at their time, and calls `tick` every kTickMs while it asks for more. Tasks
// and tick must not block. Without start() nothing runs by itself: tests pump. [any-thread]

#include "base/clock.hpp"
#include "base/task.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>
#include <unordered_map>
#include <vector>

namespace tidegate::plugin {

class TimerService {
public:
    static constexpr std::int64_t kTickMs = 20;

    // tick(now_ns): true while it wants another one.
    TimerService(const Clock& clock, std::function<bool(std::int64_t)> tick);
    ~TimerService();

    void start();
    void stop();  // drops what has not run. [control]

    std::uint64_t run_after_ms(std::uint64_t delay_ms, Task task);
    // False: it ran, or is about to.
    bool cancel(std::uint64_t timer);
    // There is something to tick for.
    void want_ticks();

    // Runs what is due; one tick. [tests]
    void pump();
    // Runs one that is due; false when there is none. [tests]
    bool pump_due();

private:
    struct Due {
        std::int64_t at_ns;
        std::uint64_t id;
        bool operator>(const Due& other) const { return at_ns != other.at_ns ? at_ns > other.at_ns : id > other.id; }
    };

    void work();
    bool take_due(Task& task, std::int64_t now_ns);

    const Clock& clock_;
    const std::function<bool(std::int64_t)> tick_;
    std::atomic<bool> ticking_{false};
    std::mutex mutex_;
    std::condition_variable woken_;
    bool stopping_ = false;
    std::uint64_t last_id_ = 0;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
    std::unordered_map<std::uint64_t, Task> tasks_;  // a cancelled one is only missing here
    std::thread thread_;
};

}  // namespace tidegate::plugin
