// What one field:update costs in process: the collaboration and quote plugins in the testing kit, five people on each
// of one or 200 quotes, without sockets and threads. The kit's own share (pumping, the clients' parsing) is in the
// figure.

#include <tidegate/testing/host.hpp>

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace {

using tg::testing::Client;
using tg::testing::Host;

constexpr int kPeople = 5;
const char* const kFields[] = {"insured/name", "insured/first_name", "insured/last_name", "insured/email",
                               "insured/phone"};

std::string numbered(const char* stem, int number) {
    const std::string digits = std::to_string(number);
    return std::string(stem).append(12 - digits.size(), '0').append(digits);
}

void field_update(benchmark::State& state) {
    Host host;
    host.load(QUOTE_SO, R"({"manuals":")" QUOTE_MANUALS R"("})");
    host.load(COLLABORATION_SO);
    const int quotes = static_cast<int>(state.range(0));
    std::vector<Client> people;
    for (int n = 0; n < quotes * kPeople; ++n) {
        const int place = n / quotes;
        const std::string sub = numbered("00000000-0000-4000-8000-", place);
        people.push_back(host.connect({sub, "Editor " + std::to_string(place), "agent", {"quotes:*"}, "default"},
                                      numbered("/ws/quotes/11111111-1111-4111-8111-", n % quotes)));
    }
    int id = 0;
    for (auto _ : state) {
        const std::size_t who = static_cast<std::size_t>(++id) % people.size();
        const std::string number = std::to_string(id);
        people[who].send(R"({"type":"field:update","id":)" + number + R"(,"field":")" +
                         kFields[who / static_cast<std::size_t>(quotes)] + R"(","value":"value )" + number + "\"}");
        host.pump();
        if (id % 4096 != 0) continue;
        state.PauseTiming();
        if (people[who].reply(id).is_null()) state.SkipWithError("an edit was not answered");
        for (Client& person : people) person.take();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations());
    host.stop();
}
BENCHMARK(field_update)->Arg(1)->Arg(200)->Unit(benchmark::kMicrosecond);

}  // namespace
