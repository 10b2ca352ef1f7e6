// One timer per tenant: a record in the host that carries the name of its chain, so that there is never a second one.

#include <utility>

#include "analytics_plugin.hpp"
#include "channels.hpp"

namespace tidegate::analytics {

void AnalyticsPlugin::start_clock(Desk& desk) {
    if (desk.has_clock()) return;
    const std::string chain = tg::random_uuid();
    if (desk.is_clock(chain) && !set_clock(chain)) desk.lose_clock();
}

// At whole ticks of the host's clock, so that handling one does not put off the next.
bool AnalyticsPlugin::set_clock(const std::string& chain) {
    const std::uint64_t tick_ms = settings()->tick_ms;
    const auto now_ms = static_cast<std::uint64_t>(tg::monotonic_ns() / 1'000'000);
    std::uint64_t delay_ms = tick_ms - now_ms % tick_ms;
    if (delay_ms < tick_ms / 2) delay_ms += tick_ms;
    const auto timer = tg::Exec::post_after(delay_ms, kStrand, kClockTask, chain);
    if (!timer) tg::log::error("the clock stands until the next event or viewer: " + timer.text());
    return timer.ok();
}

tg::Task<> AnalyticsPlugin::on_clock(DeskRef desk, std::string chain) {
    if (!desk->is_clock(chain)) co_return;
    if (!set_clock(chain)) desk->lose_clock();
    const std::int64_t now_ms = tg::wall_ms();
    if (!desk->is_ready()) {
        load_soon(*desk);
        tick_watched();  // who watches is told that there is nothing
        co_return;
    }
    for (Alerts::Change& change : desk->judge(now_ms)) {
        const bool is_over = change.alert.state == AlertState::kResolved;
        if (!is_over) alerts_raised_total_.add();
        desk->tell_later(Telling(is_over ? "alert.resolved" : "alert.raised", std::move(change)));
    }
    tick_watched();
    if (desk->snapshot_is_due(now_ms)) snapshot_soon(*desk);
    if (desk->alerts_may_be_stale(now_ms)) co_await read_alerts(desk);
    co_await tell_all(desk);
}

// Once per type that somebody looks at, whoever many they are.
void AnalyticsPlugin::tick_watched() {
    for (std::size_t n = 0; n < kDashboardTypes; ++n) {
        const auto type = static_cast<DashboardType>(n);
        const std::string channel = channel_of(type);
        if (tg::Channel::subscribers(channel) + tg::Channel::subscribers(delta_channel_of(type)) == 0) continue;
        if (!tg::Exec::post(channel, kTickTask, {}).ok()) ticks_failed_total_.add();
    }
}

}  // namespace tidegate::analytics
