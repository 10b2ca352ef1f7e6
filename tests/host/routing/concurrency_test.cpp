#include "routing/loop_gateway.hpp"
#include "tests/support/fake_metrics.hpp"
#include "tests/support/fake_plugin.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/threaded_executor.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <thread>

// Two loops with threads of their own, publishers on others: order and completeness of what every subscriber sees.

namespace tidegate::routing {
namespace {

using Json = nlohmann::json;
using testing::FakeTransport;
using testing::ThreadedExecutor;

struct NoAuthenticator final : Authenticator {
    Result<Principal> authenticate(std::string_view) const override {
        return tidegate::fail(Errc::kForbidden, "nobody");
    }
};

class TwoLoops : public ::testing::Test {
protected:
    static constexpr int kPerLoop = 3;

    ~TwoLoops() override {
        for (auto& executor : executors) executor.stop();
    }
    session::SessionInfoRef open(std::uint32_t loop, FakeTransport& transport) {
        session::SessionInfoRef info;
        executors[loop].run_and_wait([&] {
            OpenRequest request;
            request.transport = &transport;
            request.endpoint = boards[loop]->routes().match_endpoint("/ws");
            request.path = "/ws";
            request.principal = std::make_shared<const Principal>();
            session::Session& session = boards[loop]->open(std::move(request));
            transport.sink = &session;
            info = session.info();
        });
        return info;
    }
    // Everything posted until now has been handled.
    void settle() {
        for (int round = 0; round < 3; ++round) {
            for (auto& executor : executors) executor.run_and_wait([] {});
        }
    }
    void publish(std::string_view channel, bool recorded = true) {
        Publication publication;
        publication.tenant = "default";
        publication.channel = channel;
        publication.event = R"({"type":"e"})";
        publication.recorded = recorded;
        while (!gateway.publish(publication)) std::this_thread::yield();
    }

