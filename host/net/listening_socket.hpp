#pragma once

// Listening sockets for one address, one per loop, between which the kernel spreads new connections (SO_REUSEPORT). Not
// the acceptor: nothing is accepted here. [startup]

#include "base/result.hpp"
#include "net/file_descriptor.hpp"
#include "net/socket_address.hpp"

#include <cstddef>
#include <vector>

namespace tidegate::net {

// What is not handed to the kernel before the rest is sent; accepted sockets inherit it. Without it the kernel takes
// megabytes for a peer that does not read, where no limit of ours sees them.
inline constexpr int kNotSentLowWaterBytes = 32 * 1024;

struct ListeningSockets {
    std::vector<FileDescriptor> sockets;
    SocketAddress address;  // with the port that port 0 became
};

// All are listening when this returns. Fails when anybody else listens there, another host of the same kind included:
// "bind 127.0.0.1:8080: address already in use".
Result<ListeningSockets> open_listening_sockets(const SocketAddress& address, std::size_t count);

}  // namespace tidegate::net
