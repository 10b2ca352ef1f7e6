#pragma once

// What is counted per plugin. Made with the plugin's slot. [any-thread]

#include "ports/metrics.hpp"
#include "routing/invocation.hpp"

#include <array>
#include <string>

namespace tidegate::plugin {

class PluginMetrics {
public:
    PluginMetrics(Metrics& metrics, const std::string& plugin);

    Counter& invocations(routing::InvocationKind kind) { return *invocations_[static_cast<std::size_t>(kind)]; }

    Counter& faults;
    Counter& queue_full;
    Counter& deadlines;
    Counter& refused_sends;
    Counter& lost_publications;
    Counter& lost_notices;
    Counter& events_delivered;
    Counter& events_retried;
    Counter& events_given_up;
    Counter& events_emitted;
    Counter& stream_entries;
    Counter& reloads_done;
    Counter& reloads_refused;
    Counter& rollbacks;
    Histogram& publish_us;
    Histogram& drain_ms;

private:
    std::array<Counter*, 9> invocations_{};
};

}  // namespace tidegate::plugin
