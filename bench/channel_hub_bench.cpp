// What publishing costs: numbering and encoding alone, and the fan-out to subscribers of one loop without the kernel's
// share.

#include "routing/channel_hub.hpp"
#include "routing/loop_channels.hpp"
#include "tests/support/fake_metrics.hpp"
#include "tests/support/manual_executor.hpp"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

namespace tidegate::routing {
namespace {

constexpr std::string_view kEvent =
    R"({"type":"field:updated","field":"vehicles/V1/coverages/COLL","value":500,"updated_by":"1f3a6d1e","revision":17})";

// Takes everything at once, as an idle kernel would.
struct SwallowingTransport final : session::Transport {
    std::ptrdiff_t write(std::span<const iovec> parts) override {
        std::ptrdiff_t taken = 0;
        for (const iovec& part : parts) taken += static_cast<std::ptrdiff_t>(part.iov_len);
        return taken;
    }
    void want_writable(bool) override {}
    void pause_reading() override {}
    void resume_reading() override {}
    std::size_t unacknowledged_bytes() const override { return 0; }
    void finish() override {}
    void abort() override {}
};

struct QuietOwner final : session::SessionOwner {
    void on_message(session::Session&, std::string_view) override {}
    void on_binary(session::Session&, std::string_view) override {}
    void on_unflushed(session::Session&) override {}
    void on_closing(session::Session&, std::uint16_t) override {}
    void on_gone(session::Session&) override {}
    void on_dropped(session::Session&, std::string_view, std::size_t) override {}
};

class Loop final : public ChannelSink {
public:
    explicit Loop(std::int64_t subscribers) {
        hub.attach(0, inbox, *this);
        for (std::int64_t i = 0; i < subscribers; ++i) {
            session::SessionIdentity identity;
            identity.id = SessionId(0, static_cast<std::uint32_t>(i), 1);
            identity.tenant = "default";
            auto info = make_ref<session::SessionInfo>(std::move(identity), std::make_shared<const Principal>());
            sessions.push_back(std::make_unique<session::Session>(info, transport, owner, pool, clock, limits));
            sessions.back()->release();
            members.push_back(std::make_unique<Member>());
            members.back()->session = sessions.back().get();
            Join join;
            join.session = info;
            hub.join(std::move(join), "quote:1");
        }
        inbox.drain();
    }
    ~Loop() {
        for (auto& member : members) channels.unsubscribe_all(*member);
    }
    void publish() {
        Publication publication;
        publication.tenant = "default";
        publication.channel = "quote:1";
        publication.event = kEvent;
        publication.recorded = true;
        benchmark::DoNotOptimize(hub.publish(publication));
    }
    void end_turn() {
        inbox.drain();
        channels.flush();
    }

    void on_event(const HubChannelRef& channel, const EventRef& event) override {
        channels.add(channel, event, nullptr);
    }
    void on_join(Join join) override { channels.subscribe(*members[join.session->id().slot()], join.channel); }
    void on_leave(SessionId, const HubChannelRef&) override {}

private:
    ManualClock clock;
    testing::ManualExecutor executor{clock};
    testing::FakeMetrics registry;
    RoutingMetrics metrics{registry};
    ChannelHub hub{1, "epoch", metrics};
    LoopInbox inbox{executor, [] {}};
    LoopChannels channels{0, hub, metrics};
    SwallowingTransport transport;
    QuietOwner owner;
    session::OutboxPool pool;
    session::SessionLimits limits;
    std::vector<std::unique_ptr<session::Session>> sessions;
    std::vector<std::unique_ptr<Member>> members;
};

void publish_to_nobody(benchmark::State& state) {
    Loop loop(0);
    for (auto _ : state) loop.publish();
}
BENCHMARK(publish_to_nobody);

void fan_out(benchmark::State& state) {
    Loop loop(state.range(0));
    for (auto _ : state) {
        for (std::int64_t i = 0; i < state.range(1); ++i) loop.publish();
        loop.end_turn();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0) * state.range(1));
}
BENCHMARK(fan_out)->ArgsProduct({{1, 1000}, {1, 10}})->ArgNames({"subscribers", "events"});

}  // namespace
}  // namespace tidegate::routing
