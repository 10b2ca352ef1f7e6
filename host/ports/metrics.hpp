#pragma once

// Counters, histograms and sampled gauges. Implemented by adapters/prometheus. Metrics live as long as the registry;
// asking again for the same name and label gives the same object. Names are complete: "tidegate_messages_total".

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate {

// A count that only rises. Relaxed: a metric orders nothing. [any-thread]
class Counter {
public:
    void add(std::uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

class Histogram {
public:
    virtual ~Histogram() = default;
    virtual void observe(double value) = 0;  // [any-thread]
};

struct Label {
    std::string name;
    std::string value;
};

class Metrics {
public:
    virtual ~Metrics() = default;
    virtual Counter& counter(std::string_view name, std::string_view help, std::vector<Label> labels = {}) = 0;
    virtual Histogram& histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                                 std::vector<Label> labels = {}) = 0;
    // `read` is called at each scrape, on the scraper's thread. [startup]
    virtual void gauge(std::string_view name, std::string_view help, std::function<double()> read,
                       std::vector<Label> labels = {}) = 0;
    // Text exposition format 0.0.4. [any-thread]
    virtual std::string text() const = 0;
};

}  // namespace tidegate
