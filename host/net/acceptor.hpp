#pragma once

// Acceptor: takes connections from one loop's listening socket and hands them to its LoopServer. Survives having no
// file descriptor left. Does not speak HTTP beyond the canned 503. [loop]

#include "net/event_source.hpp"
#include "net/file_descriptor.hpp"

#include <cstdint>

namespace tidegate::net {

class LoopServer;

class Acceptor final : public EventSource {
public:
    // `socket` is listening. [startup]
    Acceptor(LoopServer& server, FileDescriptor socket);
    ~Acceptor() override;

    void start();
    // Takes what the kernel has already completed, then closes the listening socket.
    void stop();
    void on_events(std::uint32_t events) override;

private:
    bool accept_one();
    void admit(FileDescriptor socket);
    void shed_one();
    void rest_for_a_while();
    void ensure_inherited_options(int fd);

    LoopServer& server_;
    FileDescriptor socket_;
    FileDescriptor spare_;  // given up for a moment to accept and close one when there is no other left
    std::uint64_t rest_timer_ = 0;
    bool options_checked_ = false;
    bool must_set_options_ = false;
};

}  // namespace tidegate::net
