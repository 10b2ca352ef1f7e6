#pragma once

// LaneQueue: the unsent frames of one lane, first in first out. A keyed frame takes the place of an unsent one of the
// same key: the old one goes, the new one stands at its own place in the order. Holds no memory of its own once emptied
// by release(). [loop]

#include "base/buffer.hpp"

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tidegate::session {

class LaneQueue {
public:
    // Bytes that went because `key` conflated them; 0 when nothing did. A null key never conflates.
    std::size_t push(BufferRef frame, BufferRef key);
    void push_front(BufferRef frame);

    // Null when empty.
    const Buffer* front();
    BufferRef pop_front();

    // Visits the frames in order until `visit` returns false.
    template <class Visit>
    bool each(Visit&& visit) const {
        for (std::size_t i = head_; i < entries_.size(); ++i) {
            if (entries_[i].frame && !visit(*entries_[i].frame)) return false;
        }
        return true;
    }

    std::size_t count() const { return live_; }
    bool empty() const { return live_ == 0; }
    void clear();

private:
    struct Entry {
        BufferRef frame;  // null: conflated away
        BufferRef key;
    };

    void drop_front_entry();
    void compact();
    void squeeze();

    std::vector<Entry> entries_;
    std::size_t head_ = 0;
    std::size_t live_ = 0;
    std::uint64_t first_ = 0;                                    // the number of entries_[0] since the lane began
    std::unordered_map<std::string_view, std::uint64_t> keyed_;  // key → number; the views live in the entries
};

}  // namespace tidegate::session
