#include "net/timer_queue.hpp"

#include <algorithm>

namespace tidegate::net {
namespace {

constexpr std::size_t kCompactFrom = 64;

}  // namespace

std::uint64_t TimerQueue::add(std::int64_t due_ns, Task task) {
    if (free_slots_.empty()) {
        slots_.emplace_back();
        free_slots_.push_back(static_cast<std::uint32_t>(slots_.size() - 1));
    }
    const std::uint32_t index = free_slots_.back();
    heap_.push_back({due_ns, next_sequence_, index, slots_[index].generation});
    std::push_heap(heap_.begin(), heap_.end());
    free_slots_.pop_back();
    slots_[index].task = std::move(task);
    ++next_sequence_;
    ++live_;
    return std::uint64_t{slots_[index].generation} << 32 | index;
}

void TimerQueue::cancel(std::uint64_t timer) {
    const auto index = static_cast<std::uint32_t>(timer);
    const auto generation = static_cast<std::uint32_t>(timer >> 32);
    if (generation == 0 || index >= slots_.size() || slots_[index].generation != generation) return;
    const Task dropped = release(index);
    compact_if_mostly_cancelled();
}

Task TimerQueue::take_due(std::int64_t now_ns) {
    drop_cancelled_top();
    if (heap_.empty() || heap_.front().due_ns > now_ns) return {};
    const std::uint32_t slot = heap_.front().slot;
    pop();
    return release(slot);
}

std::optional<std::int64_t> TimerQueue::next_due_ns() {
    drop_cancelled_top();
    if (heap_.empty()) return std::nullopt;
    return heap_.front().due_ns;
}

Task TimerQueue::release(std::uint32_t slot) {
    Task task = std::move(slots_[slot].task);
    if (++slots_[slot].generation == 0) slots_[slot].generation = 1;
    free_slots_.push_back(slot);
    --live_;
    return task;
}

void TimerQueue::pop() {
    std::pop_heap(heap_.begin(), heap_.end());
    heap_.pop_back();
}

void TimerQueue::drop_cancelled_top() {
    while (!heap_.empty() && !is_live(heap_.front())) pop();
}

void TimerQueue::compact_if_mostly_cancelled() {
    if (heap_.size() < kCompactFrom || heap_.size() < 2 * live_) return;
    std::erase_if(heap_, [&](const Entry& entry) { return !is_live(entry); });
    std::make_heap(heap_.begin(), heap_.end());
}

}  // namespace tidegate::net
