#pragma once

// What a call of ports/streams.hpp may ask for, the same for every store: names, sizes, counts. Pure. [any-thread]

#include "base/result.hpp"
#include "ports/streams.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace tidegate {

namespace stream_limits {
inline constexpr std::size_t kNameBytes = 256;  // tenant, owner, stream, reader, idempotency key
inline constexpr std::size_t kEntryBytes = 64 * 1024;
inline constexpr std::size_t kEntries = 256;  // per append
inline constexpr std::uint32_t kPageEntries = 1000;
inline constexpr std::size_t kPageBytes = 4 * 1024 * 1024;
inline constexpr std::size_t kReplies = 1000;  // idempotency keys per stream
inline constexpr std::int64_t kReplyMs = 10 * 60 * 1000;
inline constexpr std::uint64_t kPosition = std::uint64_t{1} << 63;  // positions are below
}  // namespace stream_limits

// kInvalid and kTooLarge name the act and the stream.
Result<void> check_stream(const char* act, const StreamKey& key);
Result<void> check_append(const StreamAppend& append);
Result<void> check_read(const StreamKey& key, std::uint32_t limit);
Result<void> check_reader(const char* act, const StreamKey& key, const std::string& reader);
Result<void> check_ack(const StreamKey& key, const std::string& reader, std::uint64_t position);

// Of everything it carries.
std::size_t bytes_of(const StreamAppend& append);

// "append to stream 'inbox': why"
Error refuse_stream(Errc code, const char* act, const StreamKey& key, const std::string& why);

}  // namespace tidegate
