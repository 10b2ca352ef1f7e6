// Alerts as JSON: what clients see, and what is kept.

#include <charconv>
#include <nlohmann/json.hpp>
#include <tidegate/json/writer.hpp>

#include "alert.hpp"
#include "quote_document/identity.hpp"

namespace tidegate::analytics {
namespace {

using Json = nlohmann::json;

std::string short_number(double value) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof(text), value, std::chars_format::general, 6).ptr;
    return std::string(text, end);
}

void put_texts(tg::json::Writer& out, std::string_view name, const std::vector<std::string>& texts) {
    out.key(name).begin_array();
    for (const std::string& text : texts) out.value(text);
    out.end_array();
}

Json kept(const Alert& alert) {
    return {{"id", alert.id},         {"state", name_of(alert.state)},
            {"value", alert.value},   {"threshold", alert.threshold},
            {"volume", alert.volume}, {"since_ms", alert.since_ms},
            {"at_ms", alert.at_ms},   {"until_ms", alert.until_ms},
            {"raised", alert.raised}, {"by", alert.by},
            {"reason", alert.reason}};
}

std::optional<Alert> read_kept(const Json& json) {
    const auto state = alert_state_named(json.at("state").get<std::string>());
    if (!state) return std::nullopt;
    Alert out;
    out.id = json.at("id").get<std::string>();
    out.state = *state;
    out.value = json.at("value").get<double>();
    out.threshold = json.at("threshold").get<double>();
    out.volume = json.at("volume").get<std::uint64_t>();
    out.since_ms = json.at("since_ms").get<std::int64_t>();
    out.at_ms = json.at("at_ms").get<std::int64_t>();
    out.until_ms = json.at("until_ms").get<std::int64_t>();
    out.raised = json.at("raised").get<unsigned>();
    out.by = json.at("by").get<std::string>();
    out.reason = json.at("reason").get<std::string>();
    return out;
}

Json shown_by(const Rule& rule) {
    return {{"metric", rule.metric},   {"comparison", name_of(rule.comparison)},
            {"roles", rule.roles},     {"severity", name_of(rule.severity)},
            {"message", rule.message}, {"dashboards", rule.dashboards},
            {"runbook", rule.runbook}};
}

}  // namespace

Rule rule_shown_by(std::string_view id, std::string_view saved_alert) {
    Rule nameless;
    nameless.id = id;
    nameless.message = "{rule} is {value}, the limit is {threshold}";
    try {
        const Json json = Json::parse(saved_alert).at("shown_by");
        Rule out = nameless;
        out.metric = json.at("metric").get<std::string>();
        out.comparison = json.at("comparison") == name_of(Comparison::kBelow) ? Comparison::kBelow : Comparison::kAbove;
        for (const Severity severity : {Severity::kInfo, Severity::kCritical})
            if (json.at("severity") == name_of(severity)) out.severity = severity;
        out.roles = json.at("roles").get<std::vector<std::string>>();
        out.dashboards = json.at("dashboards").get<std::vector<std::string>>();
        out.message = json.at("message").get<std::string>();
        out.runbook = json.at("runbook").get<std::string>();
        return out;
    } catch (const Json::exception&) {
        return nameless;
    }
}

std::string alert_message(const Rule& rule, const Alert& alert) {
    std::string out;
    for (std::size_t at = 0; at < rule.message.size(); ++at) {
        const auto put = [&](std::string_view name, const std::string& value) {
            if (rule.message.compare(at, name.size(), name) != 0) return false;
            out += value;
            at += name.size() - 1;
            return true;
        };
        if (put("{value}", short_number(alert.value)) || put("{threshold}", short_number(alert.threshold)) ||
            put("{volume}", std::to_string(alert.volume)) || put("{metric}", rule.metric) || put("{rule}", rule.id))
            continue;
        out += rule.message[at];
    }
    return out;
}

std::string alert_json(const Rule& rule, const Alert& alert) {
    tg::json::Writer out;
    out.begin_object().member("id", alert.id).member("rule", rule.id).member("metric", rule.metric);
    out.member("state", name_of(alert.state)).member("severity", name_of(rule.severity));
    out.member("comparison", name_of(rule.comparison)).raw_member("value", short_number(alert.value));
    out.raw_member("threshold", short_number(alert.threshold)).member("volume", alert.volume);
    out.member("since", quote::time_text(alert.since_ms)).member("at", quote::time_text(alert.at_ms));
    if (alert.until_ms != 0) out.member("until", quote::time_text(alert.until_ms));
    if (!alert.by.empty()) out.member("by", alert.by);
    if (!alert.reason.empty()) out.member("reason", alert.reason);
    out.member("message", alert_message(rule, alert));
    put_texts(out, "roles", rule.roles);
    put_texts(out, "dashboards", rule.dashboards);
    if (!rule.runbook.empty()) out.member("runbook", rule.runbook);
    return out.end_object().take();
}

// The alert may outlive its rule in the configuration: it is kept with what it takes to tell of its end.
std::string RuleWatch::save_alert() const {
    Json out{{"rule", rule_.id}, {"quiet_until_well", quiet_until_well_}, {"shown_by", shown_by(rule_)}};
    if (alert_) out["alert"] = kept(*alert_);
    return out.dump();
}

std::string RuleWatch::save() const {
    Json out{{"rule", rule_.id}, {"quiet_until_well", quiet_until_well_}, {"unknown_since_ms", unknown_since_ms_}};
    if (alert_) out["alert"] = kept(*alert_);
    Json& trail = out["trail"] = Json::array();
    for (const auto& [hour, value] : trail_.hours()) trail.push_back({hour.first, hour.second, value});
    return out.dump();
}

bool RuleWatch::adopt(std::string_view saved_alert) {
    try {
        const Json json = Json::parse(saved_alert);
        if (json.at("rule") != rule_.id) return false;
        std::optional<Alert> alert;
        if (json.contains("alert") && !(alert = read_kept(json["alert"]))) return false;
        quiet_until_well_ = json.at("quiet_until_well").get<bool>();
        alert_ = std::move(alert);
        return true;
    } catch (const Json::exception&) {
        return false;
    }
}

bool RuleWatch::restore(std::string_view saved) {
    try {
        const Json json = Json::parse(saved);
        if (!adopt(saved)) return false;
        unknown_since_ms_ = json.at("unknown_since_ms").get<std::int64_t>();
        for (const Json& hour : json.at("trail"))
            trail_.restore({hour.at(0).get<std::int64_t>(), hour.at(1).get<int>()}, hour.at(2).get<double>());
        return true;
    } catch (const Json::exception&) {
        return false;
    }
}

}  // namespace tidegate::analytics
