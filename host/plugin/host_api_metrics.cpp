#include "plugin/abi_text.hpp"
#include "plugin/host_api.hpp"
#include "plugin/own_metrics.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace tidegate::plugin {

namespace {

bool is_metric_name(std::string_view name) { return is_plugin_id(name); }  // the same letters and length

OwnMetrics& metrics_of(const tg_host* host) { return generation_of(host).slot().own_metrics(); }

tg_metric* counter(const tg_host* host, tg_str name, tg_str help) {
    if (!is_metric_name(from_c(name))) return nullptr;
    return reinterpret_cast<tg_metric*>(metrics_of(host).counter(from_c(name), from_c(help)));
}

tg_metric* histogram(const tg_host* host, tg_str name, tg_str help, const double* bounds, std::size_t bound_count) {
    if (!is_metric_name(from_c(name)) || bound_count == 0 || bound_count > 64 || !bounds) return nullptr;
    std::vector<double> steps(bounds, bounds + bound_count);
    if (!std::is_sorted(steps.begin(), steps.end())) return nullptr;
    return reinterpret_cast<tg_metric*>(metrics_of(host).histogram(from_c(name), from_c(help), std::move(steps)));
}

void add(tg_metric* metric, double amount) {
    const auto* own = reinterpret_cast<const OwnMetric*>(metric);
    if (own && own->counter && amount > 0) own->counter->add(static_cast<std::uint64_t>(amount));
}

void observe(tg_metric* metric, double value) {
    const auto* own = reinterpret_cast<const OwnMetric*>(metric);
    if (own && own->histogram) own->histogram->observe(value);
}

constexpr tg_ext_metrics kExtension{sizeof(tg_ext_metrics), &counter, &histogram, &add, &observe};

}  // namespace

const tg_ext_metrics* metrics_extension() { return &kExtension; }

}  // namespace tidegate::plugin
