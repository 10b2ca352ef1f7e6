// The state of Metrics as JSON chunks: {"v":1,"sequence":N,"part":i,"parts":n,"records":[[kind, …], …]}. A record is
// one array: its kind, then its values in a fixed order; snapshot_writer.cpp and snapshot_reader.cpp list them in the
// same order. Names come before what refers to them, quotes from the one touched longest ago on. Thread rule:
// [any-thread] while nobody folds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::analytics {

inline constexpr std::int64_t kSnapshotVersion = 1;

enum class RecordKind : std::uint8_t {
    kMeta,
    kNames,
    kFeed,
    kMinute,
    kHour,
    kDay,
    kUsers,
    kSketch,
    kRevenue,
    kQuote,
};

// Puts records into chunks.
class ChunkWriter {
public:
    explicit ChunkWriter(std::size_t max_bytes) : room_(max_bytes - kHeaderBytes) {}
    void add(std::string_view record);
    std::vector<std::string> finish(std::uint64_t sequence) const;

private:
    static constexpr std::size_t kHeaderBytes = 128;

    std::size_t room_;
    std::vector<std::string> bodies_;
};

}  // namespace tidegate::analytics
