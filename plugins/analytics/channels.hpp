// The channels of dashboards: `dashboard:{type}` carries whole pictures, `dashboard:{type}:delta` what changed; and who
// may have them.
// Thread rule: [any-thread], pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tidegate/principal.hpp>

#include "metrics/metrics.hpp"

namespace tidegate::analytics {

// What the endpoint's channel is when its query names no dashboard; nothing is published on it.
inline constexpr std::string_view kUnnamedChannel = "dashboard:";

struct DashboardChannel {
    DashboardType type = DashboardType::kGeneral;
    bool is_delta = false;
};

std::string channel_of(DashboardType type);
std::string delta_channel_of(DashboardType type);
// Nothing when there is no such dashboard. The unnamed one is the general one's.
std::optional<DashboardChannel> dashboard_of_channel(std::string_view channel);

bool may_view(const tg::Principal& principal, DashboardType type);

}  // namespace tidegate::analytics
