#include "routing/loop_inbox.hpp"

#include "base/log.hpp"

#include <exception>
#include <utility>

namespace tidegate::routing {
namespace {

constexpr std::size_t kKeptCapacity = 1024;

// A task that throws (no memory is left) costs itself, not those behind it.
void run_walled(Task& task) {
    try {
        task();
    } catch (const std::exception& error) {
        spdlog::error("a task of the loop's inbox threw: {}", error.what());
    } catch (...) {
        spdlog::error("a task of the loop's inbox threw something unknown");
    }
}

}  // namespace

void LoopInbox::push(Task task) {
    depth_.fetch_add(1, std::memory_order_relaxed);
    const bool wake = queue_.with([&](Queue& queue) {
        queue.tasks.push_back(std::move(task));
        return !std::exchange(queue.drain_is_due, true);
    });
    if (!wake) return;
    if (executor_.is_current()) {
        at_turn_end_();
    } else {
        executor_.post([this] { drain(); });
    }
}

void LoopInbox::drain() {
    if (draining_) return;
    draining_ = true;
    queue_.with([&](Queue& queue) {
        std::swap(queue.tasks, batch_);
        queue.drain_is_due = false;
    });
    run(batch_);
    draining_ = false;
}

void LoopInbox::run(std::vector<Task>& tasks) {
    for (Task& task : tasks) {
        run_walled(task);
        task = {};
    }
    depth_.fetch_sub(tasks.size(), std::memory_order_relaxed);
    tasks.clear();
    if (tasks.capacity() > kKeptCapacity) std::vector<Task>().swap(tasks);
}

}  // namespace tidegate::routing
