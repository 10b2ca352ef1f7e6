#pragma once

// QuietMetrics: counters that can be read by name and label; everything else is taken and forgotten. One thread.

#include "ports/metrics.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidegate::kit {

class QuietMetrics final : public Metrics {
public:
    Counter& counter(std::string_view name, std::string_view, std::vector<Label> labels) override {
        std::string key(name);
        for (const Label& label : labels) key += "{" + label.value + "}";
        return counters_[std::move(key)];
    }
    Histogram& histogram(std::string_view, std::string_view, std::vector<double>, std::vector<Label>) override {
        return nothing_;
    }
    void gauge(std::string_view, std::string_view, std::function<double()>, std::vector<Label>) override {}
    std::string text() const override { return {}; }

    std::uint64_t count(const std::string& name) const {
        const auto found = counters_.find(name);
        return found == counters_.end() ? 0 : found->second.value();
    }

private:
    struct NoHistogram final : Histogram {
        void observe(double) override {}
    };
    std::map<std::string, Counter> counters_;  // their addresses are kept
    NoHistogram nothing_;
};

}  // namespace tidegate::kit
