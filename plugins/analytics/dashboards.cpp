// Who comes to a dashboard, and what is told on its channels.

#include <algorithm>
#include <exception>
#include <utility>

#include "analytics_plugin.hpp"
#include "channels.hpp"

namespace tidegate::analytics {
namespace {

constexpr std::uint64_t kShowAgainMs = 25;
constexpr std::uint64_t kLongestShowMs = 1000;

// The type is in the query, under either name; both is none.
std::optional<DashboardChannel> asked_for(const tg::Open& open) {
    const auto of = dashboard_of_channel(open.channel());
    return of && !of->is_delta ? of : std::nullopt;
}

// The host answers for a connection it has, though this removes nothing.
bool is_gone(tg::Session session) { return session.set_attribute("none", {}).rc() == TG_E_NOT_FOUND; }

}  // namespace

tg::Status AnalyticsPlugin::on_open(const tg::Open& open) {
    const auto of = asked_for(open);
    if (!of) return tg::forbidden("there is no such dashboard");
    if (!may_view(open.principal(), of->type)) return tg::forbidden("this dashboard is not yours to see");
    const DeskRef at = desk(open.scope());
    const std::string channel = channel_of(of->type);
    ShowTask task;
    task.session = open.session().id();
    task.delta = open.query("delta") == "true";
    task.join = task.delta || open.channel() != channel;
    if (!task.join && at->is_ready()) return open.session().push(initial(*at, of->type, channel, {}));
    if (!at->is_ready()) load_soon(*at);
    show_later(channel, std::move(task), 0);
    return tg::Status();
}

tg::Status AnalyticsPlugin::on_subscribe(const tg::Subscribe& subscribe) {
    const auto of = dashboard_of_channel(subscribe.channel());
    if (!of) return tg::not_found("there is no such dashboard");
    if (!may_view(subscribe.principal(), of->type)) return tg::forbidden("this dashboard is not yours to see");
    if (subscribe.recheck()) return tg::Status();
    ShowTask task;
    task.session = subscribe.session().id();
    task.join = false;
    task.delta = of->is_delta;
    show_later(channel_of(of->type), std::move(task), 0);
    return tg::Status();
}

tg::Status AnalyticsPlugin::subscribe(const tg::Message& message) {
    const auto request = read_dashboard_request(message.payload());
    const auto of = dashboard_of_channel(message.channel());
    if (!request || (!request->type && !of)) return message.fail("invalid", "'dashboard_type' is missing");
    const DashboardType type = request->type ? *request->type : of->type;
    if (!may_view(message.principal(), type)) return message.fail("forbidden", "this dashboard is not yours to see");
    ShowTask task;
    task.session = message.session().id();
    task.delta = request->delta;
    task.ref = message.ref();
    const tg::Status posted = tg::Exec::post(channel_of(type), kShowTask, write_show(task));
    return posted.ok() ? posted : message.fail(posted);
}

void AnalyticsPlugin::show_later(std::string_view channel, ShowTask task, std::uint64_t delay_ms) {
    const auto posted = tg::Exec::post_after(delay_ms, channel, kShowTask, write_show(task));
    if (!posted) tg::Session(task.session).push(metrics_error());
}

// On the channel's strand: what is published there comes before the join or after the picture.
void AnalyticsPlugin::show(Desk& desk, std::string_view channel, ShowTask task) {
    const auto of = dashboard_of_channel(channel);
    const tg::Session session(task.session);
    if (is_gone(session)) return;  // nobody to wait for the load
    if (!desk.is_ready()) {
        load_soon(desk);
        const std::uint64_t delay_ms =
            std::min(kShowAgainMs << std::min<std::uint64_t>(task.attempts, 8), kLongestShowMs);
        ++task.attempts;
        return show_later(channel, std::move(task), delay_ms);
    }
    const std::string whole = channel_of(of->type);
    const std::string delta = delta_channel_of(of->type);
    const std::string& shown = task.delta ? delta : whole;
    if (task.join) {
        if (!session.join(shown).ok()) return;  // he went meanwhile
        session.leave(task.delta ? whole : delta);
    }
    session.push(initial(desk, of->type, shown, task.ref));
}

std::string AnalyticsPlugin::initial(Desk& desk, DashboardType type, const std::string& channel, std::string_view ref) {
    unsigned computed = 0;
    const auto age_ms = static_cast<std::int64_t>(settings()->tick_ms);
    const PictureRef picture = desk.picture(type, tg::wall_ms(), age_ms, computed);
    computations_[static_cast<std::size_t>(type)].add(computed);
    const auto alerts = desk.with_alerts([](const Alerts& all) { return all.raised(); });
    return dashboard_initial(type, channel, *picture, open_alerts(alerts, type), ref);
}

void AnalyticsPlugin::on_tick(Desk& desk, DashboardType type) {
    const std::string channel = channel_of(type);
    const std::string delta_channel = delta_channel_of(type);
    try {
        if (desk.is_ready()) return tick(desk, type, channel, delta_channel);
    } catch (const std::exception& failure) {
        tg::log::error("the dashboard " + std::string(name_of(type)) + ": " + failure.what());
    }
    ticks_failed_total_.add();
    tg::Channel::publish_live(channel, metrics_error());
    tg::Channel::publish_live(delta_channel, metrics_error());
}

void AnalyticsPlugin::tick(Desk& desk, DashboardType type, const std::string& channel,
                           const std::string& delta_channel) {
    const std::int64_t began_ns = tg::monotonic_ns();
    PictureRef before;
    const PictureRef picture = desk.next_picture(type, tg::wall_ms(), before);
    computations_[static_cast<std::size_t>(type)].add();
    computation_us_.observe(static_cast<double>(tg::monotonic_ns() - began_ns) / 1000);
    if (tg::Channel::subscribers(channel) > 0) {
        tg::Publication whole(channel, metrics_update(type, *picture));
        tg::Channel::publish_live(whole.conflate("metrics"));
    }
    if (tg::Channel::subscribers(delta_channel) == 0) return;
    // Without one before it, nobody has anything to change.
    const std::string text = before ? metrics_delta(type, *picture, before->tick, delta(before->data, picture->data))
                                    : metrics_update(type, *picture);
    tg::Channel::publish_live(delta_channel, text);
}

}  // namespace tidegate::analytics