    SystemClock clock;
    testing::FakeMetrics metrics;
    NoAuthenticator authenticator;
    SwitchboardSettings settings{.outbox_bytes_max = 1u << 30};
    RoutingCommons commons{2, metrics, settings};
    std::array<ThreadedExecutor, 2> executors;
    std::array<std::unique_ptr<Switchboard>, 2> boards{
        std::make_unique<Switchboard>(0, executors[0], clock, authenticator, commons, settings),
        std::make_unique<Switchboard>(1, executors[1], clock, authenticator, commons, settings)};
    LoopGateway gateway{{boards[0].get(), boards[1].get()}, commons};
};

TEST_F(TwoLoops, EverySubscriberSeesEveryOffsetOfFourPublishersInOrder) {
    constexpr int kEach = 2000;
    std::array<FakeTransport, 2 * kPerLoop> transports;
    for (std::uint32_t i = 0; i < transports.size(); ++i) gateway.join(open(i % 2, transports[i]), "room:1");
    std::vector<std::thread> publishers;
    for (int p = 0; p < 4; ++p) {
        publishers.emplace_back([this] {
            for (int i = 0; i < kEach; ++i) publish("room:1");
        });
    }
    for (auto& publisher : publishers) publisher.join();
    settle();
    for (FakeTransport& transport : transports) {
        std::uint64_t expected = 0;
        for (const std::string& text : transport.texts()) {
            const Json message = Json::parse(text);
            if (message.at("type") == "e") {
                ASSERT_EQ(message.at("offset"), ++expected);
            }
        }
        EXPECT_EQ(expected, 4u * kEach);
    }
}

TEST_F(TwoLoops, AJoinWhileOthersPublishMissesNothingAfterTheOffsetItIsTold) {
    std::array<FakeTransport, 2> transports;
    std::array<session::SessionInfoRef, 2> infos{open(0, transports[0]), open(1, transports[1])};
    std::thread publisher([this] {
        for (int i = 0; i < 3000; ++i) publish("room:1");
    });
    for (int round = 0; round < 200; ++round) {
        for (const auto& info : infos) gateway.join(info, "room:1");
        for (const auto& info : infos) gateway.leave(info, "room:1");
    }
    for (const auto& info : infos) gateway.join(info, "room:1");
    publisher.join();
    publish("room:1");
    settle();
    for (FakeTransport& transport : transports) {
        std::uint64_t at = 0;
        for (const std::string& text : transport.texts()) {
            const Json message = Json::parse(text);
            if (message.at("type") == "channel:subscribed") at = message.at("offset");
            if (message.at("type") == "e") {
                ASSERT_EQ(message.at("offset"), ++at);
            }
        }
        EXPECT_EQ(at, 3001u);
    }
}

TEST_F(TwoLoops, ALiveChannelThatComesAndGoesNeverLosesWhatIsPublishedAfterAJoin) {
    FakeTransport transport;
    const session::SessionInfoRef info = open(0, transport);
    std::atomic<bool> stop{false};
    std::thread noise([&] {
        while (!stop) publish("room:other", false);
    });
    constexpr int kRounds = 1000;
    for (int round = 0; round < kRounds; ++round) {
        gateway.join(info, "room:1");
        publish("room:1", false);
        gateway.leave(info, "room:1");
    }
    stop = true;
    noise.join();
    settle();
    int events = 0;
    for (const std::string& text : transport.texts()) events += Json::parse(text).at("type") == "e";
    EXPECT_EQ(events, kRounds);
    EXPECT_EQ(gateway.subscribers("default", "room:1"), 0u);
}

TEST_F(TwoLoops, SendsOfOneThreadKeepTheirOrderAmongItsEvents) {
    FakeTransport transport;
    const session::SessionInfoRef info = open(1, transport);
    gateway.join(info, "room:1");
    std::thread([&] {
        for (int i = 0; i < 2000; ++i) {
            gateway.send(info->id(), R"({"type":"before"})", Lane::kEvents);
            publish("room:1");
        }
    }).join();
    settle();
    bool before = false;
    int pairs = 0;
    for (const std::string& text : transport.texts()) {
        const std::string type = Json::parse(text).at("type");
        if (type == "before") {
            ASSERT_FALSE(before);
            before = true;
        } else if (type == "e") {
            ASSERT_TRUE(before);
            before = false;
            ++pairs;
        }
    }
    EXPECT_EQ(pairs, 2000);
}

TEST_F(TwoLoops, HooksThatEndOnOtherThreadsAlwaysLetReadingGoOn) {
    testing::FakePlugin echo("echo");
    PluginRoutes routes;
    routes.plugin = &echo;
    routes.messages = {testing::message_route("echo")};
    const auto table = RouteTable::build({routes}).value();
    // Ends every hook on another thread.
    struct Ender {
        std::mutex mutex;
        std::condition_variable wake;
        std::vector<std::pair<session::SessionInfoRef, std::size_t>> queue;
        bool stop = false;
    } ender;
    std::atomic<int> ended{0};
    echo.on_dispatch = [&](Invocation& invocation) {
        const std::lock_guard lock(ender.mutex);
        ender.queue.emplace_back(invocation.session, invocation.payload.size());
        ender.wake.notify_one();
    };
    std::thread worker([&] {
        while (true) {
            std::unique_lock lock(ender.mutex);
            ender.wake.wait(lock, [&] { return ender.stop || !ender.queue.empty(); });
            if (ender.queue.empty()) return;
            const auto batch = std::exchange(ender.queue, {});
            lock.unlock();
            for (const auto& [info, bytes] : batch) {
                gateway.message_ended(info, bytes);
                ++ended;
            }
        }
    });
    FakeTransport transport;
    open(0, transport);
    constexpr int kMessages = 5000;
    executors[0].run_and_wait([&] {
        boards[0]->set_routes(table);
        std::string burst;
        for (int i = 0; i < kMessages; ++i) burst += testing::client_frame(1, R"({"type":"echo:say"})");
        transport.feed(burst);
    });
    // Each turn the connection offers again what was not consumed.
    while (ended < kMessages) {
        executors[0].run_and_wait([&] { transport.feed(); });
    }
    {
        const std::lock_guard lock(ender.mutex);
        ender.stop = true;
    }
    ender.wake.notify_one();
    worker.join();
    settle();
    EXPECT_EQ(ended, kMessages);
    EXPECT_FALSE(transport.paused);
}

}  // namespace
}  // namespace tidegate::routing
