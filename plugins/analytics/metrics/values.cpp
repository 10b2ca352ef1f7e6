// Single metrics by name, for alerts: BASE or BASE_WINDOW, and of a day BASE_today@DAYS_AGO.

#include <algorithm>
#include <array>
#include <charconv>

#include "metrics.hpp"
#include "totals.hpp"

namespace tidegate::analytics {
namespace {

enum class Span : std::uint8_t { kNow, kMinutes, kDays };

struct Window {
    std::string_view name;
    Span span;
    std::int64_t length;
};
constexpr std::array<Window, 7> kWindows{{{"5m", Span::kMinutes, 5},
                                          {"15m", Span::kMinutes, 15},
                                          {"1h", Span::kMinutes, 60},
                                          {"24h", Span::kMinutes, 24 * 60},
                                          {"today", Span::kDays, 1},
                                          {"7d", Span::kDays, 7},
                                          {"30d", Span::kDays, 30}}};

struct Name {
    std::string_view base;
    std::optional<Window> window;
    std::int64_t days_ago = 0;
};

std::optional<Name> parse(std::string_view metric) {
    Name out{metric, std::nullopt, 0};
    if (const std::size_t mark = metric.find('@'); mark != std::string_view::npos) {
        const std::string_view digits = metric.substr(mark + 1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.days_ago);
        if (error != std::errc() || end != digits.data() + digits.size() || out.days_ago < 1 || out.days_ago > 3660)
            return std::nullopt;
        out.base = metric.substr(0, mark);
    }
    const std::size_t cut = out.base.rfind('_');
    const auto known = std::find_if(kWindows.begin(), kWindows.end(), [&](const Window& window) {
        return cut != std::string_view::npos && out.base.substr(cut + 1) == window.name;
    });
    if (known != kWindows.end()) {
        out.window = *known;
        out.base = out.base.substr(0, cut);
    }
    if (out.days_ago != 0 && (!out.window || out.window->name != "today")) return std::nullopt;
    return out;
}

std::optional<Number> ratio(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) return std::nullopt;
    return Number{static_cast<double>(part) / static_cast<double>(whole), static_cast<std::uint64_t>(whole)};
}

Number count(std::int64_t of) {
    return {static_cast<double>(of), static_cast<std::uint64_t>(std::max<std::int64_t>(of, 0))};
}

struct Counted {
    std::string_view base;
    EventKind kind;
    std::int64_t Steps::*step;  // by days: quotes instead of events
};
constexpr std::array<Counted, 9> kCounted{{{"created", EventKind::kCreated, &Steps::created},
                                           {"rated", EventKind::kRated, &Steps::rated},
                                           {"quoted", EventKind::kQuoted, &Steps::quoted},
                                           {"bound", EventKind::kBound, &Steps::bound},
                                           {"declined", EventKind::kDeclined, &Steps::declined},
                                           {"ratings", EventKind::kRated, nullptr},
                                           {"calculation_failures", EventKind::kFailed, nullptr},
                                           {"edits", EventKind::kUpdated, nullptr},
                                           {"joins", EventKind::kJoined, nullptr}}};

struct CohortRatio {
    std::string_view base;
    std::int64_t Cohort::*part;
    std::int64_t Cohort::*whole;
};
constexpr std::array<CohortRatio, 5> kCohortRatios{{{"hit_ratio", &Cohort::bound, &Cohort::quoted},
                                                    {"quote_ratio", &Cohort::quoted, &Cohort::submitted},
                                                    {"bind_ratio", &Cohort::bound, &Cohort::submitted},
                                                    {"conversion_rate", &Cohort::bound, &Cohort::submitted},
                                                    {"declination_rate", &Cohort::declined, &Cohort::submitted}}};

struct Quantile {
    std::string_view base;
    Sketch Day::*sketch;
    unsigned thousandths;
};
constexpr std::array<Quantile, 9> kQuantiles{{{"time_to_rate_p50", &Day::time_to_rate, 500},
                                              {"time_to_rate_p90", &Day::time_to_rate, 900},
                                              {"time_to_rate_p99", &Day::time_to_rate, 990},
                                              {"time_to_quote_p50", &Day::time_to_quote, 500},
                                              {"time_to_quote_p90", &Day::time_to_quote, 900},
                                              {"time_to_quote_p99", &Day::time_to_quote, 990},
                                              {"time_to_bind_p50", &Day::time_to_bind, 500},
                                              {"time_to_bind_p90", &Day::time_to_bind, 900},
                                              {"time_to_bind_p99", &Day::time_to_bind, 990}}};

template <class Table>
const typename Table::value_type* find(const Table& table, std::string_view base) {
    const auto known = std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.base == base; });
    return known == table.end() ? nullptr : &*known;
}

}  // namespace

