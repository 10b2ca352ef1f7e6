#pragma once

// What the kernel knows about this process, as metric families by their customary names. Linux. [any-thread]

#include <prometheus/metric_family.h>

#include <cstdint>
#include <vector>

namespace tidegate {

// A value that cannot be read is left out.
std::vector<prometheus::MetricFamily> process_metrics(std::int64_t started_s);

}  // namespace tidegate
