#pragma once

// EventSource: something with a file descriptor that an EventLoop watches. Not the owner of the watch: it must unwatch
// before its descriptor is closed. [loop]

#include <cstdint>

namespace tidegate::net {

class EventSource {
public:
    virtual ~EventSource() = default;
    // EPOLLIN, EPOLLOUT, … as epoll reports them. May come once more in the turn in which the source was unwatched.
    virtual void on_events(std::uint32_t events) = 0;
};

}  // namespace tidegate::net
