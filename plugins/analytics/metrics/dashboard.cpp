// The dashboards as JSON: five sections that every type has, and what a type shows beside.

#include <tidegate/json/writer.hpp>

#include "dashboard_parts.hpp"
#include "metrics.hpp"
#include "totals.hpp"

namespace tidegate::analytics {

using tg::json::Writer;

class DashboardView {
public:
    DashboardView(const Metrics& metrics, DashboardType type, std::int64_t now_ms)
        : metrics_(metrics),
          ledger_(metrics.ledger_),
          type_(type),
          now_ms_(metrics.now_of(now_ms)),
          today_(ledger_.day_of(now_ms_)),
          first_(today_ - kWindowDays + 1),
          nothing_(),
          day_(ledger_.days().find(today_) ? *ledger_.days().find(today_) : nothing_) {}

    std::string write() {
        cohort_ = cohort_of(ledger_, first_, today_);
        out_.begin_object().key("quotes");
        quotes();
        out_.key("conversions");
        conversions();
        out_.key("revenue");
        revenue();
        out_.key("activity");
        activity();
        out_.key("ai");
        ai();
        return out_.end_object().take();
    }

private:
    static constexpr std::int64_t kListedDays = 14;
    static constexpr std::size_t kTrendHours = 24;
    static constexpr std::size_t kProtocolProducts = 3;  // auto, home, commercial: the first that are made known

    void quotes() {
        out_.begin_object().member("active_quotes", active_quotes(ledger_, now_ms_));
        out_.member("completed_today", day_.steps.rated).member("in_progress", quotes_in_progress(ledger_, now_ms_));
        out_.raw_member("average_time_seconds", mean_seconds_text(day_.time_to_rate));
        out_.raw_member("conversion_rate", ratio_text(cohort_.bound, cohort_.submitted));
        out_.key("hourly_trend");
        hourly_trend();
        out_.key("by_state");
        write_counts(out_, metrics_.states_, day_.rated_by_state);
        out_.key("by_product");
        by_product();
        out_.end_object();
    }

