// Sums over windows: the last minutes, and runs of calendar days.
// Thread rule: [any-thread] while nobody folds.
#pragma once

#include <cstdint>

#include "ledger.hpp"

namespace tidegate::analytics {

inline constexpr std::int64_t kActiveMinutes = 60;
inline constexpr std::int64_t kInProgressMinutes = Ledger::kMinutes;
inline constexpr std::int64_t kWindowDays = 30;  // of ratios, percentiles, revenue and the risk model's rates
inline constexpr std::int64_t kPsiDays = 7;
inline constexpr std::int64_t kPsiBaselineDays = 28;  // before those

// The minute of `now_ms` and those before it.
EventCounts events_of_minutes(const Ledger& ledger, std::int64_t now_ms, std::int64_t minutes);
std::int64_t active_quotes(const Ledger& ledger, std::int64_t now_ms);
std::int64_t quotes_in_progress(const Ledger& ledger, std::int64_t now_ms);

inline std::int64_t count_of(const EventCounts& events, EventKind kind) {
    return events[static_cast<std::size_t>(kind)];
}

// Of days first..last; each sums only what is asked for.
EventCounts events_of_days(const Ledger& ledger, std::int64_t first, std::int64_t last);
Steps steps_of(const Ledger& ledger, std::int64_t first, std::int64_t last);
Cohort cohort_of(const Ledger& ledger, std::int64_t first, std::int64_t last);
Revenue revenue_of(const Ledger& ledger, std::int64_t first, std::int64_t last);
RiskDay risk_of(const Ledger& ledger, std::int64_t first, std::int64_t last);
Tally reasons_of(const Ledger& ledger, std::int64_t first, std::int64_t last);
Sketch sketch_of(const Ledger& ledger, Sketch Day::*which, std::int64_t first, std::int64_t last);

struct Drift {
    std::optional<double> psi;
    std::int64_t scored = 0;  // in the newer window
};
Drift drift_of(const Ledger& ledger, std::int64_t today);

}  // namespace tidegate::analytics
