#include "desk.hpp"

#include <algorithm>
#include <utility>

namespace tidegate::analytics {
namespace {

// Longer than a hook may take.
constexpr std::int64_t kStaleMs = 6000;

}  // namespace

Desk::Desk(std::shared_ptr<const Settings> settings) : settings_(std::move(settings)), alerts_(settings_->rules) {
    if (auto zone = Zone::named(settings_->metrics.zone, settings_->metrics.zone_folder)) zone_ = std::move(*zone);
}

Desk::Phase Desk::phase() const {
    const std::lock_guard<std::mutex> locked(lock_);
    return phase_;
}

tg::Status Desk::begin(const Snapshot* snapshot) {
    const std::lock_guard<std::mutex> locked(lock_);
    auto metrics =
        snapshot ? Metrics::load(settings_->metrics, snapshot->metrics) : Metrics::create(settings_->metrics);
    if (!metrics) return metrics.status();
    if (snapshot)
        for (const std::string& saved : snapshot->alerts) alerts_.restore(saved);
    metrics_.emplace(std::move(*metrics));
    looked_to_ = snapshot ? snapshot->sequence : 0;
    phase_ = Phase::kReplaying;
    return tg::Status();
}

std::uint64_t Desk::looked_to() const {
    const std::lock_guard<std::mutex> locked(lock_);
    return looked_to_;
}

void Desk::look_on(std::uint64_t sequence) {
    const std::lock_guard<std::mutex> locked(lock_);
    looked_to_ = std::max(looked_to_, sequence);
}

void Desk::finish_loading(std::int64_t now_ms) {
    const std::lock_guard<std::mutex> locked(lock_);
    phase_ = Phase::kReady;
    ready_ms_ = snapshot_ms_ = now_ms;
    reread_ = false;
}

bool Desk::fold(const DomainEvent& event) {
    const std::lock_guard<std::mutex> locked(lock_);
    if (event.sequence <= metrics_->last_sequence()) return false;
    metrics_->fold(event);
    looked_to_ = std::max(looked_to_, event.sequence);
    ++folded_since_snapshot_;
    return true;
}

std::uint64_t Desk::malformed() const {
    const std::lock_guard<std::mutex> locked(lock_);
    return metrics_ ? metrics_->counts().malformed : 0;
}

PictureRef Desk::picture(DashboardType type, std::int64_t now_ms, std::int64_t max_age_ms, unsigned& computed) {
    const PictureRef known = [&] {
        const std::lock_guard<std::mutex> locked(lock_);
        return pictures_[static_cast<std::size_t>(type)];
    }();
    if (known && now_ms - known->tick < max_age_ms) return known;
    ++computed;
    PictureRef before;
    return next_picture(type, now_ms, before);
}

PictureRef Desk::next_picture(DashboardType type, std::int64_t now_ms, PictureRef& before) {
    const std::lock_guard<std::mutex> locked(lock_);
    PictureRef& slot = pictures_[static_cast<std::size_t>(type)];
    before = slot;
    auto next = std::make_shared<Picture>();
    next->tick = before ? std::max(now_ms, before->tick + 1) : now_ms;
    next->data = metrics_->dashboard(type, now_ms);
    slot = next;
    return slot;
}

OfficeHour Desk::office_hour(std::int64_t now_ms) {
    const std::int64_t local_s = now_ms / 1000 + zone_.offset_s(now_ms);
    const std::int64_t hour = (local_s % 86'400 + 86'400) % 86'400 / 3600;
    return {zone_.day_of(now_ms), static_cast<int>(hour)};
}

std::vector<Alerts::Change> Desk::judge(std::int64_t now_ms) {
    const std::lock_guard<std::mutex> locked(lock_);
    metrics_->advance(now_ms);
    const auto read = [&](const std::string& metric) {
        const auto number = metrics_->value(metric, now_ms);
        return number ? Reading{number->value, number->volume} : Reading{};
    };
    return alerts_.judge(read, {now_ms, office_hour(now_ms)});
}

std::uint64_t Desk::alert_revision(const std::string& rule) const {
    const std::lock_guard<std::mutex> locked(lock_);
    const auto found = alert_revisions_.find(rule);
    return found == alert_revisions_.end() ? 0 : found->second;
}

void Desk::alert_kept(const std::string& rule, std::uint64_t revision) {
    const std::lock_guard<std::mutex> locked(lock_);
    auto& known = alert_revisions_[rule];
    known = std::max(known, revision);
}

void Desk::tell_later(Telling telling) {
    const std::lock_guard<std::mutex> locked(lock_);
    tellings_.push_back(std::move(telling));
}

std::vector<Telling> Desk::take_tellings() {
    const std::lock_guard<std::mutex> locked(lock_);
    return std::exchange(tellings_, {});
}

Snapshot Desk::snapshot() const {
    const std::lock_guard<std::mutex> locked(lock_);
    Snapshot out;
    out.sequence = looked_to_;
    out.metrics = metrics_->save();
    out.alerts = alerts_.save();
    return out;
}

void Desk::snapshot_taken(const Snapshot& snapshot, const SnapshotPlace& place, std::int64_t now_ms) {
    const std::lock_guard<std::mutex> locked(lock_);
    place_ = place;
    snapshot_ms_ = now_ms;
    if (snapshot.sequence == looked_to_) folded_since_snapshot_ = 0;
}

SnapshotPlace Desk::last_place() const {
    const std::lock_guard<std::mutex> locked(lock_);
    return place_;
}

void Desk::remember_place(const SnapshotPlace& place) {
    const std::lock_guard<std::mutex> locked(lock_);
    place_ = place;
}

bool Desk::snapshot_is_due(std::int64_t now_ms) const {
    const std::lock_guard<std::mutex> locked(lock_);
    if (phase_ != Phase::kReady || folded_since_snapshot_ == 0) return false;
    return folded_since_snapshot_ >= settings_->snapshot_events ||
           now_ms - snapshot_ms_ >= static_cast<std::int64_t>(settings_->snapshot_s) * 1000;
}

bool Desk::is_clock(std::string_view chain) {
    const std::lock_guard<std::mutex> locked(lock_);
    if (clock_.empty()) clock_ = chain;
    return clock_ == chain;
}

bool Desk::has_clock() const {
    const std::lock_guard<std::mutex> locked(lock_);
    return !clock_.empty();
}

void Desk::lose_clock() {
    const std::lock_guard<std::mutex> locked(lock_);
    clock_.clear();
}

bool Desk::alerts_may_be_stale(std::int64_t now_ms) {
    const std::lock_guard<std::mutex> locked(lock_);
    if (phase_ != Phase::kReady || reread_ || now_ms - ready_ms_ < kStaleMs) return false;
    return reread_ = true;
}

}  // namespace tidegate::analytics
