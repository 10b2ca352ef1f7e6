// Appends and reads per second of the streams adapters: memory inline, SQLite with many appends in flight over as many
// streams (group commit). The SQLite file lies in the system's temporary folder: put TMPDIR on the disk that is to be
// measured.

#include "adapters/memory/memory_streams.hpp"
#include "adapters/sqlite/sqlite_streams.hpp"
#include "base/clock.hpp"

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <semaphore>
#include <string>
#include <vector>

namespace tidegate {
namespace {

// As an inbox or an audit trail has them.
constexpr const char* kEntry = R"({"at":1700000000000,"by":"ada","kind":"quote.rated","quote":"q-10421",)"
                               R"("message":"Rated 3 vehicles and 2 drivers","premium":1234.50,"revision":42})";
constexpr std::int64_t kStreams = 200;
constexpr std::uint64_t kKept = 1000;  // per stream

StreamAppend make_append(std::int64_t n, std::int64_t entries) {
    StreamAppend append;
    append.key = {"default", "audit", "s" + std::to_string(n % kStreams)};
    append.entries.assign(static_cast<std::size_t>(entries), kEntry);
    append.max_entries = kKept;
    return append;
}

class TemporaryStreams {
public:
    TemporaryStreams() {
        std::filesystem::create_directories(folder_);
        auto streams = SqliteStreams::open((folder_ / "streams.db").string(), clock_);
        if (!streams) std::abort();
        streams_ = std::move(*streams);
    }
    ~TemporaryStreams() {
        streams_.reset();
        std::filesystem::remove_all(folder_);
    }
    SqliteStreams& operator*() const { return *streams_; }

private:
    const std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("tidegate-bench-" + std::to_string(getpid()));
    const SystemClock clock_;
    std::unique_ptr<SqliteStreams> streams_;
};

// At most so many appends at a time; waits for the last of them.
template <class Each>
void keep_in_flight(Streams& streams, std::ptrdiff_t in_flight, Each&& each) {
    std::counting_semaphore<> slots(in_flight);
    each([&](StreamAppend append) {
        slots.acquire();
        const auto now = streams.append(std::move(append), [&](const Result<StreamAppended>& done) {
            if (!done) std::abort();
            slots.release();
        });
        if (now) std::abort();
    });
    for (std::ptrdiff_t slot = 0; slot < in_flight; ++slot) slots.acquire();
}

void memory_append(benchmark::State& state) {
    const SystemClock clock;
    MemoryStreams streams(clock);
    std::int64_t n = 0;
    for (auto _ : state) {
        if (!streams.append(make_append(n++, state.range(0)), nullptr)->has_value()) std::abort();
    }
    state.counters["entries"] =
        benchmark::Counter(static_cast<double>(state.iterations() * state.range(0)), benchmark::Counter::kIsRate);
}
BENCHMARK(memory_append)->Arg(1)->Arg(64);

void sqlite_append(benchmark::State& state) {
    const TemporaryStreams streams;
    keep_in_flight(*streams, static_cast<std::ptrdiff_t>(state.range(0)), [&](const auto& append) {
        std::int64_t n = 0;
        for (auto _ : state) append(make_append(n++, state.range(1)));
    });
    state.counters["entries"] =
        benchmark::Counter(static_cast<double>(state.iterations() * state.range(1)), benchmark::Counter::kIsRate);
}
BENCHMARK(sqlite_append)
    ->ArgNames({"in_flight", "entries"})
    ->Args({1, 1})
    ->Args({100, 1})
    ->Args({1, 64})
    ->Args({100, 64})
    ->UseRealTime();

// Pages of so many entries through a stream of 10,000.
void sqlite_read(benchmark::State& state) {
    const TemporaryStreams streams;
    keep_in_flight(*streams, 1, [&](const auto& append) {
        for (int n = 0; n < 100; ++n) {
            auto all = make_append(0, 100);
            all.max_entries = 0;
            append(std::move(all));
        }
    });
    std::uint64_t after = 0;
    std::int64_t entries = 0;
    for (auto _ : state) {
        std::promise<Result<std::vector<StreamEntry>>> page;
        const auto now = (*streams).read({"default", "audit", "s0"}, after, static_cast<std::uint32_t>(state.range(0)),
                                         [&](Result<std::vector<StreamEntry>> found) { page.set_value(found); });
        if (now) std::abort();
        const auto found = page.get_future().get();
        if (!found || found->empty()) std::abort();
        entries += static_cast<std::int64_t>(found->size());
        after = found->back().position == 10'000 ? 0 : found->back().position;
    }
    state.SetItemsProcessed(entries);
}
BENCHMARK(sqlite_read)->Arg(1)->Arg(100)->Arg(1000)->UseRealTime();

}  // namespace
}  // namespace tidegate
