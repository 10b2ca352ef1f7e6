#include "adapters/prometheus/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace tidegate {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

std::optional<double> resident_bytes() {
    std::ifstream file("/proc/self/statm");
    double total = 0;
    double resident = 0;
    if (!(file >> total >> resident)) return std::nullopt;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

std::optional<double> entries(const char* folder) {
    std::error_code error;
    std::filesystem::directory_iterator entry(folder, error);
    double count = 0;
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) ++count;
    if (error) return std::nullopt;
    return count;
}

std::optional<double> open_files() {
    const auto count = entries("/proc/self/fd");
    if (!count) return std::nullopt;
    return *count - 1;  // the folder's own
}

std::optional<double> file_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
    return static_cast<double>(limit.rlim_cur);
}

std::optional<double> cpu_seconds() {
    rusage usage{};
    if (getrusage(RUSAGE_SELF, &usage) != 0) return std::nullopt;
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void add(std::vector<MetricFamily>& out, const char* name, const char* help, MetricType type,
         std::optional<double> value) {
    if (!value) return;
    auto& metric = out.emplace_back(MetricFamily{name, help, type, {}}).metric.emplace_back();
    (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = *value;
}

}  // namespace

std::vector<MetricFamily> process_metrics(std::int64_t started_s) {
    std::vector<MetricFamily> out;
    add(out, "process_resident_memory_bytes", "Resident memory", MetricType::Gauge, resident_bytes());
    add(out, "process_open_fds", "Open file descriptors", MetricType::Gauge, open_files());
    add(out, "process_max_fds", "Limit of open file descriptors", MetricType::Gauge, file_limit());
    add(out, "process_threads", "Threads", MetricType::Gauge, entries("/proc/self/task"));
    add(out, "process_cpu_seconds_total", "Processor time, user and system", MetricType::Counter, cpu_seconds());
    add(out, "process_start_time_seconds", "Start, in seconds since the Unix epoch", MetricType::Gauge,
        static_cast<double>(started_s));
    return out;
}

}  // namespace tidegate
