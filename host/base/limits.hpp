#pragma once

// The named bounds of everything a stranger can send. Defaults; the configuration may lower or raise those it names.

#include <cstddef>
#include <cstdint>

namespace tidegate::limits {

inline constexpr std::size_t kHttpHeadBytes = 16 * 1024;
inline constexpr std::size_t kHttpFields = 64;
inline constexpr std::size_t kHttpBodyBytes = 1024 * 1024;
inline constexpr std::int64_t kHttpDeadlineMs = 5000;    // whole head and body
inline constexpr std::size_t kMessageBytes = 64 * 1024;  // one WebSocket message
inline constexpr std::size_t kJsonDepth = 64;
inline constexpr std::size_t kTypeBytes = 64;
inline constexpr std::size_t kIdBytes = 64;
inline constexpr std::size_t kChannelBytes = 128;
inline constexpr std::size_t kChannelsPerSession = 256;
inline constexpr std::uint32_t kInFlightMessages = 64;  // per session, dispatched and unanswered
inline constexpr std::uint32_t kInFlightBytes = 256 * 1024;
inline constexpr std::int64_t kParkedMs = 5000;           // a parked message waits this long for its strand
inline constexpr std::size_t kOutboxBytes = 1024 * 1024;  // per connection, unsent
inline constexpr std::int64_t kOutboxAgeMs = 10'000;      // nothing acknowledged for so long: a stuck reader
inline constexpr std::size_t kStrandQueue = 1024;         // invocations waiting for one key
inline constexpr std::size_t kAttributeBytes = 1024;      // per plugin and session

}  // namespace tidegate::limits
