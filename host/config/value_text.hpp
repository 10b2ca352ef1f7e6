#pragma once

// Values as the configuration writes them: whole numbers, sizes, addresses. Pure. [any-thread]

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate::config {

// Decimal digits only.
std::optional<std::uint64_t> read_number(std::string_view text);

// "65536", "64KiB", "32MiB", "1GiB"; a unit is a power of 1024.
std::optional<std::uint64_t> read_size(std::string_view text);
std::string size_text(std::uint64_t bytes);

struct AddressText {
    std::string host;  // numeric, without brackets
    std::uint16_t port = 0;
    bool loopback = false;
};
// IPv4, or IPv6 in brackets, and a port; no names.
std::optional<AddressText> read_address(std::string_view text);

}  // namespace tidegate::config
