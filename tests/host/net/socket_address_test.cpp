#include "net/socket_address.hpp"

#include <gtest/gtest.h>

namespace tidegate::net {
namespace {

TEST(SocketAddress, ReadsAndWritesBothFamilies) {
    for (const char* text : {"127.0.0.1:8080", "0.0.0.0:0", "[::1]:65535", "[::]:1"}) {
        const auto address = parse_socket_address(text);
        ASSERT_TRUE(address.has_value()) << text;
        EXPECT_EQ(address->text(), text);
    }
}

TEST(SocketAddress, RefusesWhatIsNoAddressAndNamesIt) {
    for (const char* text : {"", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:8x", "localhost:80",
                             "::1:80", "[::1:80", "127.0.0.1:-1"}) {
        const auto address = parse_socket_address(text);
        ASSERT_FALSE(address.has_value()) << text;
        EXPECT_EQ(address.error().code, Errc::kInvalid);
        EXPECT_NE(address.error().text.find("'" + std::string(text) + "'"), std::string::npos);
    }
}

TEST(SocketAddress, TellsAMappedPeerAsIpv4) {
    const auto address = parse_socket_address("[::ffff:10.1.2.3]:5000");
    ASSERT_TRUE(address.has_value());
    EXPECT_EQ(address->peer().address, "10.1.2.3");
    EXPECT_EQ(address->peer().port, 5000);
}

}  // namespace
}  // namespace tidegate::net
