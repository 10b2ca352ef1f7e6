#include "net/connection.hpp"

#include "tests/host/net/loopback.hpp"

#include <gmock/gmock.h>

namespace tidegate::net {
namespace {

using test::Client;
using test::eventually;
using test::kSwitching;
using test::kUpgradeRequest;
using test::RecordingSession;
using test::TestServer;
using testing::StartsWith;

std::string pattern(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>('a' + i * 7 % 26 + (i / 1000) % 3);
    return bytes;
}

// A client that has been upgraded, and the session at the other end.
struct Upgraded {
    explicit Upgraded(TestServer& server, int receive_buffer = 0) : client(server.port(), receive_buffer) {
        EXPECT_TRUE(client.send(kUpgradeRequest));
        EXPECT_TRUE(client.receive_until(kSwitching));
        client.forget();
    }
    Client client;
};

TEST(Connection, CostsLittleWhileItIdlesAsASession) { EXPECT_LE(sizeof(Connection), 96U); }

TEST(Connection, GivesTheSessionWhatFollowsTheUpgradeInTheSamePacket) {
    TestServer server({});
    Client client(server.port());
    ASSERT_TRUE(client.send(std::string(kUpgradeRequest) + "first frames"));
    ASSERT_TRUE(client.receive_until(kSwitching));
    ASSERT_TRUE(client.send(", later frames"));
    EXPECT_TRUE(eventually([&] { return server.session().received() == "first frames, later frames"; }));
    EXPECT_EQ(server.upgrades().peer().address, "127.0.0.1");
    EXPECT_NE(server.upgrades().peer().port, 0);
    EXPECT_EQ(server.stats().upgraded.value(), 1U);
}

TEST(Connection, UpgradesAfterAnOrdinaryRequest) {
    TestServer server({});
    Client client(server.port());
    ASSERT_TRUE(client.send("GET /plugin HTTP/1.1\r\nHost: here\r\n\r\n" + std::string(kUpgradeRequest) + "frames"));
    ASSERT_TRUE(client.receive_until(kSwitching));
    EXPECT_TRUE(eventually([&] { return server.session().received() == "frames"; }));
}

TEST(Connection, WritesTheRefusalOfAnUpgradeAndCloses) {
    TestServer server({});
    Client client(server.port());
    ASSERT_TRUE(
        client.send("GET /refused HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nmore"));
    EXPECT_EQ(client.receive_all(), "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    EXPECT_TRUE(client.at_end());
    EXPECT_EQ(server.upgrades().count(), 0U);
}

TEST(Connection, SendsNothingOfTheSessionBeforeTheUpgradeIsAnswered) {
    TestServer server({});
    std::atomic<std::ptrdiff_t> taken_early{-2};
    server.upgrades().prepare_ = [&](RecordingSession& session) {
        taken_early = session.write("hello");
        session.transport().want_writable(true);
        session.on_writable_ = [&session] {
            session.transport().want_writable(false);
            EXPECT_EQ(session.write("hello"), 5);
        };
    };
    Client client(server.port());
    ASSERT_TRUE(client.send(kUpgradeRequest));
    ASSERT_TRUE(client.receive_until("hello"));
    EXPECT_EQ(client.received(), std::string(kSwitching) + "hello");
    EXPECT_EQ(taken_early, 0);
}

TEST(Connection, ASessionThatPausesAndResumesLosesAndReordersNothing) {
    TestServer server({});
    server.upgrades().prepare_ = [](RecordingSession& session) {
        session.on_bytes_ = [&session](std::span<char> bytes) {
            const std::size_t taken = std::min<std::size_t>(bytes.size(), 1234);
            session.note(bytes.first(taken));
            session.transport().pause_reading();
            session.loop().post([&session] { session.transport().resume_reading(); });
            return taken;
        };
    };
    Upgraded peer(server);
    const std::string sent = pattern(700'000);
    ASSERT_TRUE(peer.client.send(sent));
    RecordingSession& session = server.session();
    ASSERT_TRUE(eventually([&] { return session.received_bytes() >= sent.size(); }));
    EXPECT_TRUE(session.received() == sent);
}

TEST(Connection, APausedSessionIsNotReadAndStopsItsPeer) {
    TestServer server({});
    server.upgrades().prepare_ = [](RecordingSession& session) { session.transport().pause_reading(); };
    Client client(server.port());
    ASSERT_TRUE(client.send(std::string(kUpgradeRequest) + "with the head "));
    ASSERT_TRUE(client.receive_until(kSwitching));
    RecordingSession& session = server.session();
    ASSERT_TRUE(client.send("and after"));
    server.loop().call([] {});
    EXPECT_EQ(session.received(), "");
    server.loop().call([&] { session.transport().resume_reading(); });
    EXPECT_TRUE(eventually([&] { return session.received() == "with the head and after"; }));
}

TEST(Connection, TellsTheSessionWhenTheKernelTakesBytesAgain) {
    TestServer server({});
    Upgraded peer(server, 8 * 1024);
    RecordingSession& session = server.session();
    const std::string all = pattern(3'000'000);
    std::size_t written = 0;
    const auto pump = [&] {
        while (written < all.size()) {
            const auto taken = session.write(std::string_view(all).substr(written, 100'000));
            if (taken <= 0) break;
            written += static_cast<std::size_t>(taken);
        }
        session.transport().want_writable(written < all.size());
    };
    server.loop().call([&] {
        session.on_writable_ = pump;
        pump();
        EXPECT_LT(written, all.size());
        EXPECT_GT(session.transport().unacknowledged_bytes(), 0U);
    });
    ASSERT_TRUE(peer.client.receive_bytes(all.size()));
    EXPECT_TRUE(peer.client.received() == all);
    EXPECT_GT(session.writable_calls(), 0);
    // Nothing is wanted any more, so the loop sleeps.
    ASSERT_TRUE(eventually([&] {
        std::size_t left = 1;
        server.loop().call([&] { left = session.transport().unacknowledged_bytes(); });
        return left == 0;
    }));
}

TEST(Connection, WritesSeveralPartsInOneCall) {
    TestServer server({});
    Upgraded peer(server);
    RecordingSession& session = server.session();
    server.loop().call([&] {
        const auto sends = server.stats().sends.value();
        char one[] = "one ";
        char two[] = "two";
        const iovec parts[] = {{one, 4}, {two, 3}};
        EXPECT_EQ(session.transport().write(parts), 7);
        EXPECT_EQ(server.stats().sends.value(), sends + 1);
    });
    EXPECT_TRUE(peer.client.receive_until("one two"));
}

TEST(Connection, FinishSendsFinAndWaitsForThePeers) {
    TestServer server({});
    Upgraded peer(server);
    RecordingSession& session = server.session();
    server.loop().call([&] {
        session.write("bye");
        session.transport().finish();
        EXPECT_EQ(session.write("more"), -1);
    });
    EXPECT_EQ(peer.client.receive_all(), "bye");
    EXPECT_TRUE(peer.client.at_end());
    ASSERT_TRUE(peer.client.send("nobody reads this"));
    server.loop().call([] {});
    EXPECT_EQ(session.disconnects(), 0);
    peer.client.shutdown_writing();
    EXPECT_TRUE(eventually([&] { return session.disconnects() == 1; }));
    EXPECT_EQ(session.received(), "");
}

TEST(Connection, FinishDoesNotWaitForEver) {
    ServerOptions options;
    options.finish_ms = 30;
    TestServer server({.options = options});
    Upgraded peer(server);
    RecordingSession& session = server.session();
    server.loop().call([&] { session.transport().finish(); });
    EXPECT_TRUE(eventually([&] { return session.disconnects() == 1; }));
    EXPECT_TRUE(eventually([&] { return server.stats().timers.value() == 0; }));
}

TEST(Connection, AbortEndsAtOnceAndTellsTheSessionLater) {
    TestServer server({});
    Upgraded peer(server, 8 * 1024);
    RecordingSession& session = server.session();
    const std::string unread(1'000'000, 'u');
    server.loop().call([&] {
        session.write(unread);
        session.transport().abort();
        session.transport().abort();
        session.transport().finish();
        session.transport().resume_reading();
        EXPECT_EQ(session.disconnects(), 0);
        EXPECT_EQ(session.write("more"), -1);
    });
    EXPECT_TRUE(eventually([&] { return session.disconnects() == 1; }));
    peer.client.receive_all();
    EXPECT_TRUE(peer.client.was_reset());
    EXPECT_TRUE(eventually([&] { return server.listener().open_connections() == 0; }));
    EXPECT_EQ(session.disconnects(), 1);
}

TEST(Connection, AbortDuringOnBytesIsSafe) {
    TestServer server({});
    server.upgrades().prepare_ = [](RecordingSession& session) {
        session.on_bytes_ = [&session](std::span<char> bytes) {
            session.transport().abort();
            return bytes.size() / 2;
        };
    };
    Upgraded peer(server);
    ASSERT_TRUE(peer.client.send("anything"));
    EXPECT_TRUE(eventually([&] { return server.session().disconnects() == 1; }));
}

TEST(Connection, AbortDuringTheUpgradeStillTellsTheSession) {
    TestServer server({});
    server.upgrades().prepare_ = [](RecordingSession& session) { session.transport().abort(); };
    Client client(server.port());
    ASSERT_TRUE(client.send(kUpgradeRequest));
    EXPECT_TRUE(eventually([&] { return server.session().disconnects() == 1; }));
    EXPECT_EQ(client.receive_all(), "");
}

TEST(Connection, APeerThatGoesAwayIsNoticedOnce) {
    TestServer server({});
    for (const bool rudely : {false, true}) {
        const auto before = server.upgrades().count();
        Upgraded peer(server);
        ASSERT_TRUE(eventually([&] { return server.upgrades().count() == before + 1; }));
        RecordingSession& session = server.session();
        if (rudely)
            peer.client.reset();
        else
            peer.client.close();
        EXPECT_TRUE(eventually([&] { return session.disconnects() == 1; }));
    }
    EXPECT_TRUE(eventually([&] { return server.stats().closed.value() == 2; }));
}

TEST(Connection, AResetIsNoticedEvenWhileReadingIsPaused) {
    TestServer server({});
    server.upgrades().prepare_ = [](RecordingSession& session) { session.transport().pause_reading(); };
    Upgraded peer(server);
    RecordingSession& session = server.session();
    peer.client.reset();
    EXPECT_TRUE(eventually([&] { return session.disconnects() == 1; }));
}

TEST(Connection, ASessionThatThrowsLosesItsConnectionAndNothingElse) {
    TestServer server({});
    server.upgrades().prepare_ = [](RecordingSession& session) {
        session.on_bytes_ = [](std::span<char> bytes) -> std::size_t {
            if (bytes[0] == '!') throw std::runtime_error("on purpose");
            return bytes.size();
        };
    };
    Upgraded healthy(server);
    RecordingSession& other = server.session();
    Upgraded peer(server);
    ASSERT_TRUE(eventually([&] { return server.upgrades().count() == 2; }));
    ASSERT_TRUE(peer.client.send("!"));
    EXPECT_TRUE(eventually([&] { return server.session().disconnects() == 1; }));
    EXPECT_EQ(server.stats().exceptions.value(), 1U);
    EXPECT_EQ(other.disconnects(), 0);
}

TEST(Connection, AFloodingPeerDoesNotKeepTheOthersFromTheirTurn) {
    TestServer server({});
    Upgraded flooding(server);
    RecordingSession& flooded = server.session();
    Upgraded quiet(server);
    ASSERT_TRUE(eventually([&] { return server.upgrades().count() == 2; }));
    RecordingSession& heard = server.session();
    std::atomic<bool> over{false};
    std::thread flood([&] {
        const std::string block(64 * 1024, 'f');
        while (!over) flooding.client.send(block);
    });
    EXPECT_TRUE(eventually([&] { return flooded.received_bytes() > 1'000'000; }));
    ASSERT_TRUE(quiet.client.send("hello"));
    EXPECT_TRUE(eventually([&] { return heard.received() == "hello"; }));
    over = true;
    flood.join();
}

}  // namespace
}  // namespace tidegate::net
