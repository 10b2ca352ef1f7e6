// The analytics plugin: dashboards and alerts from domain events. The events of a tenant, its clock, its snapshots and
// the judging of its rules share one strand (kStrand); what is shown on a dashboard's channels comes from the strand of
// that channel, so that a picture and the changes after it leave no gap. What outlives a hook is a task, a document, a
// stream, or memory that is made again from them (Desk).
// Its parts: loading.cpp, snapshots.cpp, clock.cpp, dashboards.cpp, alerting.cpp.
// Thread rule: hooks [strand]; configure and start [control].
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tidegate/plugin.hpp>
#include <unordered_map>

#include "desk.hpp"
#include "messages.hpp"
#include "settings.hpp"

namespace tidegate::analytics {

inline constexpr std::string_view kStrand = "analytics";

inline constexpr std::string_view kLoadTask = "load";
inline constexpr std::string_view kClockTask = "clock";
inline constexpr std::string_view kSnapshotTask = "snapshot";
inline constexpr std::string_view kTickTask = "tick";

inline constexpr std::string_view kAlertDocument = "analytics_alert";

class AnalyticsPlugin final : public tg::Plugin {
public:
    tg::Status configure(std::string_view json);
    tg::Status start();

    tg::Status on_open(const tg::Open& open);
    tg::Status on_subscribe(const tg::Subscribe& subscribe);
    tg::Task<tg::Status> on_message(tg::Message message);
    tg::Task<tg::Status> on_task(tg::TaskMessage task);
    void on_events(const tg::Events& events);

private:
    using DeskRef = std::shared_ptr<Desk>;
    DeskRef desk(std::uint64_t scope);
    std::shared_ptr<const Settings> settings() const;

    // loading.cpp
    void load_soon(Desk& desk, std::uint64_t delay_ms = 0);
    tg::Task<> load(DeskRef desk);
    tg::Task<tg::Status> begin_from_snapshot(DeskRef desk);
    tg::Task<tg::Result<Snapshot>> read_snapshot(SnapshotPlace place);
    tg::Task<bool> replay(DeskRef desk);
    tg::Task<> read_alerts(DeskRef desk);
    tg::Task<> end_orphans(DeskRef desk);

    // snapshots.cpp
    void snapshot_soon(Desk& desk);
    tg::Task<> take_snapshot(DeskRef desk);
    tg::Task<tg::Result<SnapshotPlace>> append(std::shared_ptr<const Snapshot> snapshot);

    // clock.cpp
    void start_clock(Desk& desk);
    bool set_clock(const std::string& chain);
    tg::Task<> on_clock(DeskRef desk, std::string chain);
    void tick_watched();

    // dashboards.cpp
    void on_tick(Desk& desk, DashboardType type);
    void tick(Desk& desk, DashboardType type, const std::string& channel, const std::string& delta_channel);
    void show(Desk& desk, std::string_view channel, ShowTask task);
    void show_later(std::string_view channel, ShowTask task, std::uint64_t delay_ms);
    std::string initial(Desk& desk, DashboardType type, const std::string& channel, std::string_view ref);
    tg::Status subscribe(const tg::Message& message);

    // alerting.cpp
    tg::Task<> tell_all(DeskRef desk);
    tg::Task<tg::Status> keep(DeskRef desk, Telling telling, tg::Session author);
    tg::Task<tg::Status> on_alert_message(tg::Message message, DeskRef desk);
    tg::Status list_alerts(const tg::Message& message, Desk& desk);

    mutable std::mutex lock_;
    std::shared_ptr<const Settings> settings_;
    std::unordered_map<std::uint64_t, DeskRef> desks_;

    tg::Counter events_total_;
    tg::Counter events_seen_before_total_;
    tg::Counter events_replayed_total_;
    tg::Counter events_malformed_total_;
    tg::Counter snapshots_total_;
    tg::Counter snapshot_bytes_total_;
    tg::Counter ticks_failed_total_;
    tg::Counter alerts_raised_total_;
    std::array<tg::Counter, kDashboardTypes> computations_;
    tg::Histogram snapshot_us_;
    tg::Histogram computation_us_;
};

}  // namespace tidegate::analytics
