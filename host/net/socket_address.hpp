#pragma once

// SocketAddress: an IPv4 or IPv6 address with a port, as configuration writes it and as the kernel wants it. No names
// are resolved. Values. [any-thread]

#include "base/result.hpp"
#include "net/upgrade.hpp"

#include <sys/socket.h>

#include <string>
#include <string_view>

namespace tidegate::net {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = sizeof(sockaddr_storage);

    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
    std::uint16_t port() const;
    void set_port(std::uint16_t port);
    std::string text() const;  // "127.0.0.1:8080", "[::1]:8080"
    // An IPv4 peer of an IPv6 socket is told as IPv4.
    Peer peer() const;
};

// "127.0.0.1:8080", "[::]:0"
Result<SocketAddress> parse_socket_address(std::string_view text);

}  // namespace tidegate::net
