#pragma once

// FakeMetrics: a registry whose counters and gauges a test reads by name and label. [any-thread]

#include "ports/metrics.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace tidegate::testing {

class FakeMetrics final : public Metrics {
public:
    Counter& counter(std::string_view name, std::string_view, std::vector<Label> labels) override {
        const std::lock_guard lock(mutex_);
        auto& held = counters_[key(name, labels)];
        if (!held) held = std::make_unique<Counter>();
        return *held;
    }
    Histogram& histogram(std::string_view, std::string_view, std::vector<double>, std::vector<Label>) override {
        return histogram_;
    }
    void gauge(std::string_view name, std::string_view, std::function<double()> read,
               std::vector<Label> labels) override {
        const std::lock_guard lock(mutex_);
        gauges_[key(name, labels)] = std::move(read);
    }
    std::string text() const override { return {}; }

    // "tidegate_closes_total{4001}"; 0 when there is none.
    std::uint64_t count(const std::string& name) const {
        const std::lock_guard lock(mutex_);
        const auto found = counters_.find(name);
        return found == counters_.end() ? 0 : found->second->value();
    }
    double level(const std::string& name) const {
        const std::lock_guard lock(mutex_);
        const auto found = gauges_.find(name);
        return found == gauges_.end() ? 0 : found->second();
    }

private:
    struct NoHistogram final : Histogram {
        void observe(double) override {}
    };
    static std::string key(std::string_view name, const std::vector<Label>& labels) {
        std::string out(name);
        for (const Label& label : labels) out += "{" + label.value + "}";
        return out;
    }

    mutable std::mutex mutex_;
    std::map<std::string, std::unique_ptr<Counter>> counters_;
    std::map<std::string, std::function<double()>> gauges_;
    NoHistogram histogram_;
};

}  // namespace tidegate::testing
