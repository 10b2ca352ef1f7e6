// What one field:update costs in process: the collaboration and quote plugins in the testing kit, five people on one
// quote, without sockets and threads. The kit's own share (pumping, the clients' parsing) is in the figure.

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

void field_update(benchmark::State& state) {
    Host host;
    host.load(QUOTE_SO, R"({"manuals":")" QUOTE_MANUALS R"("})");
    host.load(COLLABORATION_SO);
    std::vector<Client> people;
    for (int n = 0; n < kPeople; ++n) {
        const std::string sub = "00000000-0000-4000-8000-00000000000" + std::to_string(n);
        people.push_back(host.connect({sub, "Editor " + std::to_string(n), "agent", {"quotes:*"}, "default"},
                                      "/ws/quotes/11111111-1111-4111-8111-111111111111"));
    }
    int id = 0;
    for (auto _ : state) {
        const int who = ++id % kPeople;
        const std::string number = std::to_string(id);
        people[who].send(R"({"type":"field:update","id":)" + number + R"(,"field":")" + kFields[who] +
                         R"(","value":"value )" + number + "\"}");
        host.pump();
        if (id % 256 != 0) continue;
        state.PauseTiming();
        if (people[who].reply(id).is_null()) state.SkipWithError("an edit was not answered");
        for (Client& person : people) person.take();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations());
    host.stop();
}
BENCHMARK(field_update)->Unit(benchmark::kMicrosecond);

}  // namespace
