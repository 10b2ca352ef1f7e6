#pragma once

// Hands what the loops count about themselves to the metrics registry, as gauges that are read at each scrape.
// [startup]

#include "net/event_loop.hpp"
#include "ports/metrics.hpp"

namespace tidegate::runtime {

// `loop` outlives the registry's last scrape.
void collect_loop(const net::EventLoop& loop, Metrics& metrics);

}  // namespace tidegate::runtime
