#include "settings.hpp"

#include <tidegate/json/reader.hpp>
#include <utility>

#include "time_zone/zone.hpp"

namespace tidegate::analytics {

using time_zone::Zone;
namespace {

constexpr std::string_view kSpan = "what it should be";

bool read_member(tg::json::Reader& in, std::string_view key, Settings& out, std::string_view& rules) {
    std::int64_t number = 0;
    if (key == "zone") return in.string(out.metrics.zone);
    if (key == "currency") return in.string(out.metrics.currency);
    if (key == "alerts") return in.raw(rules);
    if (!in.integer(number) || number <= 0) return false;
    const auto count = static_cast<std::uint64_t>(number);
    if (key == "tick_ms") out.tick_ms = count;
    if (key == "snapshot_events") out.snapshot_events = count;
    if (key == "snapshot_s") out.snapshot_s = count;
    if (key == "remembered_quotes") out.metrics.bounds.quotes = static_cast<std::size_t>(count);
    return true;
}

}  // namespace

const std::vector<std::string>& dashboard_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (std::size_t type = 0; type < kDashboardTypes; ++type)
            all.emplace_back(name_of(static_cast<DashboardType>(type)));
        return all;
    }();
    return names;
}

tg::Result<Settings> read_settings(std::string_view json) {
    Settings out;
    std::string_view rules = "[]";
    std::string_view key;
    tg::json::Reader in(json);
    in.enter_object();
    while (in.next_member(key)) {
        const std::string name(key);
        if (!read_member(in, name, out, rules))
            return tg::invalid("config: '" + name + "' is not " + std::string(kSpan));
    }
    if (!in.finish()) return tg::invalid("config: not an object");
    const auto zone = Zone::named(out.metrics.zone, out.metrics.zone_folder);
    if (!zone) return tg::invalid("config: 'zone': " + zone.text());
    auto read = read_rules(rules, dashboard_names());
    if (!read) return tg::invalid("config: " + read.text());
    for (const Rule& rule : *read)
        if (!Metrics::is_metric(rule.metric))
            return tg::invalid("config: alert rule '" + rule.id + "': 'metric' names '" + rule.metric +
                               "', which is none");
    out.rules = std::move(*read);
    return out;
}

}  // namespace tidegate::analytics
