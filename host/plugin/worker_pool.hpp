#pragma once

// WorkerPool: the threads that run strands, in the order they became runnable. What somebody waits for goes before what
// nobody does: a strand with nothing but domain events runs when no other is runnable, yet no less than every eighth
// time, and never on more than half of the threads, for a turn cannot be interrupted. Wakes a sleeping worker only when
// none is being woken already. Without start() nothing runs by itself: tests pump. [any-thread]

#include "plugin/participants.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace tidegate::plugin {

class Strand;

enum class Urgency : std::uint8_t { kNow, kLater };

// A strand's place in the pool. Under the pool's lock.
struct RunLink {
    Strand* previous = nullptr;
    Strand* next = nullptr;
    bool waits_later = false;
    bool hurried = false;  // before it was scheduled: who decided so was not yet here
};

class WorkerPool {
public:
    explicit WorkerPool(Participants& participants) : participants_(participants) {}
    ~WorkerPool();

    void start(unsigned workers);
    // Runs nothing more; strands still queued are let go. [control]
    void stop();

    // Takes over one reference.
    void schedule(Strand* strand, Urgency urgency);
    // What is scheduled for later, or is about to be, is for now.
    void hurry(Strand* strand);
    // Runs one turn on the calling thread; false when nothing is runnable. [tests]
    bool pump_one();

private:
    struct Queue {
        Strand* first = nullptr;
        Strand* last = nullptr;
        void append(Strand* strand);
        void remove(Strand* strand);
    };
    struct Turn {
        Strand* strand = nullptr;
        Urgency urgency = Urgency::kNow;
        explicit operator bool() const { return strand != nullptr; }
    };

    void work();
    void run(const Turn& turn);
    bool is_runnable_locked() const;
    Turn take_locked();
    bool must_wake_locked();

    Participants& participants_;
    std::mutex mutex_;
    std::condition_variable woken_;
    Queue now_;
    Queue later_;
    unsigned later_running_ = 0;
    unsigned later_at_once_ = 1;
    unsigned now_in_a_row_ = 0;
    std::uint32_t idle_ = 0;
    bool waking_ = false;
    bool stopping_ = false;
    std::atomic<std::uint32_t> queued_{0};
    std::vector<std::thread> threads_;
};

}  // namespace tidegate::plugin
