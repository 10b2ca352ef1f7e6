#include "plugin/worker_pool.hpp"

#include "plugin/slot.hpp"
#include "plugin/strand.hpp"

namespace tidegate::plugin {

namespace {
// Before it sleeps a worker gives way this often and looks again: dearer than a look, cheaper than being woken.
constexpr int kYields = 4;
}  // namespace

WorkerPool::~WorkerPool() { stop(); }

void WorkerPool::start(unsigned workers) {
    for (unsigned i = 0; i < workers; ++i) threads_.emplace_back([this] { work(); });
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
        Strand* strand = nullptr;
        {
            const std::lock_guard lock(mutex_);
            strand = pop_locked();
        }
        if (!strand) return;
        strand->release();
    }
}

Strand* WorkerPool::pop_locked() {
    Strand* strand = first_;
    if (!strand) return nullptr;
    first_ = strand->next_runnable;
    if (!first_) last_ = nullptr;
    strand->next_runnable = nullptr;
    queued_.fetch_sub(1, std::memory_order_relaxed);
    return strand;
}

void WorkerPool::schedule(Strand* strand) {
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        (last_ ? last_->next_runnable : first_) = strand;
        last_ = strand;
        queued_.fetch_add(1, std::memory_order_relaxed);
        wake = idle_ > 0 && !waking_;
        waking_ |= wake;
    }
    if (wake) woken_.notify_one();
}

void WorkerPool::run(Strand* strand) {
    bool more = false;
    {
        const Participants::Turn turn(participants_, participants_.current());
        more = strand->run();
    }
    if (more) return schedule(strand);
    strand->slot().strands().forget_if_crowded(*strand);
    strand->release();
}

bool WorkerPool::pump_one() {
    Strand* strand = nullptr;
    {
        const std::lock_guard lock(mutex_);
        strand = pop_locked();
    }
    if (!strand) return false;
    run(strand);
    return true;
}

void WorkerPool::work() {
    for (;;) {
        for (int i = 0; i < kYields && queued_.load(std::memory_order_relaxed) == 0; ++i) std::this_thread::yield();
        Strand* strand = nullptr;
        bool wake_another = false;
        {
            std::unique_lock lock(mutex_);
            while (!first_) {
                if (stopping_) return;
                ++idle_;
                woken_.wait(lock);
                --idle_;
                waking_ = false;
            }
            if (stopping_) return;
            strand = pop_locked();
            wake_another = first_ && idle_ > 0 && !waking_;
            waking_ |= wake_another;
        }
        if (wake_another) woken_.notify_one();
        run(strand);
    }
}

}  // namespace tidegate::plugin
