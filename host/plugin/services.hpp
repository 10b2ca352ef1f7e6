#pragma once

// What the plugin layer is given by the rest of the host. Each outlives it.

#include "base/clock.hpp"
#include "ports/documents.hpp"
#include "ports/metrics.hpp"
#include "routing/gateway.hpp"

namespace tidegate::plugin {

struct Services {
    routing::Gateway& gateway;
    Documents& documents;
    Metrics& metrics;
    const Clock& clock;
};

}  // namespace tidegate::plugin
