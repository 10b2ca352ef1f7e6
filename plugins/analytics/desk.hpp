// Desk: what the plugin has of one tenant in memory: metrics, alerts, the latest picture of each dashboard. All of it
// can be made again from snapshot, documents and events, so losing it costs time, not truth.
// Not here: awaiting, publishing, storing.
// Thread rule: [any-thread]; each call locks for its duration. Who loads, folds and judges is on the tenant's strand.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/alerts.hpp"
#include "metrics/metrics.hpp"
#include "settings.hpp"
#include "snapshot.hpp"
#include "time_zone/zone.hpp"

namespace tidegate::analytics {

using time_zone::Zone;

// A dashboard's data at one moment. `tick` rises, also over restarts.
struct Picture {
    std::int64_t tick = 0;
    std::string data;  // JSON
};
using PictureRef = std::shared_ptr<const Picture>;

// Of an alert, not yet kept and told.
struct Telling {
    Telling(std::string what_of, Alerts::Change change_of) : what(std::move(what_of)), change(std::move(change_of)) {}

    std::string what;  // alert.raised, alert.resolved, alert.acked, alert.snoozed
    Alerts::Change change;
    std::string actor;
    std::string orphan;  // what is kept of the alert when its rule is no more; else the desk knows
};

// Taken by one at a time: true for who may go on.
class Turn {
public:
    bool take() { return !taken_.exchange(true); }
    void give_back() { taken_ = false; }

private:
    std::atomic<bool> taken_{false};
};

class Desk {
public:
    explicit Desk(std::shared_ptr<const Settings> settings);

    // Loading: begin() from a snapshot or from nothing, then replay, then ready().
    enum class Phase : std::uint8_t { kCold, kReplaying, kReady };
    Phase phase() const;
    bool is_ready() const { return phase() == Phase::kReady; }
    tg::Status begin(const Snapshot* snapshot);
    std::uint64_t looked_to() const;
    void look_on(std::uint64_t sequence);
    void finish_loading(std::int64_t now_ms);

    // False: it was in already.
    bool fold(const DomainEvent& event);
    std::uint64_t malformed() const;

    // The one of this tick when there is one that is younger than `max_age_ms`, else a new one, which is counted in
    // `computed`.
    PictureRef picture(DashboardType type, std::int64_t now_ms, std::int64_t max_age_ms, unsigned& computed);
    // A new one, and the one before it (null: there was none).
    PictureRef next_picture(DashboardType type, std::int64_t now_ms, PictureRef& before);

    std::vector<Alerts::Change> judge(std::int64_t now_ms);
    template <class Use>
    auto with_alerts(Use&& use) {
        const std::lock_guard<std::mutex> locked(lock_);
        return use(alerts_);
    }
    std::uint64_t alert_revision(const std::string& rule) const;
    void alert_kept(const std::string& rule, std::uint64_t revision);
    void tell_later(Telling telling);
    std::vector<Telling> take_tellings();

    Snapshot snapshot() const;
    void snapshot_taken(const Snapshot& snapshot, const SnapshotPlace& place, std::int64_t now_ms);
    SnapshotPlace last_place() const;
    void remember_place(const SnapshotPlace& place);
    bool snapshot_is_due(std::int64_t now_ms) const;

    Turn loading, snapshotting;
    // The one chain of clock ticks: true when this is it, or becomes it because there was none.
    bool is_clock(std::string_view chain);
    bool has_clock() const;
    void lose_clock();
    // Once, when hooks of the generation before have surely ended.
    bool alerts_may_be_stale(std::int64_t now_ms);

private:
    OfficeHour office_hour(std::int64_t now_ms);

    mutable std::mutex lock_;
    const std::shared_ptr<const Settings> settings_;
    Phase phase_ = Phase::kCold;
    std::optional<Metrics> metrics_;
    Alerts alerts_;
    Zone zone_;
    std::array<PictureRef, kDashboardTypes> pictures_;
    std::map<std::string, std::uint64_t> alert_revisions_;
    std::vector<Telling> tellings_;
    std::uint64_t looked_to_ = 0;
    SnapshotPlace place_;
    std::uint64_t folded_since_snapshot_ = 0;
    std::int64_t snapshot_ms_ = 0;
    std::int64_t ready_ms_ = 0;
    bool reread_ = false;
    std::string clock_;
};

}  // namespace tidegate::analytics
