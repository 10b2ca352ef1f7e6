// What one field:update costs in process, alone and with a lock and an unlock after it: the collaboration and quote
// plugins in the testing kit, five people on each of one or 200 quotes, without sockets and threads. The kit's own
// share (pumping, the clients' parsing) is in the figures.

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

// Everybody on his quote.
class Office {
public:
    explicit Office(int quotes) : quotes_(static_cast<std::size_t>(quotes)) {
        host_.load(QUOTE_SO, R"({"manuals":")" QUOTE_MANUALS R"("})");
        host_.load(COLLABORATION_SO);
        for (int n = 0; n < quotes * kPeople; ++n) {
            const int place = n / quotes;
            const std::string sub = numbered("00000000-0000-4000-8000-", place);
            people_.push_back(host_.connect({sub, "Editor " + std::to_string(place), "agent", {"quotes:*"}, "default"},
                                            numbered("/ws/quotes/11111111-1111-4111-8111-", n % quotes)));
        }
    }
    ~Office() { host_.stop(); }

    void edit(int id) { send("field:update", id, R"(,"value":"value )" + std::to_string(id) + '"'); }
    void lock(int id) { send("field:lock", id, {}); }
    void unlock(int id) { send("field:unlock", id, {}); }

    bool answered(int id) { return !person(id).reply(id).is_null(); }
    void forget() {
        for (Client& one : people_) one.take();
    }

private:
    std::size_t at(int id) const { return static_cast<std::size_t>(id) % people_.size(); }
    Client& person(int id) { return people_[at(id)]; }
    void send(const std::string& type, int id, const std::string& more) {
        person(id).send(R"({"type":")" + type + R"(","id":)" + std::to_string(id) + R"(,"field":")" +
                        kFields[at(id) / quotes_] + '"' + more + '}');
        host_.pump();
    }

    const std::size_t quotes_;
    Host host_;
    std::vector<Client> people_;
};

template <class Body>
void run(benchmark::State& state, Body body) {
    Office office(static_cast<int>(state.range(0)));
    int id = 0;
    for (auto _ : state) {
        body(office, ++id);
        if (id % 4096 != 0) continue;
        state.PauseTiming();
        if (!office.answered(id)) state.SkipWithError("a request was not answered");
        office.forget();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations());
}

void field_update(benchmark::State& state) {
    run(state, [](Office& office, int id) { office.edit(id); });
}
BENCHMARK(field_update)->Arg(1)->Arg(200)->Unit(benchmark::kMicrosecond);

// A lock of a quote that was just edited, as it mostly is.
void field_update_lock_unlock(benchmark::State& state) {
    run(state, [](Office& office, int id) {
        office.edit(id);
        office.lock(id);
        office.unlock(id);
    });
}
BENCHMARK(field_update_lock_unlock)->Arg(200)->Unit(benchmark::kMicrosecond);

}  // namespace
