#include "messages.hpp"

#include <algorithm>
#include <charconv>
#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>

#include "quote_document/identity.hpp"

namespace tidegate::analytics {
namespace {

tg::json::Writer begin(std::string_view type) {
    tg::json::Writer out;
    out.begin_object().member("type", type);
    return out;
}

tg::json::Writer begin_update(DashboardType type, const Picture& picture) {
    tg::json::Writer out = begin("metrics:update");
    out.member("dashboard_type", name_of(type)).member("timestamp", quote::time_text(picture.tick));
    out.member("tick", picture.tick);
    return out;
}

template <class Keep>
std::string json_array(const std::vector<Alerts::Change>& alerts, Keep keep) {
    tg::json::Writer out;
    out.begin_array();
    for (const Alerts::Change& one : alerts)
        if (keep(one)) out.raw(alert_json(one.rule, one.alert));
    return out.end_array().take();
}

bool read_count(tg::json::Reader& in, std::uint64_t& out) {
    std::string_view text;
    if (!in.number(text)) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size();
}

// Reads an object by member(in, key); false when the text is not one.
template <class Member>
bool read_object(std::string_view payload, Member member) {
    std::string_view key;
    tg::json::Reader in(payload);
    if (!in.enter_object()) return false;
    while (in.next_member(key)) member(in, key);
    return in.finish();
}

}  // namespace

std::string dashboard_initial(DashboardType type, const std::string& channel, const Picture& picture,
                              const std::string& alerts, std::string_view ref) {
    tg::json::Writer out = begin("dashboard:initial");
    out.member("channel", channel).member("dashboard_type", name_of(type));
    out.member("timestamp", quote::time_text(picture.tick)).member("tick", picture.tick);
    out.raw_member("data", picture.data).raw_member("alerts", alerts);
    std::string text = out.take();
    return text.append(ref).append("}");
}

std::string metrics_update(DashboardType type, const Picture& picture) {
    return begin_update(type, picture).raw_member("data", picture.data).end_object().take();
}

std::string metrics_delta(DashboardType type, const Picture& picture, std::int64_t base, const std::string& patch) {
    return begin_update(type, picture).member("base", base).raw_member("delta", patch).end_object().take();
}

std::string metrics_error() {
    return begin("metrics:error")
        .member("code", "unavailable")
        .member("message", "Metrics streaming error")
        .end_object()
        .take();
}

std::string alerts_new(const std::string& alert) {
    return begin("alerts:new").key("alerts").begin_array().raw(alert).end_array().end_object().take();
}

std::string alerts_changed(const std::string& alert) {
    return begin("alerts:changed").raw_member("alert", alert).end_object().take();
}

std::string alerts_list(const std::vector<Alerts::Change>& alerts) {
    const auto all = [](const Alerts::Change&) { return true; };
    return begin("alerts:list").raw_member("alerts", json_array(alerts, all)).end_object().take();
}

std::string open_alerts(const std::vector<Alerts::Change>& alerts, DashboardType type) {
    return json_array(alerts, [type](const Alerts::Change& one) {
        const auto& shown = one.rule.dashboards;
        return one.alert.state != AlertState::kResolved &&
               std::find(shown.begin(), shown.end(), name_of(type)) != shown.end();
    });
}

std::string alert_event(const Alerts::Change& change) { return alert_json(change.rule, change.alert); }

std::optional<AlertPage> read_alert_page(std::string_view json) {
    AlertPage out;
    const bool read = read_object(json, [&](tg::json::Reader& in, std::string_view key) {
        std::string_view text;
        if (key == "after" && in.raw(text) && text != "null") tg::json::Reader(text).string(out.after);
        if (key != "items" || !in.enter_array()) return;
        while (in.next_element()) {
            AlertDocument& document = out.documents.emplace_back();
            in.enter_object();
            while (in.next_member(key)) {
                if (key == "id") in.string(document.rule);
                if (key == "revision") read_count(in, document.revision);
                if (key == "data" && in.raw(text)) document.saved = text;
            }
        }
    });
    if (!read) return std::nullopt;
    return out;
}

std::optional<DashboardRequest> read_dashboard_request(std::string_view payload) {
    DashboardRequest out;
    std::string type;
    const bool read = read_object(payload, [&](tg::json::Reader& in, std::string_view key) {
        if (key == "dashboard_type")
            in.string(type);
        else if (key == "delta")
            in.boolean(out.delta);
    });
    if (!read) return std::nullopt;
    if (!type.empty() && !(out.type = dashboard_type(type))) return std::nullopt;
    return out;
}

std::optional<AlertRequest> read_alert_request(std::string_view payload) {
    AlertRequest out;
    const bool read = read_object(payload, [&](tg::json::Reader& in, std::string_view key) {
        if (key == "alert_id")
            in.string(out.alert_id);
        else if (key == "for_s")
            in.integer(out.for_s);
    });
    if (!read) return std::nullopt;
    return out;
}

std::string write_show(const ShowTask& task) {
    tg::json::Writer out;
    out.begin_object().member("session", task.session).member("join", task.join).member("delta", task.delta);
    return out.member("ref", task.ref).member("attempts", task.attempts).end_object().take();
}

std::optional<ShowTask> read_show(std::string_view payload) {
    ShowTask out;
    const bool read = read_object(payload, [&](tg::json::Reader& in, std::string_view key) {
        if (key == "session")
            read_count(in, out.session);
        else if (key == "join")
            in.boolean(out.join);
        else if (key == "delta")
            in.boolean(out.delta);
        else if (key == "ref")
            in.string(out.ref);
        else if (key == "attempts")
            read_count(in, out.attempts);
    });
    if (!read || out.session == 0) return std::nullopt;
    return out;
}

}  // namespace tidegate::analytics
