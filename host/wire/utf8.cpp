#include "wire/utf8.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>

namespace tidegate {
namespace {

bool is_continuation(std::uint8_t byte) { return (byte & 0xC0) == 0x80; }

// RFC 3629 §4: 0 for a byte that cannot open a multi-byte character.
std::size_t length_by_lead(std::uint8_t lead) {
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

// RFC 3629 §4: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_second_byte(std::uint8_t lead, std::uint8_t second) {
    switch (lead) {
        case 0xE0:
            return second >= 0xA0;
        case 0xED:
            return second <= 0x9F;
        case 0xF0:
            return second >= 0x90;
        case 0xF4:
            return second <= 0x8F;
        default:
            return true;
    }
}

}  // namespace

bool is_valid_utf8(std::string_view text) { return text.empty() || simdjson::validate_utf8(text.data(), text.size()); }

std::size_t incomplete_utf8_tail(std::string_view text) {
    const auto byte_from_end = [&](std::size_t n) { return static_cast<std::uint8_t>(text[text.size() - n]); };
    const std::size_t reach = std::min<std::size_t>(3, text.size());
    for (std::size_t n = 1; n <= reach; ++n) {
        const std::uint8_t byte = byte_from_end(n);
        if (is_continuation(byte)) continue;
        if (n >= length_by_lead(byte)) return 0;
        if (n >= 2 && !is_second_byte(byte, byte_from_end(n - 1))) return 0;
        return n;
    }
    return 0;
}

std::string_view cut_utf8(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    std::size_t end = bytes_max;
    while (end > 0 && is_continuation(static_cast<std::uint8_t>(text[end]))) --end;
    return text.substr(0, end);
}

}  // namespace tidegate
