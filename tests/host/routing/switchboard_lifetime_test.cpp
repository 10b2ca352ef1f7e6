#include "tests/host/routing/fixture.hpp"

namespace tidegate::routing {
namespace {

class SwitchboardLifetime : public RoutingFixture {
protected:
    OpenRequest expiring(FakeTransport& transport, std::int64_t in_ms) {
        OpenRequest open_request = request("/ws", transport);
        auto principal = std::make_shared<Principal>(*open_request.principal);
        principal->expires_ms = clock.wall_ms() + in_ms;
        open_request.principal = principal;
        return open_request;
    }
};

TEST_F(SwitchboardLifetime, OnCloseComesAfterEverythingElseOfTheSession) {
    FakeTransport transport;
    open_quietly("/ws/quotes/7", transport);
    say(transport, R"({"type":"echo:say"})");
    transport.disconnect();
    executor.settle();
    EXPECT_EQ(quote.count(InvocationKind::kClose), 0u) << "a message is in flight";
    EXPECT_EQ(gateway.subscribers("default", "quote:7"), 0u);
    end_message(echo.seen[0]);
    executor.settle();
    ASSERT_EQ(quote.count(InvocationKind::kClose), 1u);
    ASSERT_EQ(collab.count(InvocationKind::kClose), 1u);
    EXPECT_EQ(echo.count(InvocationKind::kClose), 0u) << "it was never opened";
    EXPECT_EQ(quote.of(InvocationKind::kClose)[0]->key, "quote:7");
    EXPECT_EQ(quote.of(InvocationKind::kClose)[0]->close_code, 1006);
    EXPECT_EQ(board.session_count(), 0u);
    EXPECT_EQ(metrics.level("tidegate_sessions_open{quote}"), 0);
}

TEST_F(SwitchboardLifetime, AFullStrandDelaysOnCloseAndIsTriedAgain) {
    FakeTransport transport;
    const SessionId id = open_quietly("/ws/quotes/7", transport).id();
    quote.verdict = Dispatched::kFull;
    transport.disconnect();
    executor.settle();
    EXPECT_EQ(board.session_count(), 1u);
    quote.verdict = Dispatched::kAccepted;
    gateway.strand_has_space(id);
    executor.settle();
    EXPECT_EQ(quote.count(InvocationKind::kClose), 1u);
    EXPECT_EQ(board.session_count(), 0u);
}

TEST_F(SwitchboardLifetime, AnExpiredPrincipalIsClosed4010) {
    FakeTransport transport;
    open(expiring(transport, 10'000));
    executor.advance_ms(9000);
    EXPECT_EQ(transport.close_code(), 0);
    executor.advance_ms(2000);
    EXPECT_EQ(transport.close_code(), 4010);
}

TEST_F(SwitchboardLifetime, ARefreshReplacesThePrincipalAndRechecksEverySubscription) {
    FakeTransport transport;
    session::Session& session = open(expiring(transport, 10'000));
    executor.settle();
    gateway.join(session.info(), "room:1");
    gateway.join(session.info(), "quote:1");
    executor.settle();
    transport.take_texts();
    quote.outcome = Error{Errc::kForbidden, "no longer"};
    const std::string expires = std::to_string(clock.wall_ms() + 60'000);
    say(transport, R"({"type":"connection:refresh","id":9,"token":"good:u1:)" + expires + "\"}");
    const auto texts = transport.take_texts();
    ASSERT_EQ(texts.size(), 2u);
    EXPECT_EQ(texts[0], R"({"type":"connection:refreshed","ref":9})");
    EXPECT_EQ(texts[1], R"({"type":"channel:unsubscribed","channel":"quote:1","reason":"forbidden"})");
    EXPECT_TRUE(quote.seen[0].recheck);
    EXPECT_TRUE(echo.seen[0].recheck);
    EXPECT_EQ(gateway.subscribers("default", "quote:1"), 0u);
    EXPECT_EQ(gateway.subscribers("default", "room:1"), 1u);
    EXPECT_EQ(session.info()->principal()->expires_ms, std::stoll(expires));
    EXPECT_EQ(session.info()->in_flight_messages, 0u);
    executor.advance_ms(20'000);
    EXPECT_EQ(transport.close_code(), 0);
}

TEST_F(SwitchboardLifetime, LosingTheEndpointsOwnChannelCloses4003) {
    FakeTransport transport;
    open_quietly("/ws/quotes/7", transport);
    quote.outcome = Error{Errc::kForbidden, "no longer"};
    say(transport, R"({"type":"connection:refresh","token":"good:u1"})");
    EXPECT_EQ(transport.close_code(), 4003);
}

TEST_F(SwitchboardLifetime, ARecheckThatCannotBeAskedNowIsAskedAgain) {
    FakeTransport transport;
    session::Session& session = open_quietly("/ws", transport);
    gateway.join(session.info(), "room:1");
    executor.settle();
    transport.take_texts();
    echo.verdict = Dispatched::kUnavailable;
    say(transport, R"({"type":"connection:refresh","token":"good:u1"})");
    EXPECT_EQ(gateway.subscribers("default", "room:1"), 1u);
    echo.verdict = Dispatched::kAccepted;
    echo.outcome = Error{Errc::kForbidden, "no longer"};
    executor.advance_ms(1000);
    EXPECT_EQ(gateway.subscribers("default", "room:1"), 0u);
}

TEST_F(SwitchboardLifetime, ARefreshForSomebodyElseOrWithABadTokenIsForbidden) {
    FakeTransport transport;
    session::Session& session = open_quietly("/ws", transport);
    say(transport, R"({"type":"connection:refresh","token":"good:u2","id":1})");
    EXPECT_EQ(only(transport).at("code"), "forbidden");
    say(transport, R"({"type":"connection:refresh","token":"bad"})");
    EXPECT_EQ(only(transport).at("code"), "forbidden");
    say(transport, R"({"type":"connection:refresh"})");
    EXPECT_EQ(only(transport).at("code"), "invalid");
    EXPECT_EQ(session.info()->principal()->sub, "u1");
}

TEST_F(SwitchboardLifetime, ASilentClientIsClosed4002BySweep) {
    FakeTransport transport;
    open_quietly("/ws", transport);
    executor.advance_ms(51'000, 500);
    EXPECT_EQ(transport.close_code(), 4002);
}

TEST_F(SwitchboardLifetime, ManyClientsAreSweptInPartsAndEachInItsTime) {
    std::vector<std::unique_ptr<FakeTransport>> transports;
    for (int i = 0; i < 1000; ++i) {
        transports.push_back(std::make_unique<FakeTransport>());
        OpenRequest open_request = request("/ws", *transports.back());
        open_request.endpoint.json_ping_ms = 10'000;
        open(std::move(open_request));
    }
    executor.settle();
    for (auto& transport : transports) transport->take_texts();
    std::size_t all = 0, most_at_once = 0;
    for (int ms = 0; ms < 11'000; ms += 10) {
        executor.advance_ms(10, 10);
        std::size_t now = 0;
        for (auto& transport : transports) now += transport->take_texts().size();
        most_at_once = std::max(most_at_once, now);
        all += now;
    }
    EXPECT_EQ(all, 1000u);
    EXPECT_LE(most_at_once, 1000u / 15 + 1);
}

TEST_F(SwitchboardLifetime, JsonPingsComeWhereTheEndpointAsksForThem) {
    FakeTransport transport;
    OpenRequest open_request = request("/ws", transport);
    open_request.endpoint.json_ping_ms = 10'000;
    open(std::move(open_request));
    executor.settle();
    transport.take_texts();
    executor.advance_ms(11'000, 500);
    EXPECT_EQ(types(transport), (std::vector<std::string>{"ping"}));
}

TEST_F(SwitchboardLifetime, DrainClosesEverySession1001SpreadOverTheTimeAndOpensNoMore) {
    std::vector<std::unique_ptr<FakeTransport>> transports;
    for (int i = 0; i < 20; ++i) {
        transports.push_back(std::make_unique<FakeTransport>());
        open_quietly("/ws", *transports.back());
    }
    const auto closed = [&] {
        int count = 0;
        for (const auto& transport : transports) count += transport->close_code() == 1001;
        return count;
    };
    board.drain(500);
    executor.settle();
    EXPECT_EQ(closed(), 2);
    executor.advance_ms(250, 50);
    EXPECT_EQ(closed(), 12);
    executor.advance_ms(500, 50);
    EXPECT_EQ(closed(), 20);
    EXPECT_EQ(transports[0]->close_reason(), "reconnect_after_ms=1500");
    FakeTransport late;
    open("/ws", late);
    executor.settle();
    EXPECT_EQ(late.close_code(), 1001);
}

TEST_F(SwitchboardLifetime, AnIdleSessionIsSmall) {
    EXPECT_LE(sizeof(Client), 640u);
    EXPECT_LE(sizeof(session::SessionInfo), 640u);
}

}  // namespace
}  // namespace tidegate::routing
