#include "net/socket_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <cstring>

namespace tidegate::net {
namespace {

Error not_an_address(std::string_view text) {
    return fail(Errc::kInvalid, "read address '" + std::string(text) + "': expected 127.0.0.1:8080 or [::1]:8080");
}

}  // namespace

std::uint16_t SocketAddress::port() const {
    if (storage.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port);
    return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

void SocketAddress::set_port(std::uint16_t port) {
    if (storage.ss_family == AF_INET6)
        reinterpret_cast<sockaddr_in6*>(&storage)->sin6_port = htons(port);
    else
        reinterpret_cast<sockaddr_in*>(&storage)->sin_port = htons(port);
}

Peer SocketAddress::peer() const {
    char text[INET6_ADDRSTRLEN] = "";
    if (storage.ss_family == AF_INET6) {
        const in6_addr& address = reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(&address))
            ::inet_ntop(AF_INET, &address.s6_addr[12], text, sizeof(text));
        else
            ::inet_ntop(AF_INET6, &address, text, sizeof(text));
    } else {
        ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&storage)->sin_addr, text, sizeof(text));
    }
    return {text, port()};
}

std::string SocketAddress::text() const {
    const Peer self = peer();
    const bool brackets = self.address.find(':') != std::string::npos;
    return (brackets ? "[" + self.address + "]" : self.address) + ":" + std::to_string(self.port);
}

Result<SocketAddress> parse_socket_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return not_an_address(text);
    std::uint16_t port = 0;
    const std::string_view digits = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc() || end != digits.data() + digits.size()) return not_an_address(text);

    SocketAddress address;
    std::string host(text.substr(0, colon));
    if (host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
        auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
        v6->sin6_family = AF_INET6;
        address.size = sizeof(sockaddr_in6);
        if (::inet_pton(AF_INET6, host.c_str(), &v6->sin6_addr) != 1) return not_an_address(text);
    } else {
        auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
        v4->sin_family = AF_INET;
        address.size = sizeof(sockaddr_in);
        if (::inet_pton(AF_INET, host.c_str(), &v4->sin_addr) != 1) return not_an_address(text);
    }
    address.set_port(port);
    return address;
}

}  // namespace tidegate::net
