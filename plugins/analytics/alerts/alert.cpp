#include "alert.hpp"

#include <array>
#include <utility>

namespace tidegate::analytics {
namespace {

constexpr std::array<std::string_view, 5> kStates{"pending", "firing", "acked", "snoozed", "resolved"};

}  // namespace

std::string_view name_of(AlertState state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<AlertState> alert_state_named(std::string_view name) {
    for (std::size_t i = 0; i < kStates.size(); ++i)
        if (kStates[i] == name) return static_cast<AlertState>(i);
    return std::nullopt;
}

bool RuleWatch::is_active() const { return alert_ && alert_->state != AlertState::kResolved; }

bool RuleWatch::beyond(double value, double limit) const {
    return rule_.comparison == Comparison::kAbove ? value > limit : value < limit;
}

std::optional<RuleWatch::Limit> RuleWatch::limit(OfficeHour at) const {
    if (!rule_.baseline) return Limit{rule_.threshold, rule_.clear};
    const Baseline& baseline = *rule_.baseline;
    const auto mean = trail_.mean(at, baseline.weeks, baseline.min_weeks);
    if (!mean) return std::nullopt;
    return Limit{*mean * (1 + baseline.change_percent / 100), *mean * (1 + baseline.clear_change_percent / 100)};
}

bool RuleWatch::judge(const Reading& reading, const Moment& at) {
    const auto limit_now = limit(at.office);
    const bool is_known = reading.value && reading.volume >= rule_.min_volume;
    if (is_known && rule_.baseline) trail_.note(at.office, *reading.value, rule_.baseline->weeks);
    if (!is_known || !limit_now) return judge_unknown(at.now_ms);
    unknown_since_ms_ = 0;
    const bool broken = beyond(*reading.value, limit_now->raise);
    if (broken || (is_active() && beyond(*reading.value, limit_now->clear)))
        return judge_broken(reading, *limit_now, at.now_ms);
    quiet_until_well_ = false;
    if (!is_active()) return false;
    alert_->value = *reading.value;
    alert_->volume = reading.volume;
    return end("cleared", {}, at.now_ms);
}

bool RuleWatch::judge_broken(const Reading& reading, const Limit& limit_now, std::int64_t now_ms) {
    if (quiet_until_well_) return false;
    const bool broken = beyond(*reading.value, limit_now.raise);
    // Between the two limits a raised alert stays, and one that waits to be raised is over.
    if (is_active() && alert_->state == AlertState::kPending && !broken) return end({}, {}, now_ms);
    if (!is_active()) begin(now_ms);
    alert_->value = *reading.value;
    alert_->threshold = limit_now.raise;
    alert_->volume = reading.volume;
    return advance(now_ms);
}

bool RuleWatch::judge_unknown(std::int64_t now_ms) {
    if (!is_active()) return false;
    if (alert_->state == AlertState::kPending) return end({}, {}, now_ms);
    if (unknown_since_ms_ == 0) unknown_since_ms_ = now_ms;
    if (now_ms - unknown_since_ms_ < rule_.no_data_ms) return false;
    return end("no_data", {}, now_ms);
}

void RuleWatch::begin(std::int64_t now_ms) {
    alert_.emplace();
    alert_->id = rule_.id + "-" + std::to_string(now_ms);
    alert_->since_ms = alert_->at_ms = now_ms;
}

bool RuleWatch::advance(std::int64_t now_ms) {
    if (alert_->state == AlertState::kPending) return now_ms - alert_->since_ms >= rule_.for_ms && raise(now_ms);
    if (alert_->state == AlertState::kSnoozed) return now_ms >= alert_->until_ms && raise(now_ms);
    return false;
}

bool RuleWatch::raise(std::int64_t now_ms) {
    alert_->state = AlertState::kFiring;
    alert_->at_ms = now_ms;
    alert_->until_ms = 0;
    alert_->by.clear();
    ++alert_->raised;
    return true;
}

// One that was never raised leaves nothing behind.
bool RuleWatch::end(std::string reason, std::string by, std::int64_t now_ms) {
    unknown_since_ms_ = 0;
    if (alert_->state == AlertState::kPending) {
        alert_.reset();
        return false;
    }
    alert_->state = AlertState::kResolved;
    alert_->at_ms = now_ms;
    alert_->until_ms = 0;
    alert_->reason = std::move(reason);
    alert_->by = std::move(by);
    return true;
}

tg::Status RuleWatch::acknowledge(const std::string& by, std::int64_t now_ms) {
    if (!is_active() || alert_->state == AlertState::kPending) return tg::Status(TG_E_CONFLICT, "the alert is over");
    alert_->state = AlertState::kAcked;
    alert_->at_ms = now_ms;
    alert_->until_ms = 0;
    alert_->by = by;
    return tg::Status();
}

tg::Status RuleWatch::snooze(const std::string& by, std::int64_t until_ms, std::int64_t now_ms) {
    if (!is_active() || alert_->state == AlertState::kPending) return tg::Status(TG_E_CONFLICT, "the alert is over");
    if (until_ms <= now_ms) return tg::invalid("an alert is snoozed until a moment to come");
    alert_->state = AlertState::kSnoozed;
    alert_->at_ms = now_ms;
    alert_->until_ms = until_ms;
    alert_->by = by;
    return tg::Status();
}

tg::Status RuleWatch::resolve(const std::string& by, std::int64_t now_ms) {
    if (!is_active() || alert_->state == AlertState::kPending) return tg::Status(TG_E_CONFLICT, "the alert is over");
    quiet_until_well_ = true;
    end("by_hand", by, now_ms);
    return tg::Status();
}

bool RuleWatch::end_with_rule(std::int64_t now_ms) { return is_active() && end("rule_removed", {}, now_ms); }

}  // namespace tidegate::analytics
