#pragma once

// Client masking of RFC 6455 §5.3, in place; applying it twice gives the input back. Pure. [any-thread]

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace tidegate {

using MaskKey = std::array<std::uint8_t, 4>;

inline void apply_mask(std::span<char> bytes, const MaskKey& key) {
    std::uint64_t wide = 0;
    std::memcpy(&wide, key.data(), 4);
    std::memcpy(reinterpret_cast<char*>(&wide) + 4, key.data(), 4);
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
        std::uint64_t word;
        std::memcpy(&word, bytes.data() + at, 8);
        word ^= wide;
        std::memcpy(bytes.data() + at, &word, 8);
    }
    for (; at < bytes.size(); ++at) bytes[at] = static_cast<char>(bytes[at] ^ key[at % 4]);
}

// The key as it stands after `bytes_done` bytes of the payload.
inline MaskKey rotate_mask(const MaskKey& key, std::size_t bytes_done) {
    MaskKey rotated;
    for (std::size_t i = 0; i < 4; ++i) rotated[i] = key[(i + bytes_done) % 4];
    return rotated;
}

}  // namespace tidegate
