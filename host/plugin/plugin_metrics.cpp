#include "plugin/plugin_metrics.hpp"

namespace tidegate::plugin {

namespace {
constexpr std::array<const char*, 9> kKinds = {"open", "message", "close", "subscribe", "http",
                                               "task", "event",   "lease", "presence"};
}

PluginMetrics::PluginMetrics(Metrics& metrics, const std::string& plugin)
    : faults(metrics.counter("tidegate_plugin_faults_total",
                             "Exceptions that reached the wall, and calls against the rules of the ABI",
                             {{"plugin", plugin}})),
      queue_full(metrics.counter("tidegate_plugin_queue_full_total",
                                 "Invocations refused because their key's queue was full", {{"plugin", plugin}})),
      deadlines(metrics.counter("tidegate_plugin_hook_deadlines_total", "Hooks that did not end in time",
                                {{"plugin", plugin}})),
      refused_sends(metrics.counter("tidegate_plugin_refused_sends_total",
                                    "Messages and events of a type or channel that is not the plugin's",
                                    {{"plugin", plugin}})),
      lost_publications(metrics.counter("tidegate_plugin_publications_lost_total",
                                        "Publications of a commit that could not be published", {{"plugin", plugin}})),
      lost_notices(metrics.counter("tidegate_plugin_notices_lost_total",
                                   "Expired leases and changes of presence for a plugin that did not serve",
                                   {{"plugin", plugin}})),
      events_delivered(metrics.counter("tidegate_plugin_events_total",
                                       "Domain events by how an attempt to deliver them ended",
                                       {{"plugin", plugin}, {"result", "delivered"}})),
      events_retried(metrics.counter("tidegate_plugin_events_total",
                                     "Domain events by how an attempt to deliver them ended",
                                     {{"plugin", plugin}, {"result", "retried"}})),
      events_given_up(metrics.counter("tidegate_plugin_events_total",
                                      "Domain events by how an attempt to deliver them ended",
                                      {{"plugin", plugin}, {"result", "given_up"}})),
      events_emitted(metrics.counter("tidegate_plugin_events_emitted_total",
                                     "Domain events of no patch that a plugin put on the bus, repeats included",
                                     {{"plugin", plugin}})),
      stream_entries(metrics.counter("tidegate_plugin_stream_entries_total", "Entries appended to a plugin's streams",
                                     {{"plugin", plugin}})),
      reloads_done(metrics.counter("tidegate_plugin_reloads_total", "Attempts to replace a plugin, by result",
                                   {{"plugin", plugin}, {"result", "done"}})),
      reloads_refused(metrics.counter("tidegate_plugin_reloads_total", "Attempts to replace a plugin, by result",
                                      {{"plugin", plugin}, {"result", "refused"}})),
      rollbacks(metrics.counter("tidegate_plugin_reloads_total", "Attempts to replace a plugin, by result",
                                {{"plugin", plugin}, {"result", "rolled_back"}})),
      publish_us(metrics.histogram("tidegate_plugin_publish_microseconds",
                                   "From the store of a new generation until every thread has left the turn it was in",
                                   {1, 2, 5, 10, 20, 50, 100, 1000, 10'000, 100'000}, {{"plugin", plugin}})),
      drain_ms(metrics.histogram("tidegate_plugin_drain_milliseconds",
                                 "From the store until the old generation was quiet",
                                 {0.1, 0.5, 1, 5, 10, 50, 100, 500, 1000, 5000, 10'000}, {{"plugin", plugin}})) {
    for (std::size_t kind = 0; kind < kKinds.size(); ++kind)
        invocations_[kind] = &metrics.counter("tidegate_plugin_invocations_total", "Invocations that entered a plugin",
                                              {{"plugin", plugin}, {"kind", kKinds[kind]}});
}

}  // namespace tidegate::plugin
