#include "plugin/blocking_pool.hpp"

#include "base/thread_name.hpp"

#include <utility>

namespace tidegate::plugin {

BlockingPool::~BlockingPool() { stop(); }

void BlockingPool::start(unsigned threads) {
    for (unsigned i = 0; i < threads; ++i) {
        threads_.emplace_back([this, i] {
            name_thread("blocking-" + std::to_string(i));
            work();
        });
    }
}

void BlockingPool::stop() {
    std::deque<Task> dropped;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        dropped.swap(tasks_);
    }
    woken_.notify_all();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

bool BlockingPool::post(Task task) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || tasks_.size() >= kQueue) return false;
        tasks_.push_back(std::move(task));
    }
    woken_.notify_one();
    return true;
}

bool BlockingPool::pump_one() {
    Task task;
    {
        const std::lock_guard lock(mutex_);
        if (tasks_.empty()) return false;
        task = std::move(tasks_.front());
        tasks_.pop_front();
    }
    task();
    return true;
}

void BlockingPool::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        woken_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
        if (stopping_) return;
        Task task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        task();
        task = Task{};
        lock.lock();
    }
}

}  // namespace tidegate::plugin
