// Settings: the plugin's configuration, read and checked. A refusal says which member is wrong, and of which rule.
// Thread rule: [any-thread], a value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tidegate/status.hpp>
#include <vector>

#include "alerts/rule.hpp"
#include "metrics/metrics.hpp"

namespace tidegate::analytics {

struct Settings {
    Options metrics;
    std::uint64_t tick_ms = 2000;
    // Below what the memory store keeps of its events.
    std::uint64_t snapshot_events = 5000;
    std::uint64_t snapshot_s = 300;
    std::vector<Rule> rules;
};

tg::Result<Settings> read_settings(std::string_view json);

// general, sales, underwriting, operations.
const std::vector<std::string>& dashboard_names();

}  // namespace tidegate::analytics
