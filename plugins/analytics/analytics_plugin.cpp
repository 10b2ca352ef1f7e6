#include "analytics_plugin.hpp"

#include <utility>

#include "channels.hpp"

namespace tidegate::analytics {
namespace {

constexpr std::uint64_t kStartMs[] = {50, 1000, 10'000};

DomainEvent domain_event(const tg::Event& event) {
    return {event.name(), event.data(), event.sequence(), event.at_ms(), event.doc_id(), event.actor()};
}

}  // namespace

tg::Status AnalyticsPlugin::configure(std::string_view json) {
    auto read = read_settings(json);
    if (!read) return read.status();
    const std::lock_guard<std::mutex> locked(lock_);
    settings_ = std::make_shared<const Settings>(*std::move(read));
    return tg::Status();
}

tg::Status AnalyticsPlugin::start() {
    events_total_ = tg::Counter("events_total", "Domain events that were counted as they came");
    events_seen_before_total_ = tg::Counter("events_seen_before_total", "Domain events that came again");
    events_replayed_total_ = tg::Counter("events_replayed_total", "Domain events that were counted while loading");
    events_malformed_total_ = tg::Counter("events_malformed_total", "Domain events that lack what they need");
    snapshots_total_ = tg::Counter("snapshots_total", "Snapshots that were kept");
    snapshot_bytes_total_ = tg::Counter("snapshot_bytes_total", "Bytes of the snapshots that were kept");
    ticks_failed_total_ = tg::Counter("ticks_failed_total", "Ticks of a dashboard that gave no picture");
    alerts_raised_total_ = tg::Counter("alerts_raised_total", "Alerts that were raised");
    for (std::size_t type = 0; type < kDashboardTypes; ++type) {
        const std::string name(name_of(static_cast<DashboardType>(type)));
        computations_[type] = tg::Counter("computations_" + name + "_total", "Pictures computed of that dashboard");
    }
    snapshot_us_ = tg::Histogram("snapshot_us", "From the start of a snapshot until it is kept, in microseconds",
                                 {500, 1000, 5000, 25000, 100000, 500000, 2500000});
    computation_us_ = tg::Histogram("computation_us", "One picture of a dashboard, in microseconds",
                                    {10, 50, 100, 250, 500, 1000, 5000, 25000});
    // Rules of the default tenant are judged whether or not anybody comes; another's from its first event or viewer.
    // This generation does not serve yet: what comes too early is lost.
    for (const std::uint64_t delay_ms : kStartMs) {
        const auto posted = tg::Exec::post_after(delay_ms, kStrand, kLoadTask, {});
        if (!posted) tg::log::warn("loading waits for the first event or viewer: " + posted.text());
    }
    return tg::Status();
}

AnalyticsPlugin::DeskRef AnalyticsPlugin::desk(std::uint64_t scope) {
    const std::lock_guard<std::mutex> locked(lock_);
    DeskRef& found = desks_[scope];
    if (!found) found = std::make_shared<Desk>(settings_);
    return found;
}

std::shared_ptr<const Settings> AnalyticsPlugin::settings() const {
    const std::lock_guard<std::mutex> locked(lock_);
    return settings_;
}

// Events that come while the desk loads are read from the bus before loading ends.
void AnalyticsPlugin::on_events(const tg::Events& events) {
    const DeskRef at = desk(events.scope());
    if (!at->is_ready()) return load_soon(*at);
    for (const tg::Event& event : events) {
        const std::uint64_t malformed = at->malformed();
        if (at->fold(domain_event(event)))
            events_total_.add();
        else
            events_seen_before_total_.add();
        if (at->malformed() != malformed) events_malformed_total_.add();
    }
    if (at->snapshot_is_due(tg::wall_ms())) snapshot_soon(*at);
}

tg::Task<tg::Status> AnalyticsPlugin::on_message(tg::Message message) {
    if (message.type() == "dashboard:subscribe") co_return subscribe(message);
    if (message.type().starts_with("alerts:")) {
        DeskRef at = desk(message.scope());
        co_return co_await on_alert_message(std::move(message), std::move(at));
    }
    message.fail("unknown_type", "analytics knows dashboard:subscribe and alerts:list, ack, snooze and resolve");
    co_return tg::Status();
}

tg::Task<tg::Status> AnalyticsPlugin::on_task(tg::TaskMessage task) {
    DeskRef at = desk(task.scope());
    const std::string name(task.name());
    if (name == kTickTask || name == kShowTask) {
        const auto of = dashboard_of_channel(task.key());
        auto wish = name == kShowTask ? read_show(task.payload()) : std::nullopt;
        if (of && name == kTickTask) on_tick(*at, of->type);
        if (of && wish) show(*at, task.key(), std::move(*wish));
    } else if (name == kClockTask) {
        std::string chain(task.payload());
        co_await on_clock(std::move(at), std::move(chain));
    } else if (name == kLoadTask) {
        co_await load(std::move(at));
    } else if (name == kSnapshotTask) {
        co_await take_snapshot(std::move(at));
    } else {
        tg::log::error("a task that this version does not know: " + name);
    }
    co_return tg::Status();
}

}  // namespace tidegate::analytics

TG_PLUGIN(tidegate::analytics::AnalyticsPlugin)
