// The numbers of the dashboards, folded from domain events: what docs/metrics-business.md defines. Folding is
// idempotent by sequence, bounded in memory, and exact over save and load. A client's or plugin's mistake is counted,
// never thrown. Not here: where events come from, where snapshots go, who may see what, alerts. Thread rule: one thread
// at a time.
#pragma once

#include <tidegate/status.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event.hpp"
#include "feed.hpp"
#include "ledger.hpp"
#include "names.hpp"
#include "quote_book.hpp"

namespace tidegate::analytics {

struct Bounds {
    std::size_t quotes = 100'000;  // remembered, the one touched longest ago is forgotten first; some 500 bytes each
    std::size_t states = 64;
    std::size_t products = 16;
    std::size_t currencies = 8;
    std::size_t tiers = 16;
    std::size_t reasons = 32;
    std::int64_t days = 92;  // kept; 36 to 3,660

    friend bool operator==(const Bounds&, const Bounds&) = default;
};

struct Options {
    std::string zone = "UTC";  // of the office
    std::string zone_folder = "/usr/share/zoneinfo";
    std::string currency = "USD";  // of the totals; others are listed apart
    Bounds bounds;
};

enum class DashboardType : std::uint8_t { kGeneral, kSales, kUnderwriting, kOperations };
inline constexpr std::size_t kDashboardTypes = 4;

std::optional<DashboardType> dashboard_type(std::string_view name);
std::string_view name_of(DashboardType type);

// For alerts. `volume` is what the value rests on: the denominator of a ratio, the number of a count or percentile.
struct Number {
    double value = 0;
    std::uint64_t volume = 0;
};

struct FoldCounts {
    std::uint64_t folded = 0;
    std::uint64_t malformed = 0;       // lacked a member, or had one of the wrong kind
    std::uint64_t ignored = 0;         // of other names
    std::uint64_t late = 0;            // of days that are no longer kept
    std::uint64_t unknown_quotes = 0;  // met first by another event than quote.created
};

class Metrics {
public:
    // Fails when there is no such time zone or currency.
    static tg::Result<Metrics> create(Options options);
    // What create() would refuse is UTC and USD here.
    explicit Metrics(Options options);

    // An event whose sequence is not above the last one is ignored.
    void fold(const DomainEvent& event);
    // Time passes without events. It never goes back, and is never before the latest event.
    void advance(std::int64_t now_ms);

    // The `data` of dashboard:initial and metrics:update.
    std::string dashboard(DashboardType type, std::int64_t now_ms) const;
    // "hit_ratio", "calculation_failures_5m", "rated_today@7" (the whole day seven days ago). Null: no such metric, or
    // it has no value yet.
    std::optional<Number> value(std::string_view metric, std::int64_t now_ms) const;
    // Whether value() knows the name at all.
    static bool is_metric(std::string_view metric);

    std::uint64_t last_sequence() const { return last_sequence_; }
    std::uint64_t duplicates() const { return duplicates_; }  // since it was made; not saved
    const FoldCounts& counts() const { return counts_; }

    // The whole state; each chunk is a JSON text of at most kMaxChunkBytes.
    static constexpr std::size_t kMaxChunkBytes = 48 * 1024;
    std::vector<std::string> save() const;
    // Fails when a chunk is missing or broken, or was saved with another zone, currency or other bounds: then fold the
    // events again from the first.
    static tg::Result<Metrics> load(Options options, const std::vector<std::string>& chunks);

private:
    friend class DashboardView;
    friend class SnapshotWriter;
    friend class SnapshotReader;
    friend class MetricValues;

    Metrics(Options options, Zone zone);

    void count(EventKind kind, const DomainEvent& event);
    void learn(EventKind kind, Stamp stamp, Quote& quote);
    void show(EventKind kind, const DomainEvent& event);
    std::int64_t now_of(std::int64_t now_ms) const;

    Options options_;
    Ledger ledger_;
    QuoteBook quotes_;
    Names states_, products_, currencies_, tiers_, reasons_;
    std::array<Feed, kDashboardTypes> feeds_;
    FoldCounts counts_;
    std::uint64_t last_sequence_ = 0;
    std::uint64_t duplicates_ = 0;
    std::int64_t clock_ms_ = 0;  // the latest event's time
    std::int64_t advanced_ms_ = 0;
    EventFields fields_;  // of the event being folded
};

// What turns the dashboard `before` into `after`: a JSON Merge Patch (RFC 7396). Since null removes there, a member
// without a value is missing after it; arrays are sent whole. "{}" when nothing changed.
std::string delta(std::string_view before, std::string_view after);

}  // namespace tidegate::analytics
