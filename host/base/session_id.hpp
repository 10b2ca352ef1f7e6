#pragma once

// SessionId: names a session without a pointer. Loop (8 bits), slot in that loop's table (24) and the slot's generation
// (32): an id outlives its session, and a stale one is found to be stale. Value.

#include <cstdint>
#include <functional>

namespace tidegate {

class SessionId {
public:
    constexpr SessionId() = default;
    constexpr explicit SessionId(std::uint64_t bits) : bits_(bits) {}
    constexpr SessionId(std::uint32_t loop, std::uint32_t slot, std::uint32_t generation)
        : bits_(std::uint64_t{loop & 0xff} << 56 | std::uint64_t{slot & 0xffffff} << 32 | generation) {}

    constexpr std::uint32_t loop() const { return static_cast<std::uint32_t>(bits_ >> 56); }
    constexpr std::uint32_t slot() const { return static_cast<std::uint32_t>(bits_ >> 32) & 0xffffff; }
    constexpr std::uint32_t generation() const { return static_cast<std::uint32_t>(bits_); }
    constexpr std::uint64_t bits() const { return bits_; }
    // Generations start at 1, so zero bits name no session.
    constexpr explicit operator bool() const { return bits_ != 0; }
    constexpr bool operator==(const SessionId&) const = default;

private:
    std::uint64_t bits_ = 0;
};

}  // namespace tidegate

template <>
struct std::hash<tidegate::SessionId> {
    std::size_t operator()(tidegate::SessionId id) const noexcept { return std::hash<std::uint64_t>{}(id.bits()); }
};
