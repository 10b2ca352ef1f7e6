#include "session/lane_queue.hpp"

#include <utility>

namespace tidegate::session {
namespace {

constexpr std::size_t kCompactAfter = 64;
constexpr std::size_t kKeptCapacity = 64;

}  // namespace

std::size_t LaneQueue::push(BufferRef frame, BufferRef key) {
    std::size_t conflated = 0;
    if (key) {
        if (const auto found = keyed_.find(key->view()); found != keyed_.end()) {
            Entry& old = entries_[static_cast<std::size_t>(found->second - first_)];
            conflated = old.frame->size();
            keyed_.erase(found);  // before the key it views goes
            old = {};
            --live_;
        }
        keyed_.emplace(key->view(), first_ + entries_.size());
    }
    entries_.push_back({std::move(frame), std::move(key)});
    ++live_;
    if (entries_.size() - head_ > 2 * live_ + kCompactAfter) squeeze();
    return conflated;
}

// A lane that only conflates would otherwise grow by one hole for each frame.
void LaneQueue::squeeze() {
    std::size_t kept = 0;
    for (std::size_t i = head_; i < entries_.size(); ++i) {
        if (!entries_[i].frame) continue;
        if (entries_[i].key) keyed_[entries_[i].key->view()] = kept;
        if (i != kept) entries_[kept] = std::move(entries_[i]);
        ++kept;
    }
    entries_.resize(kept);
    head_ = 0;
    first_ = 0;
}

void LaneQueue::push_front(BufferRef frame) {
    ++live_;
    if (head_ > 0) {
        entries_[--head_] = {std::move(frame), {}};
        return;
    }
    entries_.insert(entries_.begin(), {std::move(frame), {}});
    --first_;  // numbers of the others stay right; wraps around harmlessly at zero
}

const Buffer* LaneQueue::front() {
    while (head_ < entries_.size() && !entries_[head_].frame) drop_front_entry();
    return head_ < entries_.size() ? entries_[head_].frame.get() : nullptr;
}

BufferRef LaneQueue::pop_front() {
    if (!front()) return {};
    Entry& entry = entries_[head_];
    if (entry.key) keyed_.erase(entry.key->view());
    BufferRef frame = std::move(entry.frame);
    --live_;
    drop_front_entry();
    return frame;
}

void LaneQueue::drop_front_entry() {
    entries_[head_] = {};
    ++head_;
    compact();
}

void LaneQueue::compact() {
    if (head_ == entries_.size()) {
        first_ += head_;
        head_ = 0;
        entries_.clear();
    } else if (head_ >= kCompactAfter && head_ * 2 >= entries_.size()) {
        entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(head_));
        first_ += head_;
        head_ = 0;
    }
}

void LaneQueue::clear() {
    keyed_.clear();
    entries_.clear();
    if (entries_.capacity() > kKeptCapacity) std::vector<Entry>().swap(entries_);
    head_ = 0;
    live_ = 0;
}

}  // namespace tidegate::session
