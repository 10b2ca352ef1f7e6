#include "routing/routing_metrics.hpp"

namespace tidegate::routing {
namespace {

constexpr std::string_view kDropReasons[] = {"closed",        "slow_consumer", "conflated",   "disconnected",
                                             "stale_session", "not_an_object", "bad_channel", "plugin_unavailable"};

constexpr std::string_view kDroppedHelp = "What was meant for a client or a plugin and went nowhere, by reason";
constexpr std::string_view kClosesHelp = "Connections that began to close, by close code";

}  // namespace

RoutingMetrics::RoutingMetrics(Metrics& metrics)
    : messages_received(metrics.counter("tidegate_messages_received_total", "Messages received from clients")),
      events_published(metrics.counter("tidegate_events_published_total", "Events published to channels")),
      deliveries(metrics.counter("tidegate_deliveries_total", "Events handed to subscribed sessions")),
      sessions_opened(metrics.counter("tidegate_sessions_opened_total", "Sessions that were opened or refused")),
      metrics_(metrics),
      other_closes_(metrics.counter("tidegate_closes_total", kClosesHelp, {{"code", "other"}})),
      other_dropped_(metrics.counter("tidegate_dropped_total", kDroppedHelp, {{"reason", "other"}})) {
    for (const protocol::ErrorRow& row : protocol::kErrorRows) {
        errors_[static_cast<std::size_t>(row.code)] = &metrics.counter(
            "tidegate_errors_total", "Coded errors sent to clients, by code", {{"code", std::string(row.name)}});
    }
    const auto add_close = [&](std::uint16_t code) {
        closes_[code] = &metrics.counter("tidegate_closes_total", kClosesHelp, {{"code", std::to_string(code)}});
    };
    for (const protocol::CloseRow& row : protocol::kCloseRows) add_close(row.code);
    for (const std::uint16_t code : {1005, 1006}) add_close(code);
    for (const std::string_view reason : kDropReasons) {
        dropped_[reason] = &metrics.counter("tidegate_dropped_total", kDroppedHelp, {{"reason", std::string(reason)}});
    }
}

void RoutingMetrics::count_close(std::uint16_t code) {
    const auto found = closes_.find(code);
    (found == closes_.end() ? other_closes_ : *found->second).add();
}

void RoutingMetrics::count_dropped(std::string_view reason, std::uint64_t amount) {
    const auto found = dropped_.find(reason);
    (found == dropped_.end() ? other_dropped_ : *found->second).add(amount);
}

std::atomic<std::int64_t>& RoutingMetrics::open_sessions(const std::string& connection_type) {
    return open_.with([&](Gauges& gauges) -> std::atomic<std::int64_t>& {
        auto& held = gauges[connection_type];
        if (!held) {
            held = std::make_shared<std::atomic<std::int64_t>>(0);
            metrics_.gauge("tidegate_sessions_open", "Sessions that are open now, by connection type",
                           [value = held] { return static_cast<double>(value->load(std::memory_order_relaxed)); },
                           {{"type", connection_type}});
        }
        return *held;
    });
}

}  // namespace tidegate::routing
