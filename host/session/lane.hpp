#pragma once

// Lane: which queue of a connection something waits in. The control lane goes first, events before bulk; within a lane
// the order is that of pushing. Value.

#include <cstdint>

namespace tidegate::session {

enum class Lane : std::uint8_t { kControl, kEvents, kBulk };

// What became of a push.
enum class Pushed : std::uint8_t {
    kQueued,
    kBackpressure,  // queued, and the connection is behind
    kDropped,       // not queued: the session is closing, or was closed by this push
};

}  // namespace tidegate::session
