#include "plugin/worker_pool.hpp"

#include "base/thread_name.hpp"
#include "plugin/slot.hpp"
#include "plugin/strand.hpp"

#include <algorithm>
#include <utility>

namespace tidegate::plugin {

namespace {
// Before it sleeps a worker gives way this often and looks again: dearer than a look, cheaper than being woken.
constexpr int kYields = 4;
// After so many urgent turns one that is not.
constexpr unsigned kNowInARow = 7;
}  // namespace

void WorkerPool::Queue::append(Strand* strand) {
    strand->run_link.previous = last;
    strand->run_link.next = nullptr;
    (last ? last->run_link.next : first) = strand;
    last = strand;
}

void WorkerPool::Queue::remove(Strand* strand) {
    RunLink& link = strand->run_link;
    (link.previous ? link.previous->run_link.next : first) = link.next;
    (link.next ? link.next->run_link.previous : last) = link.previous;
    link.waits_later = false;
}

WorkerPool::~WorkerPool() { stop(); }

void WorkerPool::start(unsigned workers) {
    later_at_once_ = std::max(1U, workers / 2);
    for (unsigned i = 0; i < workers; ++i) {
        threads_.emplace_back([this, i] {
            name_thread("worker-" + std::to_string(i));
            work();
        });
    }
}

void WorkerPool::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
    for (;;) {
        Turn turn;
        {
            const std::lock_guard lock(mutex_);
            turn = take_locked();
            if (turn.urgency == Urgency::kLater) --later_running_;
        }
        if (!turn) return;
        turn.strand->release();
    }
}

bool WorkerPool::is_runnable_locked() const { return now_.first || (later_.first && later_running_ < later_at_once_); }

WorkerPool::Turn WorkerPool::take_locked() {
    if (!is_runnable_locked()) return {};
    const bool may_later = later_.first && later_running_ < later_at_once_;
    const bool later = may_later && (!now_.first || now_in_a_row_ >= kNowInARow);
    Queue& queue = later ? later_ : now_;
    Strand* const strand = queue.first;
    queue.remove(strand);
    now_in_a_row_ = later ? 0 : now_in_a_row_ + 1;
    if (later) ++later_running_;
    queued_.fetch_sub(1, std::memory_order_relaxed);
    return {strand, later ? Urgency::kLater : Urgency::kNow};
}

bool WorkerPool::must_wake_locked() {
    if (idle_ == 0 || waking_ || !is_runnable_locked()) return false;
    return waking_ = true;
}

void WorkerPool::schedule(Strand* strand, Urgency urgency) {
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        RunLink& link = strand->run_link;
        link.waits_later = !std::exchange(link.hurried, false) && urgency == Urgency::kLater;
        (link.waits_later ? later_ : now_).append(strand);
        queued_.fetch_add(1, std::memory_order_relaxed);
        wake = must_wake_locked();
    }
    if (wake) woken_.notify_one();
}

void WorkerPool::hurry(Strand* strand) {
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        if (!strand->run_link.waits_later) {
            // It costs a turn out of order when it is nowhere near.
            strand->run_link.hurried = true;
            return;
        }
        later_.remove(strand);
        now_.append(strand);
        wake = must_wake_locked();
    }
    if (wake) woken_.notify_one();
}

void WorkerPool::run(const Turn& turn) {
    std::optional<Urgency> rest;
    {
        const Participants::Turn participation(participants_, participants_.current());
        rest = turn.strand->run(turn.urgency);
    }
    if (turn.urgency == Urgency::kLater) {
        const std::lock_guard lock(mutex_);
        --later_running_;
    }
    if (rest) return schedule(turn.strand, *rest);
    turn.strand->slot().strands().forget_if_crowded(*turn.strand);
    turn.strand->release();
}

bool WorkerPool::pump_one() {
    Turn turn;
    {
        const std::lock_guard lock(mutex_);
        turn = take_locked();
    }
    if (!turn) return false;
    run(turn);
    return true;
}

void WorkerPool::work() {
    for (;;) {
        for (int i = 0; i < kYields && queued_.load(std::memory_order_relaxed) == 0; ++i) std::this_thread::yield();
        Turn turn;
        bool wake_another = false;
        {
            std::unique_lock lock(mutex_);
            while (!stopping_ && !is_runnable_locked()) {
                ++idle_;
                woken_.wait(lock);
                --idle_;
                waking_ = false;
            }
            if (stopping_) return;
            turn = take_locked();
            wake_another = must_wake_locked();
        }
        if (wake_another) woken_.notify_one();
        run(turn);
    }
}

}  // namespace tidegate::plugin
