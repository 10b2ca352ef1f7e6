#pragma once

// Frame opcodes of RFC 6455 §5.2 and §11.8. Values. [any-thread]

#include <cstddef>
#include <cstdint>

namespace tidegate {

enum class Opcode : std::uint8_t {
    kContinuation = 0x0,
    kText = 0x1,
    kBinary = 0x2,
    kClose = 0x8,
    kPing = 0x9,
    kPong = 0xA,
};

// §5.5: control frames carry at most 125 bytes and are never fragmented.
inline constexpr std::size_t kControlPayloadMax = 125;

constexpr bool is_control(Opcode opcode) { return (static_cast<std::uint8_t>(opcode) & 0x8) != 0; }

constexpr bool is_known_opcode(std::uint8_t value) { return value <= 0x2 || (value >= 0x8 && value <= 0xA); }

}  // namespace tidegate
