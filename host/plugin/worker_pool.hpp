#pragma once

// WorkerPool: the threads that run strands, in the order they became runnable. Wakes a sleeping worker only when none
// is being woken already. Without start() nothing runs by itself: tests pump. [any-thread]

#include "plugin/participants.hpp"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace tidegate::plugin {

class Strand;

class WorkerPool {
public:
    explicit WorkerPool(Participants& participants) : participants_(participants) {}
    ~WorkerPool();

    void start(unsigned workers);
    // Runs nothing more; strands still queued are let go. [control]
    void stop();

    // Takes over one reference.
    void schedule(Strand* strand);
    // Runs one turn on the calling thread; false when nothing is runnable. [tests]
    bool pump_one();

private:
    void work();
    void run(Strand* strand);
    Strand* pop_locked();

    Participants& participants_;
    std::mutex mutex_;
    std::condition_variable woken_;
    Strand* first_ = nullptr;
    Strand* last_ = nullptr;
    std::uint32_t idle_ = 0;
    bool waking_ = false;
    bool stopping_ = false;
    std::atomic<std::uint32_t> queued_{0};
    std::vector<std::thread> threads_;
};

}  // namespace tidegate::plugin
