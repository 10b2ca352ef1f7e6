#include "plugin/compatibility.hpp"

#include <algorithm>

namespace tidegate::plugin {

namespace {

std::string range(const StateRule& rule) {
    return "[" + std::to_string(rule.reads_min) + ", " + std::to_string(rule.reads_max) + "]";
}

std::optional<std::string> state_problem(const Manifest& serving, const Manifest& next) {
    if (!next.state.can_read(serving.state.writes))
        return "needs a gate: state schemas: version " + next.version + " reads " + range(next.state) + ", version " +
               serving.version + " writes " + std::to_string(serving.state.writes);
    if (!serving.state.can_read(next.state.writes))
        return "needs a gate: state schemas: version " + serving.version + " reads " + range(serving.state) +
               ", version " + next.version + " writes " + std::to_string(next.state.writes);
    return std::nullopt;
}

// The element of `list` that `same` matches; null when it is gone.
template <class Item, class Same>
const Item* find_in(const std::vector<Item>& list, Same&& same) {
    const auto found = std::find_if(list.begin(), list.end(), same);
    return found == list.end() ? nullptr : &*found;
}

std::optional<std::string> message_problem(const Manifest& serving, const Manifest& next) {
    for (const auto& old : serving.messages) {
        const auto* now = find_in(next.messages, [&](const auto& route) { return route.prefix == old.prefix; });
        if (!now) return "the prefix '" + old.prefix + "' is gone";
        if (now->key != old.key || now->key_field != old.key_field)
            return "needs a gate: the ordering key of '" + old.prefix + "' changed";
        if (now->mode != old.mode || now->runs_inline != old.runs_inline)
            return "needs a gate: the mode of '" + old.prefix + "' changed";
    }
    return std::nullopt;
}

std::optional<std::string> http_problem(const Manifest& serving, const Manifest& next) {
    for (const auto& old : serving.http) {
        const auto* now =
            find_in(next.http, [&](const auto& r) { return r.method == old.method && r.path == old.path; });
        if (!now) return "the route '" + old.method + " " + old.path + "' is gone";
        if (now->key != old.key)
            return "needs a gate: the ordering key of '" + old.method + " " + old.path + "' changed";
    }
    return std::nullopt;
}

std::optional<std::string> place_problem(const Manifest& serving, const Manifest& next) {
    for (const auto& old : serving.endpoints) {
        const auto* now = find_in(next.endpoints, [&](const auto& e) { return e.path == old.path; });
        if (!now) return "the endpoint '" + old.path + "' is gone";
        if (now->connection_type != old.connection_type || now->channel != old.channel)
            return "needs a gate: the endpoint '" + old.path + "' changed its connection type or channel";
    }
    for (const auto& old : serving.channels) {
        const auto* now = find_in(next.channels, [&](const auto& c) { return c.pattern == old.pattern; });
        if (!now) return "the channel pattern '" + old.pattern + "' is gone";
        if (now->may_record != old.may_record) return "needs a gate: the kind of channel '" + old.pattern + "' changed";
    }
    return std::nullopt;
}

template <class Item, class Same>
bool same_lists(const std::vector<Item>& left, const std::vector<Item>& right, Same&& same) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), same);
}

}  // namespace

std::optional<std::string> why_not_key_by_key(const Manifest& serving, const Manifest& next) {
    for (const auto check : {state_problem, message_problem, http_problem, place_problem})
        if (auto problem = check(serving, next)) return problem;
    return std::nullopt;
}

bool same_routes(const Manifest& left, const Manifest& right) {
    return same_lists(left.messages, right.messages,
                      [](const auto& l, const auto& r) {
                          return l.prefix == r.prefix && l.key == r.key && l.key_field == r.key_field &&
                                 l.mode == r.mode && l.max_in_flight == r.max_in_flight &&
                                 l.deadline_ms == r.deadline_ms && l.max_payload == r.max_payload &&
                                 l.runs_inline == r.runs_inline;
                      }) &&
           same_lists(left.http, right.http,
                      [](const auto& l, const auto& r) {
                          return l.method == r.method && l.path == r.path && l.key == r.key &&
                                 l.deadline_ms == r.deadline_ms;
                      }) &&
           same_lists(left.endpoints, right.endpoints,
                      [](const auto& l, const auto& r) {
                          return l.path == r.path && l.connection_type == r.connection_type && l.channel == r.channel &&
                                 l.json_ping_ms == r.json_ping_ms;
                      }) &&
           same_lists(
               left.channels, right.channels,
               [](const auto& l, const auto& r) { return l.pattern == r.pattern && l.may_record == r.may_record; }) &&
           same_lists(
               left.publishes, right.publishes,
               [](const auto& l, const auto& r) { return l.pattern == r.pattern && l.may_record == r.may_record; }) &&
           left.attaches == right.attaches && left.depends == right.depends;
}

}  // namespace tidegate::plugin