    // The hour of now and the 23 before it, oldest first.
    void hourly_trend() {
        std::array<std::int64_t, kTrendHours> starts_ms{};
        std::int64_t start_ms = ledger_.zone().hour_start_ms(now_ms_);
        for (std::size_t i = kTrendHours; i-- > 0; start_ms = ledger_.zone().hour_start_ms(start_ms - 1)) {
            starts_ms[i] = start_ms;
        }
        out_.begin_array();
        for (const std::int64_t at_ms : starts_ms) {
            const Steps* known = ledger_.hours().find(at_ms / 60'000);
            const Steps steps = known ? *known : Steps();
            out_.begin_object().member("hour", ledger_.zone().text(at_ms)).member("count", steps.rated);
            out_.member("created", steps.created).member("quoted", steps.quoted).member("bound", steps.bound);
            out_.end_object();
        }
        out_.end_array();
    }

    // The three products of the protocol always, others when there are any.
    void by_product() {
        out_.begin_object();
        const auto& names = metrics_.products_.all();
        for (std::size_t i = 1; i <= names.size(); ++i) {
            const auto id = static_cast<NameId>(i % names.size());
            const std::int64_t count = day_.rated_by_product.of(id);
            if (count != 0 || i <= kProtocolProducts) out_.member(names[id], count);
        }
        out_.end_object();
    }

    void conversions() {
        out_.begin_object().member("window_days", kWindowDays);
        write_ratios(out_, cohort_);
        out_.key("today").begin_object().member("created", day_.steps.created).member("rated", day_.steps.rated);
        out_.member("quoted", day_.steps.quoted).member("bound", day_.steps.bound);
        out_.member("declined", day_.steps.declined).end_object();
        durations("time_to_rate_seconds", &Day::time_to_rate);
        durations("time_to_quote_seconds", &Day::time_to_quote);
        durations("time_to_bind_seconds", &Day::time_to_bind);
        if (type_ == DashboardType::kSales) cohorts();
        if (type_ == DashboardType::kUnderwriting) {
            out_.key("decline_reasons");
            write_counts(out_, metrics_.reasons_, reasons_of(ledger_, first_, today_));
        }
        out_.end_object();
    }

    void durations(std::string_view name, Sketch Day::*which) {
        out_.key(name);
        write_durations(out_, sketch_of(ledger_, which, first_, today_));
    }

    void cohorts() {
        out_.key("cohorts").begin_array();
        for (std::int64_t day = today_; day > today_ - kListedDays; --day) {
            out_.begin_object().member("day", time_zone::day_text(static_cast<std::int32_t>(day)));
            write_ratios(out_, cohort_of(ledger_, day, day));
            out_.end_object();
        }
        out_.end_array();
    }

    void revenue() {
        const NameId own = 1;
        const Revenue window = revenue_of(ledger_, first_, today_);
        const Premiums today = day_.revenue.total(own), total = window.total(own);
        out_.begin_object().member("currency", metrics_.currencies_.text(own)).member("window_days", kWindowDays);
        out_.member("policies_today", today.policies).member("written_premium_today", amount_text(today.written));
        out_.member("annualised_premium_today", amount_text(today.annualised));
        out_.raw_member("average_premium_today", today.average());
        out_.member("policies", total.policies).member("written_premium", amount_text(total.written));
        out_.member("annualised_premium", amount_text(total.annualised)).raw_member("average_premium", total.average());
        out_.key("by_state");
        write_amounts(out_, metrics_.states_, window.by_state(own));
        out_.key("by_product");
        write_amounts(out_, metrics_.products_, window.by_product(own));
        auto others = window.by_currency();
        others.erase(own);
        out_.key("other_currencies");
        write_amounts(out_, metrics_.currencies_, others);
        if (type_ == DashboardType::kSales) by_state_and_product(window, own);
        out_.end_object();
    }

    void by_state_and_product(const Revenue& window, NameId currency) {
        std::map<NameId, std::map<NameId, Premiums>> states;
        for (const auto& [key, premiums] : window.cells()) {
            if (key.currency == currency) states[key.state][key.product].add(premiums);
        }
        out_.key("by_state_and_product").begin_object();
        for (const auto& [state, products] : states) {
            out_.key(metrics_.states_.text(state));
            write_amounts(out_, metrics_.products_, products);
        }
        out_.end_object();
    }

    void activity() {
        const auto today = [&](EventKind kind) { return count_of(day_.events, kind); };
        out_.begin_object().member("active_users_today", day_.users.count());
        out_.member("active_users_exact", day_.users.exact());
        out_.member("sessions_joined_today", today(EventKind::kJoined));
        out_.member("edits_today", today(EventKind::kUpdated)).member("ratings_today", today(EventKind::kRated));
        out_.member("calculation_failures_today", today(EventKind::kFailed));
        if (type_ == DashboardType::kOperations) {
            rates();
            folding();
        }
        out_.key("feed");
        write_feed(out_, metrics_.feeds_[static_cast<std::size_t>(type_)], ledger_.zone());
        out_.end_object();
    }

    void rates() {
        out_.key("rates").begin_object();
        for (const auto& [name, minutes] : {std::pair("5m", 5), std::pair("1h", 60), std::pair("24h", 24 * 60)}) {
            const EventCounts events = events_of_minutes(ledger_, now_ms_, minutes);
            out_.key(name).begin_object();
            for (std::size_t i = 0; i < events.size(); ++i) out_.member(name_of(static_cast<EventKind>(i)), events[i]);
            const std::int64_t failed = count_of(events, EventKind::kFailed);
            out_.raw_member("calculation_failure_rate",
                            ratio_text(failed, failed + count_of(events, EventKind::kRated)));
            out_.end_object();
        }
        out_.end_object();
    }

    void folding() {
        const FoldCounts& counts = metrics_.counts_;
        std::uint64_t other = 0;
        for (const Names* names :
             {&metrics_.states_, &metrics_.products_, &metrics_.currencies_, &metrics_.tiers_, &metrics_.reasons_}) {
            other += names->overflowed();
        }
        out_.key("folding").begin_object().member("last_sequence", metrics_.last_sequence_);
        out_.member("folded", counts.folded).member("malformed", counts.malformed).member("ignored", counts.ignored);
        out_.member("late", counts.late).member("beyond_kept_days", ledger_.beyond());
        out_.member("unknown_quotes", counts.unknown_quotes).member("quotes_remembered", metrics_.quotes_.size());
        out_.member("quotes_forgotten", metrics_.quotes_.forgotten()).member("counted_as_other", other).end_object();
    }

    void ai() {
        const RiskDay risk = risk_of(ledger_, first_, today_);
        const Drift drift = drift_of(ledger_, today_);
        out_.begin_object().member("window_days", kWindowDays).member("scored", risk.scored);
        out_.member("scored_today", day_.risk.scored);
        out_.raw_member("referral_rate", ratio_text(risk.referred, risk.scored));
        out_.raw_member("override_rate", ratio_text(risk.overridden, risk.scored));
        out_.key("tier_mix");
        write_shares(out_, metrics_.tiers_, risk.tiers);
        out_.raw_member("psi", fixed_text(drift.psi));
        if (type_ == DashboardType::kUnderwriting) risk_days();
        out_.end_object();
    }

    void risk_days() {
        out_.key("daily").begin_array();
        for (std::int64_t day = today_; day > today_ - kListedDays; --day) {
            const RiskDay risk = risk_of(ledger_, day, day);
            out_.begin_object()
                .member("day", time_zone::day_text(static_cast<std::int32_t>(day)))
                .member("scored", risk.scored);
            out_.member("referred", risk.referred).member("overridden", risk.overridden).key("tiers");
            write_counts(out_, metrics_.tiers_, risk.tiers);
            out_.end_object();
        }
        out_.end_array();
    }

    const Metrics& metrics_;
    const Ledger& ledger_;
    DashboardType type_;
    std::int64_t now_ms_;
    std::int64_t today_;
    std::int64_t first_;
    Day nothing_;
    const Day& day_;
    Cohort cohort_;
    Writer out_;
};

std::string Metrics::dashboard(DashboardType type, std::int64_t now_ms) const {
    return DashboardView(*this, type, now_ms).write();
}

}  // namespace tidegate::analytics
