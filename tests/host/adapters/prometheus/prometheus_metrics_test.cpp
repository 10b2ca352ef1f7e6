#include "adapters/prometheus/prometheus_metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <thread>
#include <vector>

namespace tidegate {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(PrometheusMetrics, ExportsACounterWithItsHelpAndLabels) {
    PrometheusMetrics metrics;
    metrics.counter("tidegate_errors_total", "Coded errors", {{"code", "busy"}}).add(3);
    metrics.counter("tidegate_errors_total", "Coded errors", {{"code", "a\"b\\c\nd"}}).add();
    const std::string text = metrics.text();
    EXPECT_THAT(text, HasSubstr("# HELP tidegate_errors_total Coded errors\n# TYPE tidegate_errors_total counter\n"));
    EXPECT_THAT(text, HasSubstr("tidegate_errors_total{code=\"busy\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("tidegate_errors_total{code=\"a\\\"b\\\\c\\nd\"} 1\n"));
}

TEST(PrometheusMetrics, GivesTheSameObjectForTheSameNameAndLabels) {
    PrometheusMetrics metrics;
    Counter& first = metrics.counter("a_total", "", {{"x", "1"}, {"y", "2"}});
    EXPECT_EQ(&first, &metrics.counter("a_total", "", {{"y", "2"}, {"x", "1"}}));
    EXPECT_NE(&first, &metrics.counter("a_total", "", {{"x", "2"}, {"y", "2"}}));
    Histogram& histogram = metrics.histogram("h", "", {1});
    EXPECT_EQ(&histogram, &metrics.histogram("h", "", {1, 2}));
}

TEST(PrometheusMetrics, CountsAHistogramIntoItsBuckets) {
    PrometheusMetrics metrics;
    Histogram& histogram = metrics.histogram("wait_ms", "Wait", {10, 1, 10, std::numeric_limits<double>::infinity()});
    for (const double value : {0.5, 1.0, 1.5, 100.0}) histogram.observe(value);
    histogram.observe(std::nan(""));
    const std::string text = metrics.text();
    EXPECT_THAT(text, HasSubstr("wait_ms_count 4\nwait_ms_sum 103\n"));
    EXPECT_THAT(text, HasSubstr("wait_ms_bucket{le=\"1\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("wait_ms_bucket{le=\"10\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("wait_ms_bucket{le=\"+Inf\"} 4\n"));
}

TEST(PrometheusMetrics, ReadsAGaugeAtEachScrape) {
    PrometheusMetrics metrics;
    double level = 1;
    metrics.gauge("sessions", "Now", [&] { return level; }, {{"loop", "0"}});
    EXPECT_THAT(metrics.text(), HasSubstr("sessions{loop=\"0\"} 1\n"));
    level = 2;
    EXPECT_THAT(metrics.text(), HasSubstr("sessions{loop=\"0\"} 2\n"));
    metrics.gauge("sessions", "Now", [] { return 7.0; }, {{"loop", "0"}});
    EXPECT_THAT(metrics.text(), HasSubstr("sessions{loop=\"0\"} 7\n"));
}

TEST(PrometheusMetrics, SurvivesAGaugeThatThrowsAndOneThatRegisters) {
    PrometheusMetrics metrics;
    metrics.gauge("bad", "", []() -> double { throw std::runtime_error("no"); });
    metrics.gauge("busy", "", [&] {
        metrics.counter("from_within_total", "").add();
        return 1.0;
    });
    metrics.gauge("worse", "", []() -> double { throw 7; });
    EXPECT_THAT(metrics.text(), HasSubstr("bad Nan\n"));
    EXPECT_THAT(metrics.text(), HasSubstr("worse Nan\n"));
    EXPECT_THAT(metrics.text(), HasSubstr("from_within_total"));
}

TEST(PrometheusMetrics, KeepsWhatMayNotStandOutOfTheText) {
    PrometheusMetrics metrics;
    metrics.counter("right_total", "").add(1);
    metrics.counter("no spaces", "").add(1);
    metrics.counter("", "").add(1);
    metrics.counter("right_total", "", {{"bad label", "v"}}).add(1);
    metrics.counter("right_total", "", {{"twice", "1"}, {"twice", "2"}}).add(1);
    metrics.gauge("right_total", "", [] { return 99.0; });
    metrics.histogram("h", "", {1}, {{"le", "1"}}).observe(1);
    const std::string text = metrics.text();
    EXPECT_THAT(text, HasSubstr("\nright_total 1\n"));
    EXPECT_THAT(text, Not(HasSubstr("no spaces")));
    EXPECT_THAT(text, Not(HasSubstr("twice")));
    EXPECT_THAT(text, Not(HasSubstr("right_total 99")));
    EXPECT_THAT(text, HasSubstr("tidegate_metrics_refused_total 6\n"));
}

TEST(PrometheusMetrics, TellsAboutTheProcessAndTheBuild) {
    const PrometheusMetrics metrics;
    const std::string text = metrics.text();
    for (const char* name : {"process_resident_memory_bytes", "process_open_fds", "process_threads",
                             "process_cpu_seconds_total", "process_start_time_seconds"})
        EXPECT_THAT(text, ContainsRegex(std::string("\n") + name + " [1-9]|\n" + name + " 0\\.")) << name;
    EXPECT_THAT(text, ContainsRegex("tidegate_build_info\\{compiler=\"[^\"]+\",version=\"[0-9.]+\"\\} 1"));
}

TEST(PrometheusMetrics, LosesNoCountBetweenThreads) {
    PrometheusMetrics metrics;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int n = 0; n < 1000; ++n) {
                metrics.counter("shared_total", "", {{"n", std::to_string(n % 8)}}).add();
                metrics.histogram("shared", "", {500}).observe(n);
                if (n % 100 == 0) {
                    EXPECT_FALSE(metrics.text().empty());
                }
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_THAT(metrics.text(), HasSubstr("shared_total{n=\"7\"} 500\n"));
    EXPECT_THAT(metrics.text(), HasSubstr("shared_bucket{le=\"500\"} 2004\n"));
}

}  // namespace
}  // namespace tidegate
