// Alerts: all rules of one tenant and the alert of each, if it has one.
// Not here: where values come from, who is told, where it is kept.
// Thread rule: one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alert.hpp"

namespace tidegate::analytics {

class Alerts {
public:
    // A rule and its alert as they were when something happened.
    struct Change {
        Rule rule;
        Alert alert;
    };
    // One that outlived its rule, ended, and what is kept of it then.
    struct Orphan {
        Change change;
        std::string saved;
    };
    using Read = std::function<Reading(const std::string& metric)>;

    explicit Alerts(std::vector<Rule> rules = {});

    // Raised, raised again, ended.
    std::vector<Change> judge(const Read& read, const Moment& at);
    tg::Result<Change> acknowledge(std::string_view id, const std::string& by, std::int64_t now_ms);
    tg::Result<Change> snooze(std::string_view id, const std::string& by, std::int64_t until_ms, std::int64_t now_ms);
    tg::Result<Change> resolve(std::string_view id, const std::string& by, std::int64_t now_ms);

    // Every rule's latest alert that was raised, newest first.
    std::vector<Change> raised() const;
    const Rule* rule_of(std::string_view alert_id) const;

    // One text per rule.
    std::vector<std::string> save() const;
    bool restore(std::string_view saved);
    // Of one rule: as it is kept by itself; empty when there is no such rule.
    std::string save_alert(std::string_view rule) const;
    bool adopt(std::string_view rule, std::string_view saved_alert);
    std::vector<std::string> rules() const;
    // Of no rule here. Nothing: there is none to end.
    static std::optional<Orphan> end_orphan(std::string_view rule, std::string_view saved_alert, std::int64_t now_ms);

private:
    std::vector<RuleWatch> watches_;
};

}  // namespace tidegate::analytics
