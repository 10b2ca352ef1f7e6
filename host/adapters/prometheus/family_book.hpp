#pragma once

// FamilyBook: every metric by family and labels, as the one Collectable that a scrape reads. Objects live as long as
// the book. [any-thread]

#include "adapters/prometheus/atomic_histogram.hpp"
#include "base/guarded.hpp"
#include "ports/metrics.hpp"

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace tidegate {

class FamilyBook final : public prometheus::Collectable {
public:
    Counter& counter(std::string_view name, std::string_view help, std::vector<Label> labels);
    Histogram& histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                         std::vector<Label> labels);
    // Asked again for the same labels, the new `read` takes the place of the old.
    void gauge(std::string_view name, std::string_view help, std::function<double()> read, std::vector<Label> labels);

    std::vector<prometheus::MetricFamily> Collect() const override;

private:
    struct Series {
        std::unique_ptr<Counter> counter;
        std::unique_ptr<AtomicHistogram> histogram;
        std::shared_ptr<const std::function<double()>> gauge;
    };
    struct Family {
        prometheus::MetricType type = prometheus::MetricType::Untyped;
        std::string help;
        std::map<std::vector<prometheus::ClientMetric::Label>, Series> series;
    };
    struct State {
        std::map<std::string, Family, std::less<>> families;
        std::deque<Series> unexported;
    };

    // The series to fill in; one that is not exported when name or labels may not stand.
    Series& series(State& state, prometheus::MetricType type, std::string_view name, std::string_view help,
                   std::vector<Label> labels);

    Guarded<State> state_;
    Counter refused_;
};

}  // namespace tidegate
