#pragma once

// The named bounds of documents and patches. Constants. [any-thread]

#include <cstddef>
#include <cstdint>

namespace tidegate::document_limits {

inline constexpr std::size_t kNameBytes = 128;  // tenant, type, id, actor, idempotency key, event and index name
inline constexpr std::size_t kSegmentBytes = 128;
inline constexpr std::size_t kPathBytes = 1024;
inline constexpr std::size_t kPathDepth = 32;
// A reader takes 64 levels, and what is stored is read back inside a page of such values.
inline constexpr std::size_t kJsonDepth = 56;
inline constexpr std::size_t kDocumentBytes = 1024 * 1024;
inline constexpr std::size_t kPatchBytes = 2 * 1024 * 1024;  // values and events together
inline constexpr std::size_t kEventBytes = 64 * 1024;
inline constexpr std::size_t kNoteBytes = 4 * 1024;
inline constexpr std::size_t kOps = 256;
inline constexpr std::size_t kEvents = 64;
inline constexpr std::size_t kIndexes = 16;
inline constexpr std::size_t kIndexedBytes = 512;
inline constexpr std::size_t kPaths = 4096;  // bookkeeping entries per document
inline constexpr std::size_t kReplies = 1000;
inline constexpr std::int64_t kReplyMs = 10 * 60 * 1000;
inline constexpr std::uint64_t kFence = std::uint64_t{1} << 53;
inline constexpr std::uint32_t kPageItems = 100;
inline constexpr std::size_t kPageBytes = 4 * 1024 * 1024;
inline constexpr std::uint32_t kEventPage = 1000;

}  // namespace tidegate::document_limits
