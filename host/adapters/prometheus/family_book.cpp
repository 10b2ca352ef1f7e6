#include "adapters/prometheus/family_book.hpp"

#include <prometheus/check_names.h>

#include <algorithm>
#include <limits>

namespace tidegate {
namespace {

using Labels = std::vector<prometheus::ClientMetric::Label>;
using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

Labels in_order(std::vector<Label> labels) {
    Labels out;
    for (Label& label : labels) out.push_back({std::move(label.name), std::move(label.value)});
    std::sort(out.begin(), out.end());
    return out;
}

bool labels_may_stand(const Labels& labels, MetricType type) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (!prometheus::CheckLabelName(labels[i].name)) return false;
        if (type == MetricType::Histogram && labels[i].name == "le") return false;  // the buckets' own
        if (i > 0 && labels[i].name == labels[i - 1].name) return false;
    }
    return true;
}

double read_gauge(const std::function<double()>& read) {
    try {
        return read();
    } catch (...) {  // a gauge may ask code that throws anything
        return std::numeric_limits<double>::quiet_NaN();
    }
}

}  // namespace

FamilyBook::Series& FamilyBook::series(State& state, MetricType type, std::string_view name, std::string_view help,
                                       std::vector<Label> labels) {
    Labels ordered = in_order(std::move(labels));
    const auto found = state.families.find(name);
    const bool may_stand =
        found != state.families.end() ? found->second.type == type : prometheus::CheckMetricName(std::string(name));
    if (!may_stand || !labels_may_stand(ordered, type)) {
        refused_.add();
        return state.unexported.emplace_back();
    }
    Family& family = state.families[std::string(name)];
    if (family.series.empty()) family = Family{type, std::string(help), {}};
    return family.series[std::move(ordered)];
}

Counter& FamilyBook::counter(std::string_view name, std::string_view help, std::vector<Label> labels) {
    return state_.with([&](State& state) -> Counter& {
        auto& held = series(state, MetricType::Counter, name, help, std::move(labels)).counter;
        if (!held) held = std::make_unique<Counter>();
        return *held;
    });
}

Histogram& FamilyBook::histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                                 std::vector<Label> labels) {
    return state_.with([&](State& state) -> Histogram& {
        auto& held = series(state, MetricType::Histogram, name, help, std::move(labels)).histogram;
        if (!held) held = std::make_unique<AtomicHistogram>(std::move(bounds));
        return *held;
    });
}

void FamilyBook::gauge(std::string_view name, std::string_view help, std::function<double()> read,
                       std::vector<Label> labels) {
    auto held = std::make_shared<const std::function<double()>>(std::move(read));
    state_.with(
        [&](State& state) { series(state, MetricType::Gauge, name, help, std::move(labels)).gauge = std::move(held); });
}

std::vector<MetricFamily> FamilyBook::Collect() const {
    struct Pending {
        std::size_t family, metric;
        std::shared_ptr<const std::function<double()>> read;
    };
    std::vector<MetricFamily> out;
    std::vector<Pending> pending;
    state_.with([&](const State& state) {
        for (const auto& [name, family] : state.families) {
            MetricFamily& exported = out.emplace_back(MetricFamily{name, family.help, family.type, {}});
            for (const auto& [labels, series] : family.series) {
                ClientMetric& metric = exported.metric.emplace_back();
                metric.label = labels;
                if (series.counter) metric.counter.value = static_cast<double>(series.counter->value());
                if (series.histogram) metric.histogram = series.histogram->read();
                if (series.gauge) pending.push_back({out.size() - 1, exported.metric.size() - 1, series.gauge});
            }
        }
    });
    // Outside the lock: a gauge asks other parts, which may be registering metrics of their own.
    for (const Pending& gauge : pending) out[gauge.family].metric[gauge.metric].gauge.value = read_gauge(*gauge.read);

    MetricFamily& refused =
        out.emplace_back(MetricFamily{"tidegate_metrics_refused_total",
                                      "Metrics asked for with a name, label or kind that may not stand",
                                      MetricType::Counter,
                                      {}});
    refused.metric.emplace_back().counter.value = static_cast<double>(refused_.value());
    return out;
}

}  // namespace tidegate
