#pragma once

// What the plugin layer is given by the rest of the host. Each outlives it.

#include "base/clock.hpp"
#include "ports/documents.hpp"
#include "ports/key_values.hpp"
#include "ports/leases.hpp"
#include "ports/metrics.hpp"
#include "ports/presence.hpp"
#include "ports/streams.hpp"
#include "routing/gateway.hpp"

namespace tidegate::plugin {

struct Services {
    routing::Gateway& gateway;
    Documents& documents;
    Leases& leases;
    Presence& presence;
    KeyValues& values;
    Streams& streams;
    Metrics& metrics;
    const Clock& clock;
};

}  // namespace tidegate::plugin
