#pragma once

// plain: how far a text goes on without anything that means something inside a JSON string, eight bytes at a time.
// [any-thread]

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tg::json {

namespace detail {

// Each byte of a word that is less than N, or equal to C, has its high bit set; of those beyond the first only that
// they may be.
constexpr std::uint64_t kEachByte = 0x0101010101010101U;
constexpr std::uint64_t kHighBits = 0x8080808080808080U;
constexpr std::uint64_t below(std::uint64_t word, unsigned char n) {
    return (word - kEachByte * n) & ~word & kHighBits;
}
constexpr std::uint64_t equal(std::uint64_t word, unsigned char c) { return below(word ^ kEachByte * c, 1); }

}  // namespace detail

// The index, from `from` on, of the first quote, backslash or control character (below 0x20); the size if there is
// none.
inline std::size_t end_of_plain(std::string_view text, std::size_t from) noexcept {
    std::size_t at = from;
    if constexpr (std::endian::native == std::endian::little) {
        for (; at + 8 <= text.size(); at += 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data() + at, 8);
            const auto found = detail::below(word, 0x20) | detail::equal(word, '"') | detail::equal(word, '\\');
            if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
        }
    }
    for (; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (c < 0x20 || c == '"' || c == '\\') break;
    }
    return at;
}

}  // namespace tg::json
