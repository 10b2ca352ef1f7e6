#include "net/listening_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <cstring>

namespace tidegate::net {
namespace {

Error system_failure(const char* act, const SocketAddress& address) {
    const int error = errno;
    std::string why = std::strerror(error);
    if (error == EADDRINUSE) why = "address already in use";
    return fail(error == EACCES ? Errc::kForbidden : Errc::kIo, std::string(act) + " " + address.text() + ": " + why);
}

bool set_option(int fd, int level, int option, int value) {
    return ::setsockopt(fd, level, option, &value, sizeof(value)) == 0;
}

Result<FileDescriptor> bind_one(const SocketAddress& address, bool shared) {
    FileDescriptor socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) return system_failure("open a socket for", address);
    if (!set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1) ||
        (shared && !set_option(socket.get(), SOL_SOCKET, SO_REUSEPORT, 1)))
        return system_failure("set the options of the socket for", address);
    if (::bind(socket.get(), address.get(), address.size) != 0) return system_failure("bind", address);
    return socket;
}

Result<FileDescriptor> listen_one(const SocketAddress& address) {
    auto socket = bind_one(address, true);
    if (!socket) return socket;
    if (!set_option(socket->get(), IPPROTO_TCP, TCP_NODELAY, 1) ||
        !set_option(socket->get(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, kNotSentLowWaterBytes))
        return system_failure("set the options of the socket for", address);
    if (::listen(socket->get(), SOMAXCONN) != 0) return system_failure("listen on", address);
    return socket;
}

}  // namespace

Result<ListeningSockets> open_listening_sockets(const SocketAddress& address, std::size_t count) {
    ListeningSockets result;
    result.address = address;
    // With SO_REUSEPORT a second host would share the port silently and take half of the connections.
    if (auto probe = bind_one(address, false); !probe) return probe.error();
    for (std::size_t i = 0; i < count; ++i) {
        auto socket = listen_one(result.address);
        if (!socket) return socket.error();
        if (::getsockname(socket->get(), result.address.get(), &result.address.size) != 0)
            return system_failure("read the address of", result.address);
        result.sockets.push_back(std::move(*socket));
    }
    return result;
}

}  // namespace tidegate::net
