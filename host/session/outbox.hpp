#pragma once

// Outbox: the unsent frames of one connection, in three lanes, with the frame that is partly written first and the
// close frame last. Not a policy: the session bounds it and decides what an overflow means. OutboxPool: a loop's spare
// ones, so that a connection holds an outbox only while it has something unsent. [loop]

#include "session/lane.hpp"
#include "session/lane_queue.hpp"

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace tidegate::session {

class Outbox {
public:
    // Bytes that conflation took away.
    std::size_t push(Lane lane, BufferRef frame, BufferRef conflate_key = {});
    // Before everything else of the control lane.
    void push_front(BufferRef frame);
    // After everything; nothing may be pushed behind it.
    void set_close(BufferRef frame);
    // The rest of something that was offered to the kernel and only partly taken; the outbox is empty.
    void set_partial(BufferRef frame, std::size_t taken);

    // Fills `parts` in the order of sending; how many.
    std::size_t gather(std::span<iovec> parts) const;
    // The kernel took so much of what gather() gave.
    void consume(std::size_t bytes);

    std::size_t bytes() const { return bytes_; }
    bool empty() const { return bytes_ == 0; }
    // Everything but a frame partly written: it must be finished or the stream is broken.
    std::size_t drop_whole_frames();
    void clear();

private:
    std::array<LaneQueue, 3> lanes_;
    BufferRef partial_;
    std::size_t partial_taken_ = 0;
    BufferRef close_;
    std::size_t bytes_ = 0;
};

class OutboxPool {
public:
    std::unique_ptr<Outbox> take();
    void give_back(std::unique_ptr<Outbox> outbox);

private:
    std::vector<std::unique_ptr<Outbox>> spare_;
};

}  // namespace tidegate::session
