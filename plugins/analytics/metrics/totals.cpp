#include "totals.hpp"

namespace tidegate::analytics {
namespace {

void add(EventCounts& sum, const EventCounts& counts) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += counts[i];
}

std::int64_t sum_of_minutes(const Ledger& ledger, std::int64_t now_ms, std::int64_t minutes,
                            std::int64_t Minute::*which) {
    const std::int64_t last = ledger.minute_of(now_ms);
    std::int64_t sum = 0;
    ledger.minutes().between(last - minutes + 1, last,
                             [&](std::int64_t, const Minute& minute) { sum += minute.*which; });
    return sum;
}

template <class Sum, class Add>
Sum over_days(const Ledger& ledger, std::int64_t first, std::int64_t last, Add add_day) {
    Sum sum{};
    ledger.days().between(first, last, [&](std::int64_t, const Day& day) { add_day(sum, day); });
    return sum;
}

}  // namespace

EventCounts events_of_minutes(const Ledger& ledger, std::int64_t now_ms, std::int64_t minutes) {
    const std::int64_t last = ledger.minute_of(now_ms);
    EventCounts sum{};
    ledger.minutes().between(last - minutes + 1, last,
                             [&](std::int64_t, const Minute& minute) { add(sum, minute.events); });
    return sum;
}

std::int64_t active_quotes(const Ledger& ledger, std::int64_t now_ms) {
    return sum_of_minutes(ledger, now_ms, kActiveMinutes, &Minute::last_seen);
}

std::int64_t quotes_in_progress(const Ledger& ledger, std::int64_t now_ms) {
    return sum_of_minutes(ledger, now_ms, kInProgressMinutes, &Minute::open);
}

EventCounts events_of_days(const Ledger& ledger, std::int64_t first, std::int64_t last) {
    return over_days<EventCounts>(ledger, first, last, [](EventCounts& sum, const Day& day) { add(sum, day.events); });
}

Steps steps_of(const Ledger& ledger, std::int64_t first, std::int64_t last) {
    return over_days<Steps>(ledger, first, last, [](Steps& sum, const Day& day) {
        sum.created += day.steps.created;
        sum.rated += day.steps.rated;
        sum.quoted += day.steps.quoted;
        sum.bound += day.steps.bound;
        sum.declined += day.steps.declined;
    });
}

Cohort cohort_of(const Ledger& ledger, std::int64_t first, std::int64_t last) {
    return over_days<Cohort>(ledger, first, last, [](Cohort& sum, const Day& day) { sum.change(day.cohort, 1); });
}

Revenue revenue_of(const Ledger& ledger, std::int64_t first, std::int64_t last) {
    return over_days<Revenue>(ledger, first, last, [](Revenue& sum, const Day& day) { sum.add(day.revenue); });
}

RiskDay risk_of(const Ledger& ledger, std::int64_t first, std::int64_t last) {
    return over_days<RiskDay>(ledger, first, last, [](RiskDay& sum, const Day& day) { sum.add(day.risk); });
}

Tally reasons_of(const Ledger& ledger, std::int64_t first, std::int64_t last) {
    return over_days<Tally>(ledger, first, last, [](Tally& sum, const Day& day) { sum.add(day.declined_by_reason); });
}

Sketch sketch_of(const Ledger& ledger, Sketch Day::*which, std::int64_t first, std::int64_t last) {
    return over_days<Sketch>(ledger, first, last, [&](Sketch& sum, const Day& day) { sum.merge(day.*which); });
}

Drift drift_of(const Ledger& ledger, std::int64_t today) {
    const std::int64_t first = today - kPsiDays + 1;
    const RiskDay now = risk_of(ledger, first, today);
    const RiskDay baseline = risk_of(ledger, first - kPsiBaselineDays, first - 1);
    return {stability_index(baseline.tiers, now.tiers), now.scored};
}

}  // namespace tidegate::analytics
