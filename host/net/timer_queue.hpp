#pragma once

// TimerQueue: one-shot tasks ordered by due time. Setting costs O(log n), cancelling O(1): a cancelled entry stays in
// the heap until it surfaces or too many of them have gathered. Knows no clock; its owner tells the time. [loop]

#include "base/task.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tidegate::net {

class TimerQueue {
public:
    // Never 0.
    std::uint64_t add(std::int64_t due_ns, Task task);
    // A number that has run, was cancelled or is 0 is ignored.
    void cancel(std::uint64_t timer);
    // The next task that is due, in order of due time, then of adding; empty when none is.
    Task take_due(std::int64_t now_ns);
    std::optional<std::int64_t> next_due_ns();
    std::size_t size() const { return live_; }

private:
    struct Slot {
        Task task;
        std::uint32_t generation = 1;
    };
    struct Entry {
        std::int64_t due_ns;
        std::uint64_t sequence;
        std::uint32_t slot;
        std::uint32_t generation;
        bool operator<(const Entry& other) const {  // std heaps keep the greatest on top
            return due_ns != other.due_ns ? due_ns > other.due_ns : sequence > other.sequence;
        }
    };

    bool is_live(const Entry& entry) const { return slots_[entry.slot].generation == entry.generation; }
    Task release(std::uint32_t slot);
    void pop();
    void drop_cancelled_top();
    void compact_if_mostly_cancelled();

    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_slots_;
    std::vector<Entry> heap_;
    std::uint64_t next_sequence_ = 0;
    std::size_t live_ = 0;
};

}  // namespace tidegate::net
