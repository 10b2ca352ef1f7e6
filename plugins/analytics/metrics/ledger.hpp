// The counts by time: minutes and hours of the last day, calendar days of the office. Two kinds of entries: events,
// each counted where it happened, and quotes, each counted once where its steps happened. A quote whose facts change is
// taken out where it stood and put in where it stands now. Thread rule: one thread at a time.
#pragma once

#include <array>
#include <cstdint>

#include "cohort.hpp"
#include "distinct.hpp"
#include "event.hpp"
#include "quote.hpp"
#include "revenue.hpp"
#include "risk.hpp"
#include "series.hpp"
#include "sketch.hpp"
#include "tally.hpp"
#include "time_zone/zone.hpp"

namespace tidegate::analytics {

using time_zone::Zone;

using EventCounts = std::array<std::int64_t, kEventKinds>;

struct Minute {
    EventCounts events{};
    std::int64_t last_seen = 0;  // quotes whose latest event was in this minute
    std::int64_t open = 0;       // of them, those still worked on
};

// Quotes by the hour or day of each step.
struct Steps {
    std::int64_t created = 0;
    std::int64_t rated = 0;  // for the first time
    std::int64_t quoted = 0;
    std::int64_t bound = 0;
    std::int64_t declined = 0;
};

struct Day {
    EventCounts events{};
    Steps steps;
    Tally rated_by_state;
    Tally rated_by_product;
    Tally declined_by_reason;
    Cohort cohort;
    Revenue revenue;
    Sketch time_to_rate;
    Sketch time_to_quote;
    Sketch time_to_bind;
    Distinct users;
    RiskDay risk;
};

class Ledger {
public:
    static constexpr std::int64_t kMinutes = 24 * 60;
    static constexpr std::int64_t kHourKeys = 48 * 60;  // hours are keyed by the minute they begin in

    Ledger(Zone zone, std::int64_t days) : zone_(std::move(zone)), minutes_(kMinutes), hours_(kHourKeys), days_(days) {}

    // The latest event's time so far; what is out of the spans falls away.
    void move_to(std::int64_t clock_ms);

    // False: its day is no longer kept.
    bool count_event(EventKind kind, std::int64_t at_ms, std::string_view user);
    void replace(const Quote& before, const Quote& after);

    std::int64_t minute_of(std::int64_t at_ms) const { return at_ms / 60'000; }
    std::int64_t hour_of(std::int64_t at_ms) const { return zone_.hour_start_ms(at_ms) / 60'000; }
    std::int64_t day_of(std::int64_t at_ms) const { return zone_.day_of(at_ms); }

    const Zone& zone() const { return zone_; }
    const Series<Minute>& minutes() const { return minutes_; }
    const Series<Steps>& hours() const { return hours_; }
    const Series<Day>& days() const { return days_; }
    Series<Minute>& minutes() { return minutes_; }
    Series<Steps>& hours() { return hours_; }
    Series<Day>& days() { return days_; }

    std::uint64_t beyond() const { return beyond_; }  // changes to days that are no longer kept
    void load_beyond(std::uint64_t beyond) { beyond_ = beyond; }

private:
    Day* day_at(std::int64_t at_ms);
    void step(std::int64_t before_ms, std::int64_t after_ms, std::int64_t Steps::*which);
    template <class Part>
    void move(const Part& before, const Part& after);

    Zone zone_;
    Series<Minute> minutes_;
    Series<Steps> hours_;
    Series<Day> days_;
    std::uint64_t beyond_ = 0;
};

}  // namespace tidegate::analytics
