#include "runtime/collector.hpp"

#include <string>

namespace tidegate::runtime {

void collect_loop(const net::EventLoop& loop, Metrics& metrics) {
    const auto& stats = loop.stats();
    const auto expose = [&](const char* name, const char* help, const net::LocalCounter& counter) {
        metrics.gauge(name, help, [&counter] { return static_cast<double>(counter.value()); },
                      {{"loop", std::to_string(loop.index())}});
    };
    expose("tidegate_loop_turns", "Turns of the event loop", stats.turns);
    expose("tidegate_loop_posted_tasks", "Tasks other threads posted to the loop", stats.posted_tasks);
    expose("tidegate_loop_timers", "Timers waiting", stats.timers);
    expose("tidegate_loop_exceptions", "Exceptions stopped at the wall of a turn", stats.exceptions);
    expose("tidegate_connections_accepted", "Connections accepted", stats.accepted);
    expose("tidegate_connections_closed", "Connections closed", stats.closed);
    expose("tidegate_connections_refused_full", "Connections answered 503: too many", stats.refused_full);
    expose("tidegate_connections_refused_no_file", "Connections cut: no file descriptor left", stats.refused_no_file);
    expose("tidegate_upgrades", "Connections that became WebSockets", stats.upgraded);
    expose("tidegate_bytes_in", "Bytes received", stats.bytes_in);
    expose("tidegate_bytes_out", "Bytes sent", stats.bytes_out);
    expose("tidegate_sends", "Calls of send", stats.sends);
}

}  // namespace tidegate::runtime
