// Patches per second of the documents adapters: memory inline, SQLite with many patches in flight (group commit). The
// SQLite file lies in the system's temporary folder: put TMPDIR on the disk that is to be measured.

#include "adapters/memory/memory_documents.hpp"
#include "adapters/sqlite/sqlite_documents.hpp"
#include "base/clock.hpp"

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <semaphore>
#include <string>

namespace tidegate {
namespace {

// Every member the documents have, with its bounds, as a product's schema has them.
constexpr const char* kSchema = R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object",
    "additionalProperties":false,"properties":{"status":{"enum":["draft","rated","bound"]},
    "vehicles":{"type":"object","additionalProperties":{"type":"object","additionalProperties":false,
    "required":["vin"],"properties":{"make":{"type":"string","maxLength":64},"model":{"type":"string","maxLength":64},
    "premium":{"type":"number","minimum":0},"usage":{"enum":["commute","pleasure","business"]},
    "vin":{"type":"string","minLength":17,"maxLength":17}}}}}})";

Patch make_patch(std::int64_t n) {
    Patch patch;
    patch.key = {"default", "quote", "q" + std::to_string(n % 200)};
    patch.ops = {{OpKind::kSet, "vehicles/" + std::to_string(n % 20) + "/premium", std::to_string(n) + ".25"}};
    patch.actor = "bench";
    return patch;
}

// 200 documents of about 2 KB.
template <class Apply>
void seed(Documents& documents, Apply apply) {
    if (!documents.declare({"quote", kSchema, {{"status", "status"}}})) std::abort();
    for (int n = 0; n < 200; ++n) {
        auto patch = make_patch(n);
        patch.ops.clear();
        for (int v = 0; v < 20; ++v) {
            patch.ops.push_back(
                {OpKind::kSet, "vehicles/" + std::to_string(v),
                 R"({"make":"Example","model":"Sedan","premium":1234.50,"usage":"commute","vin":"12345678901234567"})"});
        }
        apply(std::move(patch));
    }
}

void memory_patch(benchmark::State& state) {
    const SystemClock clock;
    MemoryDocuments documents(clock);
    const auto apply = [&](Patch patch) {
        if (!documents.patch(std::move(patch), nullptr)->has_value()) std::abort();
    };
    seed(documents, apply);
    std::int64_t n = 0;
    for (auto _ : state) apply(make_patch(n++));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(memory_patch);

// Several workers at once, each with quotes of its own.
void memory_patch_by_threads(benchmark::State& state) {
    static const SystemClock clock;
    static std::unique_ptr<MemoryDocuments> documents;
    const auto apply = [&](Patch patch) {
        if (!documents->patch(std::move(patch), nullptr)->has_value()) std::abort();
    };
    if (state.thread_index() == 0) {
        documents = std::make_unique<MemoryDocuments>(clock);
        seed(*documents, apply);
    }
    std::int64_t n = state.thread_index();
    for (auto _ : state) apply(make_patch(n += state.threads()));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(memory_patch_by_threads)->ThreadRange(1, 2)->UseRealTime();

void sqlite_patch(benchmark::State& state) {
    const auto folder = std::filesystem::temp_directory_path() / ("tidegate-bench-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    {
        const SystemClock clock;
        auto documents = SqliteDocuments::open((folder / "documents.db").string(), clock);
        if (!documents) std::abort();
        const auto in_flight = static_cast<std::ptrdiff_t>(state.range(0));
        std::counting_semaphore<> slots(in_flight);
        const auto apply = [&](Patch patch) {
            slots.acquire();
            const auto now = (*documents)->patch(std::move(patch), [&](const Result<PatchOutcome>& done) {
                if (!done) std::abort();
                slots.release();
            });
            if (now) std::abort();
        };
        seed(**documents, apply);
        std::int64_t n = 0;
        for (auto _ : state) apply(make_patch(n++));
        for (std::ptrdiff_t slot = 0; slot < in_flight; ++slot) slots.acquire();
        state.SetItemsProcessed(state.iterations());
    }
    std::filesystem::remove_all(folder);
}
BENCHMARK(sqlite_patch)->Arg(1)->Arg(10)->Arg(100)->Arg(512)->UseRealTime();

}  // namespace
}  // namespace tidegate
