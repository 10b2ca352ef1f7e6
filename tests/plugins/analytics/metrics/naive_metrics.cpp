#include "naive_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <set>

namespace naive {
namespace {

using nlohmann::json;

constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr std::int64_t kSummerEnds = 1'793'512'800'000;  // 2026-11-01T06:00:00Z

std::vector<Event> of_name(const std::vector<Event>& events, const std::string& name) {
    std::vector<Event> out;
    std::copy_if(events.begin(), events.end(), std::back_inserter(out), [&](const Event& e) { return e.name == name; });
    return out;
}

std::map<std::string, std::vector<Event>> by_quote(const std::vector<Event>& events) {
    std::map<std::string, std::vector<Event>> out;
    for (const Event& event : events) out[event.quote].push_back(event);
    return out;
}

bool earlier(const Event& a, const Event& b) {
    return std::make_pair(a.at_ms, a.sequence) < std::make_pair(b.at_ms, b.sequence);
}

const Event* first_of(const std::vector<Event>& events, const std::string& name) {
    const Event* out = nullptr;
    for (const Event& event : events) {
        if (event.name == name && (!out || earlier(event, *out))) out = &event;
    }
    return out;
}

const Event* last_of(const std::vector<Event>& events, const std::string& name) {
    const Event* out = nullptr;
    for (const Event& event : events) {
        if ((name.empty() || event.name == name) && (!out || earlier(*out, event))) out = &event;
    }
    return out;
}

json number(double value) { return std::isnan(value) ? json() : json(value); }
json ratio(double part, double whole) {
    return whole == 0 ? json() : json(std::floor(part / whole * 10'000 + 0.5) / 10'000);
}

std::string money(std::int64_t cents) {
    const std::int64_t size = std::abs(cents);
    const std::string rest = std::to_string(size % 100);
    return (cents < 0 ? "-" : "") + std::to_string(size / 100) + "." + (rest.size() < 2 ? "0" : "") + rest;
}

std::string text_of(std::int64_t at_ms) {
    const std::time_t local = static_cast<std::time_t>((at_ms + offset_ms(at_ms)) / 1000);
    std::tm parts{};
    gmtime_r(&local, &parts);
    char out[64];
    std::strftime(out, sizeof(out), "%Y-%m-%dT%H:%M:%S", &parts);
    return std::string(out) + (offset_ms(at_ms) == -4 * kHour ? "-04:00" : "-05:00");
}

std::string date_of(std::int64_t day) {
    const std::time_t at = static_cast<std::time_t>(day * 86'400);
    std::tm parts{};
    gmtime_r(&at, &parts);
    char out[64];
    std::strftime(out, sizeof(out), "%Y-%m-%d", &parts);
    return out;
}

bool within(std::int64_t day, std::int64_t today, std::int64_t days) { return day <= today && day > today - days; }

struct Counts {
    std::int64_t submitted = 0, quoted = 0, bound = 0, declined = 0, referred = 0;

    json shown() const {
        return {{"submitted", submitted},
                {"quoted", quoted},
                {"bound", bound},
                {"declined", declined},
                {"referred", referred},
                {"hit_ratio", ratio(bound, quoted)},
                {"quote_ratio", ratio(quoted, submitted)},
                {"bind_ratio", ratio(bound, submitted)},
                {"declination_rate", ratio(declined, submitted)},
                {"referral_rate", ratio(referred, submitted)}};
    }
};

Counts cohort(const std::map<std::string, std::vector<Event>>& quotes, std::int64_t last, std::int64_t days) {
    Counts out;
    for (const auto& [id, events] : quotes) {
        const Event* start = first_of(events, "quote.rated");
        if (!start) start = first_of(events, "quote.quoted");
        if (!start || !within(day_of(start->at_ms), last, days)) continue;
        const bool bound = first_of(events, "quote.bound");
        ++out.submitted;
        out.quoted += bound || first_of(events, "quote.quoted");
        out.bound += bound;
        out.declined += first_of(events, "quote.declined") != nullptr;
        const Event* score = last_of(events, "risk.scored");
        out.referred += score && score->referred;
    }
    return out;
}

json durations(const std::map<std::string, std::vector<Event>>& quotes, const std::string& step, std::int64_t today,
               std::int64_t days) {
    std::vector<std::int64_t> all;
    for (const auto& [id, events] : quotes) {
        const Event* created = first_of(events, "quote.created");
        const Event* done = first_of(events, step);
        if (created && done && within(day_of(done->at_ms), today, days))
            all.push_back(std::max<std::int64_t>(0, done->at_ms - created->at_ms));
    }
    std::sort(all.begin(), all.end());
    const auto at = [&](std::size_t thousandths) {
        return all.empty() ? NAN : static_cast<double>(all[(all.size() - 1) * thousandths / 1000]) / 1000;
    };
    double sum = 0;
    for (const std::int64_t one : all) sum += static_cast<double>(one);
    return {{"count", all.size()},
            {"p50", number(at(500))},
            {"p90", number(at(900))},
            {"p99", number(at(990))},
            {"mean", all.empty() ? json() : json(sum / 1000 / static_cast<double>(all.size()))}};
}

std::int64_t count_day(const std::map<std::string, std::vector<Event>>& quotes, const std::string& name,
                       std::int64_t day) {
    std::int64_t out = 0;
    for (const auto& [id, events] : quotes) {
        const Event* first = first_of(events, name);
        out += first && day_of(first->at_ms) == day;
    }
    return out;
}

json quotes_section(const std::vector<Event>& all, const std::map<std::string, std::vector<Event>>& quotes,
                    std::int64_t now_ms) {
    const std::int64_t today = day_of(now_ms), minute = now_ms / kMinute;
    std::int64_t active = 0, open = 0;
    std::map<std::string, std::int64_t> states, products{{"auto", 0}, {"home", 0}, {"commercial", 0}};
    for (const auto& [id, events] : quotes) {
        const std::int64_t last = last_of(events, "")->at_ms / kMinute;
        active += last <= minute && last > minute - 60;
        const bool begun = first_of(events, "quote.created") || first_of(events, "quote.rated");
        const bool ended =
            first_of(events, "quote.quoted") || first_of(events, "quote.bound") || first_of(events, "quote.declined");
        open += begun && !ended && last <= minute && last > minute - 24 * 60;
        const Event* rated = first_of(events, "quote.rated");
        if (!rated || day_of(rated->at_ms) != today) continue;
        ++states[last_of(events, "quote.rated")->state];
        ++products[last_of(events, "quote.rated")->product];
    }
    json trend = json::array();
    for (std::int64_t i = 23; i >= 0; --i) {
        const std::int64_t hour = now_ms / kHour * kHour - i * kHour;  // New York is whole hours away
        json row{{"hour", text_of(hour)}, {"count", 0}, {"created", 0}, {"quoted", 0}, {"bound", 0}};
        for (const auto& [member, name] : std::map<std::string, std::string>{{"count", "quote.rated"},
                                                                             {"created", "quote.created"},
                                                                             {"quoted", "quote.quoted"},
                                                                             {"bound", "quote.bound"}}) {
            for (const auto& [id, events] : quotes) {
                const Event* first = first_of(events, name);
                if (first && first->at_ms / kHour * kHour == hour) row[member] = row[member].get<int>() + 1;
            }
        }
        trend.push_back(row);
    }
    const Counts window = cohort(quotes, today, 30);
    (void)all;
    return {{"active_quotes", active},
            {"completed_today", count_day(quotes, "quote.rated", today)},
            {"in_progress", open},
            {"average_time_seconds", durations(quotes, "quote.rated", today, 1)["mean"]},
            {"conversion_rate", ratio(window.bound, window.submitted)},
            {"hourly_trend", trend},
            {"by_state", states},
            {"by_product", products}};
}

json revenue_section(const std::map<std::string, std::vector<Event>>& quotes, std::int64_t today) {
    std::int64_t policies = 0, policies_today = 0, cents = 0, annual = 0, cents_today = 0, annual_today = 0;
    std::map<std::string, std::int64_t> states, products, others;
    for (const auto& [id, events] : quotes) {
        const Event* first = first_of(events, "quote.bound");
        if (!first || !within(day_of(first->at_ms), today, 30)) continue;
        const Event* sold = last_of(events, "quote.bound");
        if (sold->currency != "USD") {
            others[sold->currency] += sold->cents;
            continue;
        }
        ++policies;
        cents += sold->cents;
        annual += sold->annual_cents;
        states[sold->state] += sold->cents;
        products[sold->product] += sold->cents;
        if (day_of(first->at_ms) != today) continue;
        ++policies_today;
        cents_today += sold->cents;
        annual_today += sold->annual_cents;
    }
    const auto texts = [](const std::map<std::string, std::int64_t>& amounts) {
        json out = json::object();
        for (const auto& [name, amount] : amounts) out[name] = money(amount);
        return out;
    };
    const auto average = [](std::int64_t sum, std::int64_t count) {
        return count == 0 ? json() : json(money((2 * sum + count) / (2 * count)));
    };
    return {{"currency", "USD"},
            {"window_days", 30},
            {"policies_today", policies_today},
            {"written_premium_today", money(cents_today)},
            {"annualised_premium_today", money(annual_today)},
            {"average_premium_today", average(cents_today, policies_today)},
            {"policies", policies},
            {"written_premium", money(cents)},
            {"annualised_premium", money(annual)},
            {"average_premium", average(cents, policies)},
            {"by_state", texts(states)},
            {"by_product", texts(products)},
            {"other_currencies", texts(others)}};
}

json activity_section(const std::vector<Event>& events, std::int64_t today) {
    std::set<std::string> users;
    std::map<std::string, std::int64_t> counts;
    for (const Event& event : events) {
        if (day_of(event.at_ms) != today) continue;
        ++counts[event.name];
        if (!event.user.empty()) users.insert(event.user);
    }
    return {{"active_users_today", users.size()},
            {"active_users_exact", true},
            {"sessions_joined_today", counts["session.joined"]},
            {"edits_today", counts["field.updated"]},
            {"ratings_today", counts["quote.rated"]},
            {"calculation_failures_today", counts["calculation.failed"]}};
}

std::vector<Event> scores(const std::map<std::string, std::vector<Event>>& quotes, std::int64_t last,
                          std::int64_t days) {
    std::vector<Event> out;
    for (const auto& [id, events] : quotes) {
        const Event* score = last_of(events, "risk.scored");
        if (score && within(day_of(score->at_ms), last, days)) out.push_back(*score);
    }
    return out;
}

std::map<std::string, double> mix(const std::vector<Event>& scored) {
    std::map<std::string, double> out;
    for (const Event& event : scored) out[event.tier] += 1.0 / static_cast<double>(scored.size());
    return out;
}

json psi(const std::vector<Event>& baseline, const std::vector<Event>& now) {
    if (baseline.size() < 50 || now.size() < 50) return nullptr;
    auto expected = mix(baseline), actual = mix(now);
    std::set<std::string> tiers;
    for (const auto& [tier, share] : expected) tiers.insert(tier);
    for (const auto& [tier, share] : actual) tiers.insert(tier);
    double sum = 0;
    for (const std::string& tier : tiers) {
        const double e = std::max(expected[tier], 0.0001), a = std::max(actual[tier], 0.0001);
        sum += (a - e) * std::log(a / e);
    }
    return sum;
}

json ai_section(const std::map<std::string, std::vector<Event>>& quotes, std::int64_t today) {
    const auto scored = scores(quotes, today, 30);
    const auto part = [&](auto holds) {
        return ratio(static_cast<double>(std::count_if(scored.begin(), scored.end(), holds)),
                     static_cast<double>(scored.size()));
    };
    json tiers = json::object();
    for (const auto& [tier, share] : mix(scored)) tiers[tier] = std::floor(share * 10'000 + 0.5) / 10'000;
    return {{"window_days", 30},
            {"scored", scored.size()},
            {"scored_today", scores(quotes, today, 1).size()},
            {"referral_rate", part([](const Event& e) { return e.referred; })},
            {"override_rate", part([](const Event& e) { return e.overridden; })},
            {"tier_mix", tiers},
            {"psi", psi(scores(quotes, today - 7, 28), scores(quotes, today, 7))}};
}

}  // namespace

std::int64_t offset_ms(std::int64_t at_ms) { return at_ms < kSummerEnds ? -4 * kHour : -5 * kHour; }
std::int64_t day_of(std::int64_t at_ms) { return (at_ms + offset_ms(at_ms)) / kDay; }

json dashboard(const std::vector<Event>& events, std::int64_t now_ms) {
    const auto quotes = by_quote(events);
    const std::int64_t today = day_of(now_ms);
    json conversions = cohort(quotes, today, 30).shown();
    conversions["window_days"] = 30;
    conversions["today"] = json::object();
    for (const char* step : {"created", "rated", "quoted", "bound", "declined"}) {
        conversions["today"][step] = count_day(quotes, std::string("quote.") + step, today);
    }
    for (const auto& [member, step] : std::map<std::string, std::string>{{"time_to_rate_seconds", "quote.rated"},
                                                                         {"time_to_quote_seconds", "quote.quoted"},
                                                                         {"time_to_bind_seconds", "quote.bound"}}) {
        conversions[member] = durations(quotes, step, today, 30);
        conversions[member].erase("mean");
    }
    return {{"quotes", quotes_section(events, quotes, now_ms)},
            {"conversions", conversions},
            {"revenue", revenue_section(quotes, today)},
            {"activity", activity_section(events, today)},
            {"ai", ai_section(quotes, today)}};
}

json cohorts(const std::vector<Event>& events, std::int64_t now_ms) {
    json out = json::array();
    for (std::int64_t i = 0; i < 14; ++i) {
        json row = cohort(by_quote(events), day_of(now_ms) - i, 1).shown();
        row["day"] = date_of(day_of(now_ms) - i);
        out.push_back(row);
    }
    return out;
}

json risk_days(const std::vector<Event>& events, std::int64_t now_ms) {
    json out = json::array();
    for (std::int64_t i = 0; i < 14; ++i) {
        const auto scored = scores(by_quote(events), day_of(now_ms) - i, 1);
        json tiers = json::object();
        std::int64_t referred = 0, overridden = 0;
        for (const Event& event : scored) {
            tiers[event.tier] = tiers.value(event.tier, 0) + 1;
            referred += event.referred;
            overridden += event.overridden;
        }
        out.push_back({{"day", date_of(day_of(now_ms) - i)},
                       {"scored", scored.size()},
                       {"referred", referred},
                       {"overridden", overridden},
                       {"tiers", tiers}});
    }
    return out;
}

json decline_reasons(const std::vector<Event>& events, std::int64_t now_ms) {
    json out = json::object();
    for (const auto& [id, of] : by_quote(events)) {
        const Event* first = first_of(of, "quote.declined");
        if (!first || !within(day_of(first->at_ms), day_of(now_ms), 30)) continue;
        const std::string reason = last_of(of, "quote.declined")->reason;
        out[reason] = out.value(reason, 0) + 1;
    }
    return out;
}

json rates(const std::vector<Event>& events, std::int64_t now_ms) {
    json out;
    for (const auto& [name, minutes] : std::map<std::string, std::int64_t>{{"5m", 5}, {"1h", 60}, {"24h", 1440}}) {
        json row;
        for (const char* kind : {"quote.created", "quote.rated", "quote.quoted", "quote.bound", "quote.declined",
                                 "calculation.failed", "field.updated", "session.joined", "risk.scored"}) {
            const auto of = of_name(events, kind);
            row[kind] = std::count_if(of.begin(), of.end(), [&](const Event& event) {
                const std::int64_t minute = event.at_ms / kMinute;
                return minute <= now_ms / kMinute && minute > now_ms / kMinute - minutes;
            });
        }
        row["calculation_failure_rate"] =
            ratio(row["calculation.failed"].get<double>(),
                  row["calculation.failed"].get<double>() + row["quote.rated"].get<double>());
        out[name] = row;
    }
    return out;
}

}  // namespace naive
