#include "net/listening_socket.hpp"

#include "tests/host/net/loopback.hpp"

#include <netinet/tcp.h>

namespace tidegate::net {
namespace {

SocketAddress loopback_port(std::uint16_t port) { return *parse_socket_address("127.0.0.1:" + std::to_string(port)); }

int tcp_option(int fd, int option) {
    int value = 0;
    socklen_t size = sizeof(value);
    return ::getsockopt(fd, IPPROTO_TCP, option, &value, &size) == 0 ? value : -1;
}

TEST(ListeningSocket, PortZeroBecomesOnePortForAllOfThem) {
    auto opened = open_listening_sockets(loopback_port(0), 3);
    ASSERT_TRUE(opened.has_value()) << opened.error();
    EXPECT_EQ(opened->sockets.size(), 3U);
    EXPECT_NE(opened->address.port(), 0);
    for (const auto& socket : opened->sockets) {
        SocketAddress bound;
        ASSERT_EQ(::getsockname(socket.get(), bound.get(), &bound.size), 0);
        EXPECT_EQ(bound.port(), opened->address.port());
    }
}

TEST(ListeningSocket, SaysWhichAddressIsTakenEvenByOneOfItsKind) {
    const auto first = open_listening_sockets(loopback_port(0), 2);
    ASSERT_TRUE(first.has_value());
    const auto second = open_listening_sockets(loopback_port(first->address.port()), 2);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().text, "bind " + first->address.text() + ": address already in use");
}

TEST(ListeningSocket, AcceptedSocketsInheritNoDelayAndTheLowWaterMark) {
    const auto opened = open_listening_sockets(loopback_port(0), 1);
    ASSERT_TRUE(opened.has_value());
    const test::Client client(opened->address.port());
    ASSERT_TRUE(client.connected());
    const FileDescriptor accepted(::accept(opened->sockets[0].get(), nullptr, nullptr));
    ASSERT_TRUE(accepted);
    EXPECT_GT(tcp_option(accepted.get(), TCP_NODELAY), 0);
    EXPECT_EQ(tcp_option(accepted.get(), TCP_NOTSENT_LOWAT), kNotSentLowWaterBytes);
}

}  // namespace
}  // namespace tidegate::net
