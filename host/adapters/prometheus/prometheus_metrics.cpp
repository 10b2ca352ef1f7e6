#include "adapters/prometheus/prometheus_metrics.hpp"

#include "adapters/prometheus/family_book.hpp"
#include "adapters/prometheus/process_metrics.hpp"

#include <prometheus/text_serializer.h>

#include <chrono>
#include <iterator>
#include <utility>

namespace tidegate {

PrometheusMetrics::PrometheusMetrics()
    : book_(std::make_unique<FamilyBook>()),
      started_s_(std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
                     .count()) {
    book_->gauge("tidegate_build_info", "Always 1; the labels say what runs", [] { return 1.0; },
                 {{"version", TIDEGATE_VERSION}, {"compiler", __VERSION__}});
}

PrometheusMetrics::~PrometheusMetrics() = default;

Counter& PrometheusMetrics::counter(std::string_view name, std::string_view help, std::vector<Label> labels) {
    return book_->counter(name, help, std::move(labels));
}

Histogram& PrometheusMetrics::histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                                        std::vector<Label> labels) {
    return book_->histogram(name, help, std::move(bounds), std::move(labels));
}

void PrometheusMetrics::gauge(std::string_view name, std::string_view help, std::function<double()> read,
                              std::vector<Label> labels) {
    book_->gauge(name, help, std::move(read), std::move(labels));
}

std::string PrometheusMetrics::text() const {
    auto families = book_->Collect();
    auto process = process_metrics(started_s_);
    families.insert(families.end(), std::make_move_iterator(process.begin()), std::make_move_iterator(process.end()));
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace tidegate
