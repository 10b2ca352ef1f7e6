// What becomes of alerts: kept as a document per rule, told in the commit that keeps it.

#include <algorithm>
#include <utility>

#include "analytics_plugin.hpp"
#include "channels.hpp"

namespace tidegate::analytics {
namespace {

constexpr int kAttempts = 3;
// For the desk to be loaded, after a start or a reload.
constexpr std::uint64_t kWaitMs = 20;
constexpr int kWaits = 150;

bool may_see(const tg::Principal& principal, const Rule& rule) {
    return std::any_of(rule.dashboards.begin(), rule.dashboards.end(), [&](const std::string& name) {
        const auto type = dashboard_type(name);
        return type && may_view(principal, *type);
    });
}

bool may_act(const tg::Principal& principal, const Rule& rule) {
    if (!may_see(principal, rule)) return false;
    if (rule.roles.empty() || principal.allows("alerts:manage")) return true;
    return std::find(rule.roles.begin(), rule.roles.end(), principal.role()) != rule.roles.end();
}

// To everybody who looks at one of the rule's dashboards, but `author`, who is answered.
void publish_on(tg::Patch& patch, const Telling& telling, tg::Session author) {
    const std::string alert = alert_json(telling.change.rule, telling.change.alert);
    const std::string event = telling.what == "alert.raised" ? alerts_new(alert) : alerts_changed(alert);
    for (const std::string& name : telling.change.rule.dashboards) {
        const auto type = dashboard_type(name);
        if (!type) continue;
        for (std::string channel : {channel_of(*type), delta_channel_of(*type)}) {
            tg::Publication publication(std::move(channel), event);
            publication.lane(tg::Lane::kEvents);
            if (author.id() != 0) publication.exclude({author});
            patch.publish(std::move(publication));
        }
    }
}

std::string key_of(const Telling& telling) {
    const Alert& alert = telling.change.alert;
    return alert.id + ":" + std::string(name_of(alert.state)) + ":" + std::to_string(alert.at_ms);
}

}  // namespace

tg::Task<> AnalyticsPlugin::tell_all(DeskRef desk) {
    std::vector<Telling> tellings = desk->take_tellings();
    for (std::size_t at = 0; at < tellings.size(); ++at) {
        tg_rc stopped = TG_OK;
        try {
            Telling telling = tellings[at];
            const tg::Status kept = co_await keep(desk, std::move(telling), tg::Session());
            if (!kept.ok()) tg::log::warn("alert " + tellings[at].change.alert.id + " is told later: " + kept.text());
        } catch (const tg::Cancelled& ended) {
            stopped = ended.rc();
        }
        if (stopped == TG_OK) continue;
        for (++at; at < tellings.size(); ++at) desk->tell_later(std::move(tellings[at]));
        throw tg::Cancelled(stopped);
    }
}

// Who finds that another wrote first writes again: the desk's alert holds what both did. What cannot be kept now is
// tried again by the clock, under the same key.
tg::Task<tg::Status> AnalyticsPlugin::keep(DeskRef desk, Telling telling, tg::Session author) {
    const std::string rule = telling.change.rule.id;
    tg::Status last;
    tg_rc stopped = TG_OK;
    try {
        for (int attempt = 0; attempt < kAttempts; ++attempt) {
            std::string text = desk->with_alerts([&](const Alerts& alerts) { return alerts.save_alert(rule); });
            if (!telling.orphan.empty()) text = telling.orphan;
            tg::Patch patch{std::string(kAlertDocument), rule};
            patch.set("", std::move(text)).base_revision(desk->alert_revision(rule)).idempotency_key(key_of(telling));
            patch.event(telling.what, alert_event(telling.change)).actor(telling.actor);
            publish_on(patch, telling, author);
            auto patched = co_await tg::Docs::patch(std::move(patch));
            if (patched) {
                desk->alert_kept(rule, patched->revision());
                co_return tg::Status();
            }
            last = patched.status();
            if (last.rc() != TG_E_CONFLICT) break;
            auto newest = co_await tg::Docs::get(kAlertDocument, rule);
            if (newest) desk->alert_kept(rule, newest->revision());
        }
    } catch (const tg::Cancelled& ended) {
        stopped = ended.rc();
    }
    desk->tell_later(std::move(telling));
    if (stopped != TG_OK) throw tg::Cancelled(stopped);
    co_return last;
}

tg::Status AnalyticsPlugin::list_alerts(const tg::Message& message, Desk& desk) {
    auto alerts = desk.with_alerts([](const Alerts& all) { return all.raised(); });
    std::erase_if(alerts, [&](const Alerts::Change& one) { return !may_see(message.principal(), one.rule); });
    return message.reply(alerts_list(alerts));
}

tg::Task<tg::Status> AnalyticsPlugin::on_alert_message(tg::Message message, DeskRef desk) {
    const std::string type(message.type());
    for (int waited = 0; !desk->is_ready() && waited < kWaits; ++waited) {
        load_soon(*desk);
        const tg::Status slept = co_await tg::Exec::sleep(kWaitMs);
        if (!slept.ok()) break;
    }
    if (!desk->is_ready()) co_return message.fail("unavailable", "the alerts are being loaded");
    if (type == "alerts:list") co_return list_alerts(message, *desk);
    const auto request = read_alert_request(message.payload());
    if (!request) co_return message.fail("invalid", "'alert_id' is missing");
    const std::string sub(message.principal().sub());
    const std::int64_t now_ms = tg::wall_ms();
    auto changed = desk->with_alerts([&](Alerts& alerts) -> tg::Result<Alerts::Change> {
        const Rule* rule = alerts.rule_of(request->alert_id);
        if (!rule || !may_see(message.principal(), *rule)) return tg::not_found("there is no alert of that id");
        if (!may_act(message.principal(), *rule)) return tg::forbidden("this alert is not yours to act on");
        if (type == "alerts:ack") return alerts.acknowledge(request->alert_id, sub, now_ms);
        if (type == "alerts:snooze")
            return alerts.snooze(request->alert_id, sub, now_ms + request->for_s * 1000, now_ms);
        if (type == "alerts:resolve") return alerts.resolve(request->alert_id, sub, now_ms);
        return tg::Status(TG_E_UNSUPPORTED, "unknown");
    });
    if (!changed && changed.rc() == TG_E_UNSUPPORTED)
        co_return message.fail("unknown_type", "analytics knows alerts:list, ack, snooze and resolve");
    if (!changed) co_return message.fail(changed.status());
    std::string what = type == "alerts:ack"      ? "alert.acked"
                       : type == "alerts:snooze" ? "alert.snoozed"
                                                 : "alert.resolved";
    const std::string answer = alerts_changed(alert_json(changed->rule, changed->alert));
    Telling telling(std::move(what), std::move(*changed));
    telling.actor = sub;
    const tg::Status kept = co_await keep(desk, std::move(telling), message.session());
    if (!kept.ok()) {
        tg::log::warn("alert: " + kept.text());
        co_return message.fail("unavailable", "it is not yet kept, and tried again");
    }
    co_return message.reply(answer);
}

}  // namespace tidegate::analytics
