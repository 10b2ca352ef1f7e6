#include "config/value_text.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace tidegate::config {
namespace {

constexpr std::array<std::pair<std::string_view, unsigned>, 3> kUnits{{{"KiB", 10}, {"MiB", 20}, {"GiB", 30}}};

bool is_loopback_v6(const in6_addr& address) {
    if (IN6_IS_ADDR_V4MAPPED(&address)) return address.s6_addr[12] == 127;
    return IN6_IS_ADDR_LOOPBACK(&address);
}

}  // namespace

std::optional<std::uint64_t> read_number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::uint64_t> read_size(std::string_view text) {
    unsigned shift = 0;
    for (const auto& [unit, bits] : kUnits) {
        if (!text.ends_with(unit)) continue;
        text.remove_suffix(unit.size());
        shift = bits;
        break;
    }
    const auto value = read_number(text);
    if (!value || *value > std::numeric_limits<std::uint64_t>::max() >> shift) return std::nullopt;
    return *value << shift;
}

std::string size_text(std::uint64_t bytes) {
    for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
        const std::uint64_t step = std::uint64_t{1} << unit->second;
        if (bytes >= step && bytes % step == 0) return std::to_string(bytes / step) + std::string(unit->first);
    }
    return std::to_string(bytes);
}

std::optional<AddressText> read_address(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto port = read_number(text.substr(colon + 1));
    if (!port || *port > 65'535) return std::nullopt;
    AddressText address;
    address.port = static_cast<std::uint16_t>(*port);
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        address.host = std::string(host.substr(1, host.size() - 2));
        in6_addr v6{};
        if (inet_pton(AF_INET6, address.host.c_str(), &v6) != 1) return std::nullopt;
        address.loopback = is_loopback_v6(v6);
        return address;
    }
    address.host = std::string(host);
    in_addr v4{};
    if (inet_pton(AF_INET, address.host.c_str(), &v4) != 1) return std::nullopt;
    address.loopback = ntohl(v4.s_addr) >> 24 == 127;
    return address;
}

}  // namespace tidegate::config
