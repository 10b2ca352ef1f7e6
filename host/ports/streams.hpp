#pragma once

// Streams: durable, ordered lists of entries that are appended, read from a position, acknowledged by readers and
// trimmed. A position rises within its stream and is never given twice, also after trimming. Not the events of
// documents: those are read through Documents.
//
// Every call returns its outcome now, or nothing and then calls `done` exactly once: later, from any thread, never
// inside the call. `done` must not throw and must not block; a store completes everything it accepted before it is
// destroyed.

#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tidegate {

struct StreamKey {
    std::string tenant, owner, stream;  // each 1-256 bytes of UTF-8 without control characters; owner: a plugin's id
};

struct StreamEntry {
    std::uint64_t position = 0;  // from 1
    std::int64_t at_ms = 0;
    std::string data;  // JSON text of at most 64 KiB
};

struct StreamAppend {
    StreamKey key;
    std::vector<std::string> entries;  // 1-256, appended together or not at all
    std::uint64_t max_entries = 0;     // the oldest beyond are trimmed in the same transaction; 0: no bound
    // Not empty: seen on this stream within 10 minutes and its last 1,000 keys, the answer is the first one's.
    std::string idempotency_key;
};

struct StreamAppended {
    std::uint64_t first = 0, last = 0;  // positions
    std::uint64_t trimmed = 0;
    bool replayed = false;
};

struct StreamState {
    std::uint64_t first = 0, last = 0, count = 0;  // last stays when all is trimmed; first is 0 when there is nothing
};

template <class T>
using StreamDone = std::function<void(Result<T>)>;

class Streams {
public:
    virtual ~Streams() = default;

    // Durable when it completes. kInvalid, kTooLarge, kBusy, kIo, kUnavailable. [any-thread]
    virtual std::optional<Result<StreamAppended>> append(StreamAppend append, StreamDone<StreamAppended> done) = 0;
    // Positions above `after`, ascending, at most `limit` (1-1000) and 4 MiB. Sees every append whose completion came
    // before the call. A stream that never was is empty. [any-thread]
    virtual std::optional<Result<std::vector<StreamEntry>>> read(StreamKey key, std::uint64_t after,
                                                                 std::uint32_t limit,
                                                                 StreamDone<std::vector<StreamEntry>> done) = 0;
    virtual std::optional<Result<StreamState>> state(StreamKey key, StreamDone<StreamState> done) = 0;
    // Removes positions up to and including this one; how many. [any-thread]
    virtual std::optional<Result<std::uint64_t>> trim(StreamKey key, std::uint64_t up_to,
                                                      StreamDone<std::uint64_t> done) = 0;
    // Where a named reader stands: rises only. The position it stands at afterwards. [any-thread]
    virtual std::optional<Result<std::uint64_t>> ack(StreamKey key, std::string reader, std::uint64_t position,
                                                     StreamDone<std::uint64_t> done) = 0;
    // 0 for a reader that never acknowledged. [any-thread]
    virtual std::optional<Result<std::uint64_t>> acked(StreamKey key, std::string reader,
                                                       StreamDone<std::uint64_t> done) = 0;
};

}  // namespace tidegate
