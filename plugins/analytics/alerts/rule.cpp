#include "rule.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rule_reader.hpp"

namespace tidegate::analytics {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kMaxSeconds = 7 * 24 * 3600;
constexpr std::int64_t kNoDataSeconds = 900;

Baseline read_baseline(const Json& json, RuleReader& in) {
    Baseline out;
    bool has_clear = false;
    bool has_min_weeks = false;
    for (const auto& [name, value] : json.items()) {
        const std::string member = "baseline." + name;
        if (name == "change_percent" || name == "clear_change_percent") {
            if (!value.is_number() || !std::isfinite(value.get<double>()))
                return in.fail(member, "is not a number"), out;
            (name == "change_percent" ? out.change_percent : out.clear_change_percent) = value.get<double>();
            has_clear |= name != "change_percent";
        } else if (name == "weeks" || name == "min_weeks") {
            if (!value.is_number_integer() || value < 1 || value > 12)
                return in.fail(member, "is not an integer from 1 to 12"), out;
            (name == "weeks" ? out.weeks : out.min_weeks) = value.get<unsigned>();
            has_min_weeks |= name == "min_weeks";
        } else {
            return in.fail(member, "is no member of a baseline"), out;
        }
    }
    if (!has_min_weeks) out.min_weeks = out.weeks;
    if (!has_clear) out.clear_change_percent = out.change_percent;
    if (out.change_percent == 0) in.fail("baseline.change_percent", "is missing or 0");
    if (out.min_weeks > out.weeks) in.fail("baseline.min_weeks", "is more than 'weeks'");
    if (out.clear_change_percent * out.change_percent < 0 ||
        std::abs(out.clear_change_percent) > std::abs(out.change_percent))
        in.fail("baseline.clear_change_percent", "is not between 0 and 'change_percent'");
    return out;
}

void read_limit(RuleReader& in, Rule& rule) {
    const auto threshold = in.number("threshold");
    const auto clear = in.number("clear");
    const Json* baseline = in.object("baseline");
    const auto comparison = in.choice("comparison", {"above", "below"});
    if (comparison) rule.comparison = *comparison == 0 ? Comparison::kAbove : Comparison::kBelow;
    if (!in.ok()) return;
    if ((baseline != nullptr) == threshold.has_value())
        return in.fail("threshold", baseline ? "and 'baseline' exclude each other" : "or 'baseline' is missing");
    if (baseline) {
        if (clear) return in.fail("clear", "belongs to 'threshold'; a baseline has 'clear_change_percent'");
        rule.baseline = read_baseline(*baseline, in);
        const auto implied = rule.baseline->change_percent < 0 ? Comparison::kBelow : Comparison::kAbove;
        if (comparison && rule.comparison != implied)
            return in.fail("comparison", "contradicts the sign of 'baseline.change_percent'");
        rule.comparison = implied;
        return;
    }
    if (!comparison) return in.fail("comparison", "is missing");
    rule.threshold = *threshold;
    rule.clear = clear.value_or(*threshold);
    if (rule.comparison == Comparison::kAbove ? rule.clear > rule.threshold : rule.clear < rule.threshold)
        in.fail("clear", "is beyond 'threshold': an alert would end while it holds");
}

Rule read_rule(RuleReader& in, const std::vector<std::string>& dashboards) {
    Rule rule;
    rule.id = in.text("rule", true);
    rule.metric = in.text("metric", true, 128);
    read_limit(in, rule);
    rule.for_ms = in.integer("for_s", 0, 0, kMaxSeconds) * 1000;
    rule.no_data_ms = in.integer("no_data_s", kNoDataSeconds, 1, kMaxSeconds) * 1000;
    rule.min_volume = static_cast<std::uint64_t>(in.integer("min_volume", 0, 0, 1'000'000'000));
    const auto severity = in.choice("severity", {"info", "warning", "critical"});
    if (severity) rule.severity = static_cast<Severity>(*severity);
    rule.roles = in.texts("roles", nullptr);
    rule.dashboards = in.texts("dashboards", &dashboards);
    if (rule.dashboards.empty()) rule.dashboards = dashboards;
    rule.message = in.text("message", false);
    if (rule.message.empty()) rule.message = "{metric} is {value}, the limit is {threshold}";
    rule.runbook = in.text("runbook", false);
    in.no_others();
    return rule;
}

}  // namespace

std::string_view name_of(Comparison comparison) { return comparison == Comparison::kAbove ? "above" : "below"; }

std::string_view name_of(Severity severity) {
    switch (severity) {
        case Severity::kInfo:
            return "info";
        case Severity::kWarning:
            return "warning";
        case Severity::kCritical:
            return "critical";
    }
    return "warning";
}

tg::Result<std::vector<Rule>> read_rules(std::string_view json, const std::vector<std::string>& dashboards) {
    const Json all = Json::parse(json, nullptr, false);
    if (!all.is_array()) return tg::invalid("'alerts' is not a list of rules");
    if (all.size() > kMaxRules) return tg::invalid("'alerts' has more than " + std::to_string(kMaxRules) + " rules");
    std::vector<Rule> rules;
    for (std::size_t at = 0; at < all.size(); ++at) {
        RuleReader in(all[at], at);
        Rule rule;
        if (in.ok()) rule = read_rule(in, dashboards);
        const auto same = [&](const Rule& other) { return other.id == rule.id; };
        if (in.ok() && std::any_of(rules.begin(), rules.end(), same)) in.fail("rule", "names two rules");
        if (!in.ok()) return tg::invalid(in.problem());
        rules.push_back(std::move(rule));
    }
    return rules;
}

}  // namespace tidegate::analytics
