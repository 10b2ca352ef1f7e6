#pragma once

// OwnMetrics: the counters and histograms a plugin made for itself. They belong to the slot, so every generation finds
// the same ones. [any-thread]

#include "base/guarded.hpp"
#include "ports/metrics.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::plugin {

struct OwnMetric {
    Counter* counter = nullptr;
    Histogram* histogram = nullptr;
};

class OwnMetrics {
public:
    OwnMetrics(Metrics& metrics, std::string plugin) : metrics_(metrics), plugin_(std::move(plugin)) {}

    // Null when the name is taken by the other kind, or there are too many.
    OwnMetric* counter(std::string_view name, std::string_view help) {
        return find_or_make(
            name,
            [&](const std::string& full) {
                return OwnMetric{&metrics_.counter(full, help), nullptr};
            },
            [](const OwnMetric& metric) { return metric.counter != nullptr; });
    }
    OwnMetric* histogram(std::string_view name, std::string_view help, std::vector<double> bounds) {
        return find_or_make(
            name,
            [&](const std::string& full) {
                return OwnMetric{nullptr, &metrics_.histogram(full, help, std::move(bounds))};
            },
            [](const OwnMetric& metric) { return metric.histogram != nullptr; });
    }

private:
    static constexpr std::size_t kMost = 256;

    template <class Make, class Fits>
    OwnMetric* find_or_make(std::string_view name, Make&& make, Fits&& fits) {
        return all_.with([&](auto& all) -> OwnMetric* {
            const auto found = all.find(name);
            if (found != all.end()) return fits(*found->second) ? found->second.get() : nullptr;
            if (all.size() == kMost) return nullptr;
            auto made = std::make_unique<OwnMetric>(make("tidegate_plugin_" + plugin_ + "_" + std::string(name)));
            return all.emplace(std::string(name), std::move(made)).first->second.get();
        });
    }

    Metrics& metrics_;
    const std::string plugin_;
    Guarded<std::map<std::string, std::unique_ptr<OwnMetric>, std::less<>>> all_;
};

}  // namespace tidegate::plugin
