#pragma once

// AtomicHistogram: buckets of atomics. A scrape during an observation may see the bucket and not yet the sum.
// [any-thread]

#include "ports/metrics.hpp"

#include <prometheus/client_metric.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace tidegate {

class AtomicHistogram final : public Histogram {
public:
    explicit AtomicHistogram(std::vector<double> bounds)
        : bounds_(cleaned(std::move(bounds))), counts_(bounds_.size()) {}

    void observe(double value) override {
        if (std::isnan(value)) return;
        const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
        counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
        sum_.fetch_add(value, std::memory_order_relaxed);
    }

    prometheus::ClientMetric::Histogram read() const {
        prometheus::ClientMetric::Histogram out;
        for (std::size_t i = 0; i < bounds_.size(); ++i) {
            out.sample_count += counts_[i].load(std::memory_order_relaxed);
            out.bucket.push_back({out.sample_count, bounds_[i]});
        }
        out.sample_sum = sum_.load(std::memory_order_relaxed);
        return out;
    }

private:
    // Ascending, without duplicates, the last one infinite: every value has its bucket.
    static std::vector<double> cleaned(std::vector<double> bounds) {
        std::erase_if(bounds, [](double bound) { return !std::isfinite(bound); });
        bounds.push_back(std::numeric_limits<double>::infinity());
        std::sort(bounds.begin(), bounds.end());
        bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
        return bounds;
    }

    const std::vector<double> bounds_;
    std::vector<std::atomic<std::uint64_t>> counts_;
    std::atomic<double> sum_{0};
};

}  // namespace tidegate
