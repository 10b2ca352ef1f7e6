// Alert: one time that a rule was broken, from its first moment to its end. RuleWatch: the life of a rule's alerts:
//   pending -> firing -> acked or snoozed -> resolved.
// An alert that somebody resolved while its rule is still broken does not come again before the value was well once.
// Not here: reading metrics, telling anybody.
// Thread rule: one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tidegate/status.hpp>

#include "rule.hpp"
#include "trail.hpp"

namespace tidegate::analytics {

enum class AlertState : std::uint8_t { kPending, kFiring, kAcked, kSnoozed, kResolved };

std::string_view name_of(AlertState state);
std::optional<AlertState> alert_state_named(std::string_view name);

struct Alert {
    std::string id;
    AlertState state = AlertState::kPending;
    double value = 0;
    double threshold = 0;
    std::uint64_t volume = 0;
    std::int64_t since_ms = 0;  // broken without a break
    std::int64_t at_ms = 0;     // in this state
    std::int64_t until_ms = 0;  // snoozed
    unsigned raised = 0;        // how often: once, and once after each snooze
    std::string by;             // who brought it into this state, when a person did
    std::string reason;         // resolved: cleared, no_data, by_hand, rule_removed
};

// What a metric is now; `volume` is what stands behind it.
struct Reading {
    std::optional<double> value;
    std::uint64_t volume = 0;
};

struct Moment {
    std::int64_t now_ms = 0;
    OfficeHour office;
};

class RuleWatch {
public:
    explicit RuleWatch(Rule rule) : rule_(std::move(rule)) {}

    const Rule& rule() const { return rule_; }
    const std::optional<Alert>& alert() const { return alert_; }

    // True: the alert was raised (again) or has ended.
    bool judge(const Reading& reading, const Moment& at);
    tg::Status acknowledge(const std::string& by, std::int64_t now_ms);
    tg::Status snooze(const std::string& by, std::int64_t until_ms, std::int64_t now_ms);
    tg::Status resolve(const std::string& by, std::int64_t now_ms);
    // Its rule is no more. False: there was nothing to end.
    bool end_with_rule(std::int64_t now_ms);

    // JSON, as restore() and adopt() read it: everything; the alert alone, with what it is shown by.
    std::string save() const;
    std::string save_alert() const;
    bool restore(std::string_view saved);
    bool adopt(std::string_view saved_alert);

private:
    struct Limit {
        double raise = 0;
        double clear = 0;
    };
    std::optional<Limit> limit(OfficeHour at) const;
    bool is_active() const;
    bool beyond(double value, double limit) const;
    bool judge_broken(const Reading& reading, const Limit& limit, std::int64_t now_ms);
    bool judge_unknown(std::int64_t now_ms);
    void begin(std::int64_t now_ms);
    bool advance(std::int64_t now_ms);
    bool raise(std::int64_t now_ms);
    bool end(std::string reason, std::string by, std::int64_t now_ms);

    Rule rule_;
    Trail trail_;
    std::optional<Alert> alert_;
    std::int64_t unknown_since_ms_ = 0;
    bool quiet_until_well_ = false;
};

// {id, rule, metric, state, severity, value, threshold, volume, since, at, until?, by?, reason?, message, roles,
// dashboards, runbook?}: what clients and other plugins see of it.
std::string alert_json(const Rule& rule, const Alert& alert);
std::string alert_message(const Rule& rule, const Alert& alert);
// What an alert is shown by, from its save_alert(): not when it is raised. Of one that is not in that form: its name.
Rule rule_shown_by(std::string_view id, std::string_view saved_alert);

}  // namespace tidegate::analytics
