// Snapshot: a tenant's whole state as entries of a stream, and the place that names them. Written in this order: the
// entries, the place, and only then are older entries trimmed. So whenever the process dies, the newest place names
// entries that are there.
// Not here: the stream.
// Thread rule: [any-thread], values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::analytics {

inline constexpr std::string_view kSnapshotStream = "snapshots";
inline constexpr std::string_view kPlaceStream = "snapshot-places";
inline constexpr std::uint64_t kPlacesKept = 2;

// The state after every event up to `sequence`: positions `first` to `last`, first those of the metrics, then those of
// the alert rules.
struct SnapshotPlace {
    SnapshotPlace() {}  // no aggregate: it is a coroutine's parameter

    std::uint64_t sequence = 0;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t metrics = 0;
    std::uint64_t alerts = 0;
    std::uint64_t bytes = 0;

    bool is_whole() const { return metrics > 0 && last >= first && last - first + 1 == metrics + alerts; }
};

std::string write_place(const SnapshotPlace& place);
std::optional<SnapshotPlace> read_place(std::string_view json);

struct Snapshot {
    Snapshot() {}

    std::uint64_t sequence = 0;
    std::vector<std::string> metrics;
    std::vector<std::string> alerts;

    std::uint64_t bytes() const;
    std::size_t size() const { return metrics.size() + alerts.size(); }
    const std::string& entry(std::size_t at) const {
        return at < metrics.size() ? metrics[at] : alerts[at - metrics.size()];
    }
};

}  // namespace tidegate::analytics
