#include "net/listener.hpp"

#include "tests/host/net/loopback.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <cstdio>

namespace tidegate::net {
namespace {

using test::Client;
using test::eventually;
using test::kSwitching;
using test::kUpgradeRequest;
using test::TestServer;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Listener, RefusesAnAddressThatIsTakenOrNone) {
    TestServer server({.loops = 2});
    test::RunningLoop loop;
    const std::string taken = server.listener().address();
    const auto second = Listener::open(taken, {{&*loop, {}}});
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().text, "bind " + taken + ": address already in use");
    const auto none = Listener::open("nowhere", {{&*loop, {}}});
    ASSERT_FALSE(none.has_value());
    EXPECT_EQ(none.error().code, Errc::kInvalid);
}

TEST(Listener, SpreadsConnectionsOverItsLoops) {
    TestServer server({.loops = 2});
    std::vector<std::unique_ptr<Client>> clients;
    while (server.upgrades(0).count() == 0 || server.upgrades(1).count() == 0) {
        ASSERT_LT(clients.size(), 200U) << "one loop gets everything";
        clients.push_back(std::make_unique<Client>(server.port()));
        ASSERT_TRUE(clients.back()->send(kUpgradeRequest));
        ASSERT_TRUE(clients.back()->receive_until(kSwitching));
    }
    EXPECT_EQ(server.listener().open_connections(), clients.size());
    EXPECT_EQ(server.stats(0).accepted.value() + server.stats(1).accepted.value(), clients.size());
}

TEST(Listener, QueuesConnectionsBeforeItIsStarted) {
    test::RunningLoop loop;
    test::RecordingUpgrades upgrades(*loop);
    auto listener = Listener::open("127.0.0.1:0", {{&*loop, {&upgrades, nullptr, nullptr, nullptr}}});
    ASSERT_TRUE(listener.has_value());
    Client early((*listener)->port());
    ASSERT_TRUE(early.connected());
    ASSERT_TRUE(early.send(kUpgradeRequest));
    (*listener)->start();
    EXPECT_TRUE(early.receive_until(kSwitching));
    loop.stop();
}

TEST(Listener, Says503BeyondItsConnections) {
    ServerOptions options;
    options.max_connections = 2;
    TestServer server({.options = options});
    Client first(server.port());
    Client second(server.port());
    ASSERT_TRUE(eventually([&] { return server.listener().open_connections() == 2; }));
    Client third(server.port());
    EXPECT_THAT(third.receive_all(), StartsWith("HTTP/1.1 503 "));
    EXPECT_EQ(server.stats().refused_full.value(), 1U);
    first.close();
    ASSERT_TRUE(eventually([&] { return server.listener().open_connections() == 1; }));
    Client fourth(server.port());
    ASSERT_TRUE(fourth.send(kUpgradeRequest));
    EXPECT_TRUE(fourth.receive_until(kSwitching));
}

TEST(Listener, StopsAcceptingAndLetsWhatIsOpenGoOn) {
    TestServer server({});
    Client session(server.port());
    ASSERT_TRUE(session.send(kUpgradeRequest));
    ASSERT_TRUE(session.receive_until(kSwitching));
    Client idle(server.port());
    ASSERT_TRUE(idle.send("GET /plugin HTTP/1.1\r\nHost: here\r\n\r\n"));
    ASSERT_TRUE(idle.receive_until("plugin:"));
    Guarded<test::ScriptedDispatcher::Done> pending;
    std::atomic<bool> asked{false};
    server.loop().call([&] {
        server.dispatcher().on_request_ = [&](const RequestHead&, std::string, auto done) {
            pending.with([&](auto& kept) { kept = std::move(done); });
            asked = true;
        };
    });
    Client busy(server.port());
    ASSERT_TRUE(busy.send("GET /plugin HTTP/1.1\r\nHost: here\r\n\r\n"));
    ASSERT_TRUE(eventually([&] { return asked.load(); }));

    server.listener().stop_accepting();
    EXPECT_TRUE(eventually([&] { return !Client(server.port()).connected(); }));
    idle.receive_all();
    EXPECT_TRUE(idle.at_end());
    pending.with([](auto& done) { done({200, "text/plain", "last", {}}); });
    EXPECT_THAT(busy.receive_all(), HasSubstr("Connection: close"));
    EXPECT_TRUE(busy.at_end());
    ASSERT_TRUE(session.send("still here"));
    EXPECT_TRUE(eventually([&] { return server.session().received() == "still here"; }));
    busy.close();
    EXPECT_TRUE(eventually([&] { return server.listener().open_connections() == 1; }));
    server.listener().close_all();
    EXPECT_TRUE(eventually([&] { return server.listener().open_connections() == 0; }));
    EXPECT_EQ(server.session().disconnects(), 1);
}

TEST(Listener, TakesWhatTheKernelHadCompletedBeforeItStops) {
    TestServer server({});
    std::promise<void> go_on;
    server.loop()->post([future = go_on.get_future().share()] { future.wait(); });
    Client queued(server.port());
    ASSERT_TRUE(queued.send(kUpgradeRequest));
    server.listener().stop_accepting();
    go_on.set_value();
    EXPECT_TRUE(queued.receive_until(kSwitching));
}

// In a process of its own, since it takes every file descriptor.
void run_out_of_descriptors() {
    rlimit limit{64, 64};
    ::setrlimit(RLIMIT_NOFILE, &limit);
    TestServer server({});
    std::vector<FileDescriptor> taken;
    Client before(server.port());
    if (!before.send(kUpgradeRequest) || !before.receive_until(kSwitching)) std::exit(2);
    if (!before.send("served, ")) std::exit(2);
    if (!eventually([&] { return server.session().received() == "served, "; })) std::exit(2);
    while (true) {
        FileDescriptor one(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        if (!one) break;
        taken.push_back(std::move(one));
    }
    for (int i = 0; i < 3; ++i) {
        taken.pop_back();  // one for the client's end, none for the server's
        Client shed(server.port());
        if (!shed.connected()) std::exit(3);
        shed.receive_all();
        if (!shed.at_end() && !shed.was_reset()) std::exit(4);
        shed.close();
        taken.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    }
    if (server.stats().refused_no_file.value() < 3) std::exit(5);
    if (!before.send("still served")) std::exit(6);
    if (!eventually([&] { return server.session().received() == "served, still served"; })) std::exit(7);
    taken.clear();
    Client after(server.port());
    if (!after.send(kUpgradeRequest) || !after.receive_until(kSwitching)) std::exit(8);
    std::fprintf(stderr, "recovered\n");
    std::_Exit(0);
}

TEST(ListenerDeathTest, ShedsConnectionsWithoutADescriptorAndRecovers) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(run_out_of_descriptors(), testing::ExitedWithCode(0), "recovered");
}

}  // namespace
}  // namespace tidegate::net
