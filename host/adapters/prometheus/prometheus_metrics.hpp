#pragma once

// PrometheusMetrics: ports/metrics.hpp exported through prometheus-cpp. Counters and histograms are our own atomics, so
// that counting costs one relaxed addition; a scrape reads them. Process metrics (memory, files, threads, CPU, build)
// come along. [any-thread]
//
// A name that breaks the format's rules, or that was taken for another kind, gets an object that works and is not
// exported: a plugin's mistake must not end the host. Each such case counts in tidegate_metrics_refused_total.

#include "ports/metrics.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace tidegate {

class FamilyBook;

class PrometheusMetrics final : public Metrics {
public:
    PrometheusMetrics();
    ~PrometheusMetrics() override;

    Counter& counter(std::string_view name, std::string_view help, std::vector<Label> labels = {}) override;
    Histogram& histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                         std::vector<Label> labels = {}) override;
    void gauge(std::string_view name, std::string_view help, std::function<double()> read,
               std::vector<Label> labels = {}) override;
    std::string text() const override;

private:
    const std::unique_ptr<FamilyBook> book_;
    const std::int64_t started_s_;
};

}  // namespace tidegate
