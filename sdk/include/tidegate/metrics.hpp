#pragma once

// Counter and Histogram: exported as tidegate_plugin_<id>_<name>. Made in configure() or start() [control]; a handle is
// a value, cheap to copy, does nothing when the host has no metrics. add, observe [any-thread].

#include <tidegate/detail/host.hpp>

#include <initializer_list>
#include <string_view>

namespace tg {

class Counter {
public:
    Counter() noexcept = default;
    Counter(std::string_view name, std::string_view help) noexcept {
        if (detail::g_metrics) metric_ = detail::g_metrics->counter(g_host, detail::str(name), detail::str(help));
    }
    void add(double amount = 1) const noexcept {
        if (metric_) detail::g_metrics->add(metric_, amount);
    }

private:
    tg_metric* metric_ = nullptr;
};

class Histogram {
public:
    Histogram() noexcept = default;
    Histogram(std::string_view name, std::string_view help, std::initializer_list<double> bounds) noexcept {
        if (detail::g_metrics)
            metric_ = detail::g_metrics->histogram(g_host, detail::str(name), detail::str(help), bounds.begin(),
                                                   bounds.size());
    }
    void observe(double value) const noexcept {
        if (metric_) detail::g_metrics->observe(metric_, value);
    }

private:
    tg_metric* metric_ = nullptr;
};

}  // namespace tg
