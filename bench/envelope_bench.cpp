// What reading one client message's envelope costs, and what adding a ref to an answer does.

#include "protocol/envelope.hpp"
#include "protocol/json_text.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace tidegate::protocol {
namespace {

std::string message_of(std::size_t size, bool type_first) {
    const std::string head = R"("type":"field:update","id":"0123456789")";
    std::string filler;
    while (filler.size() < size) {
        filler += (filler.empty() ? "\"" : ",\"") + std::to_string(filler.size()) +
                  "\":{\"value\":[1,2.5,true],\"s\":\"text\"}";
    }
    return type_first ? "{" + head + "," + filler + "}" : "{" + filler + "," + head + "}";
}

void scan(benchmark::State& state) {
    EnvelopeScanner scanner;
    const BufferRef message =
        Buffer::copy_of(message_of(static_cast<std::size_t>(state.range(0)), state.range(1) != 0));
    for (auto _ : state) {
        Envelope envelope;
        benchmark::DoNotOptimize(scanner.scan(*message, envelope));
        benchmark::DoNotOptimize(envelope);
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(message->size()));
}
BENCHMARK(scan)->ArgsProduct({{150, 2000, 60'000}, {1, 0}})->ArgNames({"bytes", "type_first"});

void find_key_field(benchmark::State& state) {
    EnvelopeScanner scanner;
    const BufferRef message = Buffer::copy_of(message_of(150, true));
    Envelope envelope;
    if (scanner.scan(*message, envelope)) state.SkipWithError("the message is refused");
    for (auto _ : state) benchmark::DoNotOptimize(scanner.find_member("0"));
}
BENCHMARK(find_key_field);

void answer_with_ref(benchmark::State& state) {
    const std::string object = message_of(150, true);
    for (auto _ : state) benchmark::DoNotOptimize(encode_with_ref(*splice_point(object), "\"0123456789\""));
}
BENCHMARK(answer_with_ref);

}  // namespace
}  // namespace tidegate::protocol
