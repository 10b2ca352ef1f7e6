#include "plugin/timer_service.hpp"

#include "base/thread_name.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tidegate::plugin {

namespace {
constexpr std::uint64_t kLongestMs = 366ull * 24 * 3600 * 1000;
}

TimerService::TimerService(const Clock& clock, std::function<bool(std::int64_t)> tick)
    : clock_(clock), tick_(std::move(tick)) {}

TimerService::~TimerService() { stop(); }

void TimerService::start() {
    thread_ = std::thread([this] {
        name_thread("timers");
        work();
    });
}

void TimerService::stop() {
    std::unordered_map<std::uint64_t, Task> dropped;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        dropped.swap(tasks_);
    }
    woken_.notify_all();
    if (thread_.joinable()) thread_.join();
}

std::uint64_t TimerService::run_after_ms(std::uint64_t delay_ms, Task task) {
    const auto delay_ns = static_cast<std::int64_t>(std::min(delay_ms, kLongestMs)) * 1'000'000;
    const auto at_ns = clock_.monotonic_ns() + delay_ns;
    std::uint64_t id = 0;
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return 0;
        id = ++last_id_;
        first = due_.empty() || at_ns < due_.top().at_ns;
        due_.push({at_ns, id});
        tasks_.emplace(id, std::move(task));
    }
    if (first) woken_.notify_one();
    return id;
}

bool TimerService::cancel(std::uint64_t timer) {
    Task dropped;  // ends after the lock: what it holds may have more to do
    const std::lock_guard lock(mutex_);
    const auto found = tasks_.find(timer);
    if (found == tasks_.end()) return false;
    dropped = std::move(found->second);
    tasks_.erase(found);
    return true;
}

void TimerService::want_ticks() {
    if (ticking_.load(std::memory_order_seq_cst)) [[likely]]
        return;
    {
        const std::lock_guard lock(mutex_);
        ticking_.store(true, std::memory_order_seq_cst);
    }
    woken_.notify_one();
}

bool TimerService::take_due(Task& task, std::int64_t now_ns) {
    while (!due_.empty() && due_.top().at_ns <= now_ns) {
        const auto id = due_.top().id;
        due_.pop();
        const auto found = tasks_.find(id);
        if (found == tasks_.end()) continue;
        task = std::move(found->second);
        tasks_.erase(found);
        return true;
    }
    return false;
}

bool TimerService::pump_due() {
    Task task;
    {
        const std::lock_guard lock(mutex_);
        if (!take_due(task, clock_.monotonic_ns())) return false;
    }
    task();
    return true;
}

void TimerService::pump() {
    while (pump_due()) continue;
    tick_(clock_.monotonic_ns());
}

void TimerService::work() {
    auto next_tick_ns = clock_.monotonic_ns() + kTickMs * 1'000'000;
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const auto now = clock_.monotonic_ns();
        Task task;
        if (take_due(task, now)) {
            lock.unlock();
            task();
            task = Task{};
            lock.lock();
            continue;
        }
        if (ticking_.load(std::memory_order_relaxed) && now >= next_tick_ns) {
            next_tick_ns = now + kTickMs * 1'000'000;
            // Whoever comes after this store wakes us again; whoever came before is seen by the tick.
            ticking_.store(false, std::memory_order_seq_cst);
            lock.unlock();
            const bool again = tick_(now);
            lock.lock();
            if (again) ticking_.store(true, std::memory_order_seq_cst);
            continue;
        }
        auto wake_ns = kLongestMs * 1'000'000;
        if (!due_.empty()) wake_ns = static_cast<std::uint64_t>(std::max<std::int64_t>(due_.top().at_ns - now, 0));
        if (ticking_.load(std::memory_order_relaxed))
            wake_ns = std::min(wake_ns, static_cast<std::uint64_t>(std::max<std::int64_t>(next_tick_ns - now, 0)));
        woken_.wait_for(lock, std::chrono::nanoseconds(wake_ns));
    }
}

}  // namespace tidegate::plugin
