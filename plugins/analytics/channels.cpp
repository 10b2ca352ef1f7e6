#include "channels.hpp"

namespace tidegate::analytics {
namespace {

constexpr std::string_view kFamily = "dashboard:";
constexpr std::string_view kDelta = ":delta";

}  // namespace

std::string channel_of(DashboardType type) { return std::string(kFamily).append(name_of(type)); }

std::string delta_channel_of(DashboardType type) { return channel_of(type).append(kDelta); }

std::optional<DashboardChannel> dashboard_of_channel(std::string_view channel) {
    if (channel == kUnnamedChannel) return DashboardChannel{};
    if (!channel.starts_with(kFamily)) return std::nullopt;
    channel.remove_prefix(kFamily.size());
    DashboardChannel out;
    out.is_delta = channel.ends_with(kDelta);
    if (out.is_delta) channel.remove_suffix(kDelta.size());
    const auto type = dashboard_type(channel);
    if (!type) return std::nullopt;
    out.type = *type;
    return out;
}

bool may_view(const tg::Principal& principal, DashboardType type) { return principal.allows(channel_of(type)); }

}  // namespace tidegate::analytics
