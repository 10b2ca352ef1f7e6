#include "alerts.hpp"

#include <algorithm>
#include <tidegate/json/reader.hpp>
#include <utility>

namespace tidegate::analytics {
namespace {

tg::Status none_of_that_id() { return tg::not_found("there is no alert of that id"); }

Alerts::Change change_of(const RuleWatch& watch) { return {watch.rule(), *watch.alert()}; }

template <class Watches>
auto* watch_of(Watches& watches, std::string_view alert_id) {
    const auto has_it = [&](const RuleWatch& watch) {
        return watch.alert() && watch.alert()->state != AlertState::kPending && watch.alert()->id == alert_id;
    };
    const auto found = std::find_if(watches.begin(), watches.end(), has_it);
    return found == watches.end() ? nullptr : &*found;
}

template <class Watches>
auto* watch_of_rule(Watches& watches, std::string_view rule) {
    const auto is_it = [&](const RuleWatch& watch) { return watch.rule().id == rule; };
    const auto found = std::find_if(watches.begin(), watches.end(), is_it);
    return found == watches.end() ? nullptr : &*found;
}

}  // namespace

Alerts::Alerts(std::vector<Rule> rules) {
    for (Rule& rule : rules) watches_.emplace_back(std::move(rule));
}

std::vector<Alerts::Change> Alerts::judge(const Read& read, const Moment& at) {
    std::vector<Change> changes;
    for (RuleWatch& watch : watches_)
        if (watch.judge(read(watch.rule().metric), at)) changes.push_back(change_of(watch));
    return changes;
}

tg::Result<Alerts::Change> Alerts::acknowledge(std::string_view id, const std::string& by, std::int64_t now_ms) {
    RuleWatch* watch = watch_of(watches_, id);
    if (!watch) return none_of_that_id();
    if (tg::Status done = watch->acknowledge(by, now_ms); !done.ok()) return done;
    return change_of(*watch);
}

tg::Result<Alerts::Change> Alerts::snooze(std::string_view id, const std::string& by, std::int64_t until_ms,
                                          std::int64_t now_ms) {
    RuleWatch* watch = watch_of(watches_, id);
    if (!watch) return none_of_that_id();
    if (tg::Status done = watch->snooze(by, until_ms, now_ms); !done.ok()) return done;
    return change_of(*watch);
}

tg::Result<Alerts::Change> Alerts::resolve(std::string_view id, const std::string& by, std::int64_t now_ms) {
    RuleWatch* watch = watch_of(watches_, id);
    if (!watch) return none_of_that_id();
    if (tg::Status done = watch->resolve(by, now_ms); !done.ok()) return done;
    return change_of(*watch);
}

std::vector<Alerts::Change> Alerts::raised() const {
    std::vector<Change> out;
    for (const RuleWatch& watch : watches_)
        if (watch.alert() && watch.alert()->state != AlertState::kPending) out.push_back(change_of(watch));
    std::stable_sort(out.begin(), out.end(),
                     [](const Change& a, const Change& b) { return a.alert.at_ms > b.alert.at_ms; });
    return out;
}

const Rule* Alerts::rule_of(std::string_view alert_id) const {
    const RuleWatch* watch = watch_of(watches_, alert_id);
    return watch ? &watch->rule() : nullptr;
}

std::vector<std::string> Alerts::save() const {
    std::vector<std::string> out;
    for (const RuleWatch& watch : watches_) out.push_back(watch.save());
    return out;
}

bool Alerts::restore(std::string_view saved) {
    std::string rule;
    std::string_view key;
    tg::json::Reader in(saved);
    if (!in.enter_object()) return false;
    while (in.next_member(key))
        if (key == "rule" && !in.string(rule)) return false;
    RuleWatch* watch = watch_of_rule(watches_, rule);
    return watch && watch->restore(saved);
}

std::string Alerts::save_alert(std::string_view rule) const {
    const RuleWatch* watch = watch_of_rule(watches_, rule);
    return watch ? watch->save_alert() : std::string();
}

bool Alerts::adopt(std::string_view rule, std::string_view saved_alert) {
    RuleWatch* watch = watch_of_rule(watches_, rule);
    return watch && watch->adopt(saved_alert);
}

std::optional<Alerts::Orphan> Alerts::end_orphan(std::string_view rule, std::string_view saved_alert,
                                                 std::int64_t now_ms) {
    RuleWatch watch(rule_shown_by(rule, saved_alert));
    if (!watch.adopt(saved_alert) || !watch.end_with_rule(now_ms)) return std::nullopt;
    return Orphan{change_of(watch), watch.save_alert()};
}

std::vector<std::string> Alerts::rules() const {
    std::vector<std::string> out;
    for (const RuleWatch& watch : watches_) out.push_back(watch.rule().id);
    return out;
}

}  // namespace tidegate::analytics
