// What a frame costs on its way through an outbox: pushed, gathered and consumed, and conflated.

#include "session/outbox.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace tidegate::session {
namespace {

void push_gather_consume(benchmark::State& state) {
    const BufferRef frame = Buffer::copy_of(std::string(200, 'x'));
    OutboxPool pool;
    for (auto _ : state) {
        auto outbox = pool.take();
        for (std::int64_t i = 0; i < state.range(0); ++i) outbox->push(Lane::kEvents, frame);
        while (!outbox->empty()) {
            std::array<iovec, 64> parts;
            const std::size_t count = outbox->gather(parts);
            benchmark::DoNotOptimize(parts);
            outbox->consume(count * frame->size());
        }
        pool.give_back(std::move(outbox));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(push_gather_consume)->Arg(1)->Arg(10)->Arg(1000);

void conflate(benchmark::State& state) {
    const BufferRef frame = Buffer::copy_of(std::string(200, 'x'));
    std::vector<BufferRef> keys;
    for (std::int64_t i = 0; i < state.range(0); ++i) keys.push_back(Buffer::copy_of("room:1/" + std::to_string(i)));
    Outbox outbox;
    std::size_t next = 0;
    for (auto _ : state) {
        outbox.push(Lane::kBulk, frame, keys[next]);
        next = next + 1 == keys.size() ? 0 : next + 1;
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(conflate)->Arg(1)->Arg(50);

}  // namespace
}  // namespace tidegate::session
