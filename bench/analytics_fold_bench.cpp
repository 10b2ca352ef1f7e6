// What analytics costs: CPU time per folded event with many quotes remembered, per dashboard, delta and snapshot. No
// store and no network: the durable append of an event is measured by streams_bench.

#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "metrics/metrics.hpp"

namespace tidegate::analytics {
namespace {

constexpr std::int64_t kBegin = 1'794'009'600'000;  // 2026-11-07T00:00:00Z

struct Made {
    std::string name, data;
    std::int64_t at_ms = 0;
};

std::string uuid(std::uint32_t number) {
    char out[40];
    std::snprintf(out, sizeof(out), "0190f0e0-%04x-7000-8000-0000%08x", number & 0xFFFF, number);
    return out;
}

Made make(std::mt19937& random, std::size_t index, std::uint32_t quotes) {
    static constexpr const char* kStates[] = {"US-TX", "US-NY", "US-CA", "US-FL", "US-WA", "US-OH", "US-MA", "US-NJ"};
    static constexpr const char* kProducts[] = {"auto", "home", "commercial"};
    const std::string quote = R"({"quote_id":")" + uuid(random() % quotes) + '"';
    const std::string user = R"(,"user_id":")" + uuid(random() % 400) + "\"}";
    const std::string of = std::string(R"(,"product":")") + kProducts[random() % 3] + R"(","state":")" +
                           kStates[random() % 8] + R"(","currency":"USD")";
    const std::string amount = std::to_string(random() % 3000) + ".25";
    const std::int64_t at_ms = kBegin + static_cast<std::int64_t>(index) * 40;
    switch (random() % 20) {
        case 0:
        case 1:
        case 2:
            return {"quote.created", quote + R"(,"created_by":")" + uuid(random() % 400) + "\"}", at_ms};
        case 3:
            return {"quote.quoted", quote + of + R"(,"premium":")" + amount + '"' + user, at_ms};
        case 4:
            return {"quote.bound", quote + of + R"(,"premium":")" + amount + '"' + user, at_ms};
        case 5:
            return {"quote.declined", quote + R"(,"reason":"losses")" + user, at_ms};
        case 6:
        case 7:
            return {"risk.scored", quote + R"(,"tier":"3","score":0.41,"referred":false,"override":false,"model":"m"})",
                    at_ms};
        case 8:
            return {"session.joined", quote + R"(,"role":"agent")" + user, at_ms};
        case 9:
        case 10:
        case 11:
        case 12:
        case 13:
            return {"field.updated", quote + R"(,"field":"aoi","kind":"edit","by":")" + uuid(random() % 400) + "\"}",
                    at_ms};
        default:
            return {"quote.rated",
                    quote + R"(,"revision":3)" + of + R"(,"total":)" + amount + R"(,"calculation_id":")" + uuid(7) +
                        R"(","first":true})",
                    at_ms};
    }
}

std::vector<Made> make_many(std::size_t count, std::uint32_t quotes) {
    std::mt19937 random(1);
    std::vector<Made> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(make(random, i, quotes));
    return out;
}

void fold(Metrics& metrics, const Made& made) {
    DomainEvent event;
    event.name = made.name;
    event.data = made.data;
    event.sequence = metrics.last_sequence() + 1;
    event.at_ms = made.at_ms;
    metrics.fold(event);
}

Metrics filled(std::uint32_t quotes) {
    Options options;
    options.zone = "America/New_York";
    Metrics metrics(options);
    for (const Made& made : make_many(300'000, quotes)) fold(metrics, made);
    return metrics;
}

void fold_event(benchmark::State& state) {
    const auto quotes = static_cast<std::uint32_t>(state.range(0));
    const auto events = make_many(200'000, quotes);
    Metrics metrics = filled(quotes);
    std::size_t next = 0;
    for (auto _ : state) {
        fold(metrics, events[next]);
        next = next + 1 == events.size() ? 0 : next + 1;
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(fold_event)->Arg(1'000)->Arg(90'000)->Arg(500'000);  // the last forgets as it goes

void dashboard(benchmark::State& state) {
    const Metrics metrics = filled(20'000);
    const auto type = static_cast<DashboardType>(state.range(0));
    std::size_t bytes = 0;
    for (auto _ : state) bytes = metrics.dashboard(type, kBegin + 12'000'000).size();
    state.counters["bytes"] = static_cast<double>(bytes);
    state.SetLabel(std::string(name_of(type)));
}
BENCHMARK(dashboard)->DenseRange(0, 3);

void delta_of_a_tick(benchmark::State& state) {
    Metrics metrics = filled(20'000);
    const std::string before = metrics.dashboard(DashboardType::kGeneral, kBegin + 12'000'000);
    for (const Made& made : make_many(4'000, 20'000)) fold(metrics, made);
    const std::string after = metrics.dashboard(DashboardType::kGeneral, kBegin + 12'000'000);
    std::size_t bytes = 0;
    for (auto _ : state) bytes = delta(before, after).size();
    state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(delta_of_a_tick);

void save_and_load(benchmark::State& state) {
    const Metrics metrics = filled(static_cast<std::uint32_t>(state.range(0)));
    std::size_t chunks = 0;
    for (auto _ : state) {
        const auto saved = metrics.save();
        chunks = saved.size();
        Options options;
        options.zone = "America/New_York";
        benchmark::DoNotOptimize(Metrics::load(options, saved).ok());
    }
    state.counters["chunks"] = static_cast<double>(chunks);
}
BENCHMARK(save_and_load)->Arg(1'000)->Arg(90'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tidegate::analytics
