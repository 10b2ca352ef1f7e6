#pragma once

// WorkQueue<T>: a bounded queue in front of one thread that takes its work in batches. Bounded by count and by bytes; a
// push says whether it was taken. close() lets the taker finish what is queued. push and close [any-thread], take one
// thread.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace tidegate {

enum class PushStatus : std::uint8_t { kQueued, kFull, kClosed };

template <class T>
class WorkQueue {
public:
    WorkQueue(std::size_t max_items, std::size_t max_bytes) : max_items_(max_items), max_bytes_(max_bytes) {}

    [[nodiscard]] PushStatus push(T& item, std::size_t bytes) {
        {
            const std::lock_guard lock(mutex_);
            if (closed_) return PushStatus::kClosed;
            if (items_.size() >= max_items_ || bytes_ + bytes > max_bytes_) return PushStatus::kFull;
            bytes_ += bytes;
            items_.emplace_back(std::move(item), bytes);
        }
        ready_.notify_one();
        return PushStatus::kQueued;
    }

    // Waits for work and takes at most `max` items in order. Empty: closed, and nothing is left.
    std::vector<T> take(std::size_t max) {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [&] { return closed_ || !items_.empty(); });
        std::vector<T> taken;
        while (!items_.empty() && taken.size() < max) {
            bytes_ -= items_.front().second;
            taken.push_back(std::move(items_.front().first));
            items_.pop_front();
        }
        return taken;
    }

    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        ready_.notify_all();
    }

private:
    const std::size_t max_items_, max_bytes_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<std::pair<T, std::size_t>> items_;
    std::size_t bytes_ = 0;
    bool closed_ = false;
};

}  // namespace tidegate
