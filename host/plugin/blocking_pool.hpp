#pragma once

// BlockingPool: the few threads on which plugins' work may block. Bounded: what does not fit is refused. [any-thread]

#include "base/task.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace tidegate::plugin {

class BlockingPool {
public:
    static constexpr std::size_t kQueue = 256;
    ~BlockingPool();

    void start(unsigned threads);
    // Waits for what runs; what has not begun is dropped. [control]
    void stop();
    bool post(Task task);
    bool pump_one();  // [tests]

private:
    void work();

    std::mutex mutex_;
    std::condition_variable woken_;
    std::deque<Task> tasks_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace tidegate::plugin