class MetricValues {
public:
    MetricValues(const Metrics& metrics, std::int64_t now_ms)
        : ledger_(metrics.ledger_), now_ms_(metrics.now_of(now_ms)) {}

    // False: no such metric. Without a value `out` stays empty.
    bool read(std::string_view metric, std::optional<Number>& out) {
        const auto name = parse(metric);
        if (!name) return false;
        if (name->window && name->window->span == Span::kMinutes) return of_minutes(*name, out);
        if (!name->window && of_now(name->base, out)) return true;
        if (name->days_ago >= ledger_.days().span()) return of_days(name->base, out) && (out.reset(), true);
        last_ = ledger_.day_of(now_ms_) - name->days_ago;
        first_ = last_ - (name->window ? name->window->length : kWindowDays) + 1;
        return of_days(name->base, out);
    }

private:
    bool of_now(std::string_view base, std::optional<Number>& out) {
        const std::int64_t today = ledger_.day_of(now_ms_);
        if (base == "active_quotes") {
            out = count(active_quotes(ledger_, now_ms_));
        } else if (base == "in_progress") {
            out = count(quotes_in_progress(ledger_, now_ms_));
        } else if (base == "psi") {
            const Drift drift = drift_of(ledger_, today);
            if (drift.psi) out = Number{*drift.psi, static_cast<std::uint64_t>(drift.scored)};
        } else {
            return false;
        }
        return true;
    }

    bool of_minutes(const Name& name, std::optional<Number>& out) {
        const Counted* counted = find(kCounted, name.base);
        // Quotes rated for the first time are not told apart within a day.
        if (!counted && name.base != "calculation_failure_rate") return false;
        if (name.base == "rated") return false;
        const EventCounts events = events_of_minutes(ledger_, now_ms_, name.window->length);
        out = counted ? count(count_of(events, counted->kind)) : failure_rate(events);
        return true;
    }

    static std::optional<Number> failure_rate(const EventCounts& events) {
        const std::int64_t failed = count_of(events, EventKind::kFailed);
        return ratio(failed, failed + count_of(events, EventKind::kRated));
    }

    bool of_days(std::string_view base, std::optional<Number>& out) {
        if (const Counted* counted = find(kCounted, base)) {
            out = count(counted->step ? steps_of(ledger_, first_, last_).*counted->step
                                      : count_of(events_of_days(ledger_, first_, last_), counted->kind));
        } else if (const CohortRatio* of = find(kCohortRatios, base)) {
            const Cohort cohort = cohort_of(ledger_, first_, last_);
            out = ratio(cohort.*(of->part), cohort.*(of->whole));
        } else if (const Quantile* quantile = find(kQuantiles, base)) {
            const Sketch sketch = sketch_of(ledger_, quantile->sketch, first_, last_);
            if (const auto ms = sketch.quantile_ms(quantile->thousandths))
                out = Number{static_cast<double>(*ms) / 1000, sketch.count()};
        } else {
            return of_other_days(base, out);
        }
        return true;
    }

    bool of_other_days(std::string_view base, std::optional<Number>& out) {
        if (base == "calculation_failure_rate") {
            out = failure_rate(events_of_days(ledger_, first_, last_));
        } else if (base == "referral_rate" || base == "override_rate") {
            const RiskDay risk = risk_of(ledger_, first_, last_);
            out = ratio(base == "referral_rate" ? risk.referred : risk.overridden, risk.scored);
        } else if (base == "average_time_seconds") {
            const Sketch sketch = sketch_of(ledger_, &Day::time_to_rate, first_, last_);
            out = ratio(sketch.sum_ms(), static_cast<std::int64_t>(sketch.count()));
            if (out) out->value /= 1000;
        } else if (base == "written_premium") {
            const Premiums total = revenue_of(ledger_, first_, last_).total(NameId{1});
            out = Number{std::stod(total.written.to_string()), static_cast<std::uint64_t>(total.policies)};
        } else if (base == "active_users") {
            const Day* day = ledger_.days().find(last_);
            if (first_ != last_) return false;
            out = count(day ? static_cast<std::int64_t>(day->users.count()) : 0);
        } else {
            return false;
        }
        return true;
    }

    const Ledger& ledger_;
    std::int64_t now_ms_;
    std::int64_t first_ = 0, last_ = 0;
};

std::optional<Number> Metrics::value(std::string_view metric, std::int64_t now_ms) const {
    std::optional<Number> out;
    MetricValues(*this, now_ms).read(metric, out);
    return out;
}

bool Metrics::is_metric(std::string_view metric) {
    std::optional<Number> out;
    return MetricValues(Metrics(Options()), 0).read(metric, out);
}

}  // namespace tidegate::analytics
