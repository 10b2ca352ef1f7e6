// Rule: when a metric is worth somebody's attention, as the plugin's configuration says it. A rule compares with a
// threshold, or with what the same hour of the same weekday was in the weeks before.
// Not here: values, clocks, what has been raised (alerts.hpp).
// Thread rule: [any-thread], values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tidegate/status.hpp>
#include <vector>

namespace tidegate::analytics {

enum class Comparison : std::uint8_t { kAbove, kBelow };
enum class Severity : std::uint8_t { kInfo, kWarning, kCritical };

std::string_view name_of(Comparison comparison);
std::string_view name_of(Severity severity);

// The limit is the mean of the trailing `weeks` same weekdays at this hour, changed by `change_percent`.
struct Baseline {
    double change_percent = 0;
    double clear_change_percent = 0;
    unsigned weeks = 4;
    unsigned min_weeks = 4;  // with fewer there is no limit, so no alert
};

struct Rule {
    std::string id;
    std::string metric;
    Comparison comparison = Comparison::kAbove;
    double threshold = 0;  // unless there is a baseline
    double clear = 0;      // a raised alert ends when the value is back here
    std::optional<Baseline> baseline;
    std::int64_t for_ms = 0;       // how long it must hold before it is raised
    std::int64_t no_data_ms = 0;   // a raised alert ends when there was too little to judge by for so long
    std::uint64_t min_volume = 0;  // with less behind the value it is not judged
    Severity severity = Severity::kWarning;
    std::vector<std::string> roles;       // who is notified, and may act on it
    std::vector<std::string> dashboards;  // where it is shown
    std::string message;                  // with {value} {threshold} {volume} {metric} {rule}
    std::string runbook;                  // where to read on; may be empty
};

inline constexpr std::size_t kMaxRules = 64;

// `json`: the array of the configuration. `dashboards`: the types there are. A refusal names the rule and its member.
tg::Result<std::vector<Rule>> read_rules(std::string_view json, const std::vector<std::string>& dashboards);

}  // namespace tidegate::analytics
