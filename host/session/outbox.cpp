#include "session/outbox.hpp"

#include "base/assert.hpp"

#include <utility>

namespace tidegate::session {
namespace {

constexpr std::size_t kSpareOutboxes = 256;

iovec part_of(const Buffer& frame, std::size_t from) {
    return {const_cast<char*>(frame.data()) + from, frame.size() - from};
}

}  // namespace

std::size_t Outbox::push(Lane lane, BufferRef frame, BufferRef conflate_key) {
    TG_ASSERT(!close_, "nothing follows a close frame");
    bytes_ += frame->size();
    const std::size_t conflated =
        lanes_[static_cast<std::size_t>(lane)].push(std::move(frame), std::move(conflate_key));
    bytes_ -= conflated;
    return conflated;
}

void Outbox::push_front(BufferRef frame) {
    bytes_ += frame->size();
    lanes_[0].push_front(std::move(frame));
}

void Outbox::set_close(BufferRef frame) {
    TG_ASSERT(!close_, "a connection is closed once");
    bytes_ += frame->size();
    close_ = std::move(frame);
}

void Outbox::set_partial(BufferRef frame, std::size_t taken) {
    TG_ASSERT(empty(), "only one frame is partly written at a time");
    bytes_ = frame->size() - taken;
    partial_ = std::move(frame);
    partial_taken_ = taken;
}

std::size_t Outbox::gather(std::span<iovec> parts) const {
    std::size_t count = 0;
    if (partial_) parts[count++] = part_of(*partial_, partial_taken_);
    for (const LaneQueue& lane : lanes_) {
        const bool all = lane.each([&](const Buffer& frame) {
            if (count == parts.size()) return false;
            parts[count++] = part_of(frame, 0);
            return true;
        });
        if (!all) return count;
    }
    if (close_ && count < parts.size()) parts[count++] = part_of(*close_, 0);
    return count;
}

void Outbox::consume(std::size_t bytes) {
    TG_ASSERT(bytes <= bytes_, "the kernel takes no more than it was offered");
    bytes_ -= bytes;
    if (partial_) {
        const std::size_t rest = partial_->size() - partial_taken_;
        if (bytes < rest) {
            partial_taken_ += bytes;
            return;
        }
        bytes -= rest;
        partial_ = {};
    }
    for (LaneQueue& lane : lanes_) {
        while (bytes > 0) {
            const Buffer* frame = lane.front();
            if (!frame) break;
            BufferRef taken = lane.pop_front();
            if (bytes < taken->size()) {
                partial_ = std::move(taken);
                partial_taken_ = bytes;
                return;
            }
            bytes -= taken->size();
        }
    }
    if (bytes == 0) return;
    if (bytes < close_->size()) {
        partial_ = std::move(close_);
        partial_taken_ = bytes;
    }
    close_ = {};
}

std::size_t Outbox::drop_whole_frames() {
    std::size_t frames = 0;
    for (LaneQueue& lane : lanes_) {
        frames += lane.count();
        lane.clear();
    }
    bytes_ = (partial_ ? partial_->size() - partial_taken_ : 0) + (close_ ? close_->size() : 0);
    return frames;
}

void Outbox::clear() {
    for (LaneQueue& lane : lanes_) lane.clear();
    partial_ = {};
    close_ = {};
    bytes_ = 0;
}

std::unique_ptr<Outbox> OutboxPool::take() {
    if (spare_.empty()) return std::make_unique<Outbox>();
    std::unique_ptr<Outbox> outbox = std::move(spare_.back());
    spare_.pop_back();
    return outbox;
}

void OutboxPool::give_back(std::unique_ptr<Outbox> outbox) {
    if (spare_.size() >= kSpareOutboxes) return;
    outbox->clear();
    spare_.push_back(std::move(outbox));
}

}  // namespace tidegate::session
