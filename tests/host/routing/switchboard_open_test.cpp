#include "tests/host/routing/fixture.hpp"

namespace tidegate::routing {
namespace {

class SwitchboardOpen : public RoutingFixture {};

TEST_F(SwitchboardOpen, TheHostsEndpointOpensAtOnce) {
    FakeTransport transport;
    open("/ws", transport);
    EXPECT_EQ(transport.writes, 0) << "the handshake's answer goes out first";
    executor.settle();
    const Json first = only(transport);
    EXPECT_EQ(first.at("type"), "connection:established");
    EXPECT_EQ(first.at("client_id"), "client-1");
    EXPECT_EQ(first.at("protocol"), 1);
    EXPECT_EQ(first.at("node"), "n1");
    EXPECT_EQ(first.at("heartbeat_ms"), 25'000);
    EXPECT_EQ(first.at("timestamp").get<std::string>().back(), 'Z');
    EXPECT_FALSE(transport.paused);
    EXPECT_EQ(metrics.level("tidegate_sessions_open{general}"), 1);
}

TEST_F(SwitchboardOpen, AnEndpointsChannelMayNameItsUserAndNoQueryCan) {
    PluginRoutes routes = echo_routes();
    routes.endpoints = {{"/ws/inbox", "inbox", "room:{sub}", 0}};
    board.set_routes(RouteTable::build({std::move(routes)}).value());
    FakeTransport transport;
    OpenRequest mine = request("/ws/inbox", transport, "u7");
    mine.query = {{"sub", "u8"}};
    EXPECT_EQ(open(std::move(mine)).info()->identity().channel, "room:u7");
    executor.settle();
}

TEST_F(SwitchboardOpen, ARefusalCompletesTheHandshakeAndCloses4001) {
    FakeTransport transport;
    OpenRequest refused = request("/ws/quotes/7", transport);
    refused.principal = nullptr;
    refused.refusal = 4001;
    refused.refusal_reason = "Unauthorized";
    open(std::move(refused));
    executor.settle();
    EXPECT_EQ(transport.close_code(), 4001);
    EXPECT_EQ(transport.close_reason(), "Unauthorized");
    EXPECT_TRUE(transport.texts().empty());
    EXPECT_TRUE(quote.seen.empty());
    transport.disconnect();
    executor.settle();
    EXPECT_EQ(board.session_count(), 0u);
    EXPECT_TRUE(quote.seen.empty()) << "no close without an open";
    EXPECT_EQ(metrics.count("tidegate_closes_total{4001}"), 1u);
}

TEST_F(SwitchboardOpen, TheOwnerThenTheHostThenWhatWasHeldThenTheAttached) {
    quote.ends_at_once = false;
    collab.ends_at_once = false;
    FakeTransport transport;
    session::Session& session = open("/ws/quotes/7", transport);
    executor.settle();
    ASSERT_EQ(quote.count(InvocationKind::kOpen), 1u);
    const Invocation& invocation = quote.seen[0];
    EXPECT_EQ(invocation.key, "quote:7");
    EXPECT_TRUE(invocation.owner);
    EXPECT_EQ(invocation.session->identity().params, (Params{{"quote_id", "7"}}));
    EXPECT_TRUE(transport.paused);
    transport.say(R"({"type":"quote:update"})");

    gateway.send(session.id(), R"({"type":"quote:snapshot"})", Lane::kControl);
    executor.settle();
    EXPECT_TRUE(transport.texts().empty()) << "held";
    EXPECT_EQ(collab.seen.size(), 0u);

    invocation.on_end({});
    publish("quote:7", R"({"type":"quote:patched"})");
    executor.settle();
    EXPECT_EQ(types(transport), (std::vector<std::string>{"connection:established", "channel:subscribed",
                                                          "quote:snapshot", "quote:patched"}));
    ASSERT_EQ(collab.count(InvocationKind::kOpen), 1u);
    EXPECT_FALSE(collab.seen[0].owner);
    EXPECT_TRUE(transport.paused) << "until all opens have ended";
    EXPECT_EQ(quote.count(InvocationKind::kMessage), 0u);

    collab.seen[0].on_end({});
    executor.settle();
    EXPECT_FALSE(transport.paused);
    transport.feed();
    EXPECT_EQ(quote.count(InvocationKind::kMessage), 1u);
}

TEST_F(SwitchboardOpen, SaysEstablishedThenSubscribedThenTheOwnersMessageThenTheFirstEvent) {
    quote.ends_at_once = false;
    FakeTransport transport;
    session::Session& session = open("/ws/quotes/7", transport);
    gateway.send(session.id(), R"({"type":"quote:snapshot"})", Lane::kEvents);
    gateway.join(session.info(), "user:u1");
    quote.seen[0].on_end({});
    publish("quote:7", R"({"type":"quote:patched"})");
    executor.settle();
    const auto texts = transport.take_texts();
    ASSERT_EQ(texts.size(), 5u);
    EXPECT_EQ(Json::parse(texts[0]).at("type"), "connection:established");
    EXPECT_EQ(Json::parse(texts[1]).at("channel"), "quote:7");
    EXPECT_EQ(Json::parse(texts[1]).at("kind"), "recorded");
    EXPECT_EQ(Json::parse(texts[1]).at("offset"), 0);
    EXPECT_EQ(Json::parse(texts[1]).at("epoch"), commons.hub.epoch());
    EXPECT_EQ(Json::parse(texts[2]).at("channel"), "user:u1");
    EXPECT_EQ(Json::parse(texts[3]).at("type"), "quote:snapshot");
    EXPECT_EQ(Json::parse(texts[4]).at("offset"), 1);
}

TEST_F(SwitchboardOpen, AnOwnersRefusalCloses4003AndItsFailure4011) {
    const std::pair<Errc, std::uint16_t> cases[] = {
        {Errc::kForbidden, 4003}, {Errc::kNotFound, 4003}, {Errc::kInternal, 4011}, {Errc::kDeadline, 4011}};
    for (const auto& [why, code] : cases) {
        quote.outcome = Error{why, "no"};
        FakeTransport transport;
        open("/ws/quotes/7", transport);
        executor.settle();
        EXPECT_EQ(transport.close_code(), code);
        EXPECT_TRUE(transport.texts().empty());
        transport.disconnect();
        executor.settle();
    }
    EXPECT_EQ(quote.count(InvocationKind::kClose), 0u);
    EXPECT_EQ(collab.seen.size(), 0u);
    EXPECT_EQ(gateway.subscribers("default", "quote:7"), 0u);
}

TEST_F(SwitchboardOpen, AnOwnerThatDoesNotServeCloses4011) {
    quote.verdict = Dispatched::kUnavailable;
    FakeTransport transport;
    open("/ws/quotes/7", transport);
    executor.settle();
    EXPECT_EQ(transport.close_code(), 4011);
}

TEST_F(SwitchboardOpen, AnOwnersFullStrandIsWaitedForUpToFiveSeconds) {
    quote.verdict = Dispatched::kFull;
    FakeTransport first, second;
    session::Session& session = open("/ws/quotes/7", first);
    executor.advance_ms(2000);
    quote.verdict = Dispatched::kAccepted;
    gateway.strand_has_space(session.id());
    executor.settle();
    EXPECT_EQ(types(first)[0], "connection:established");

    quote.verdict = Dispatched::kFull;
    open("/ws/quotes/7", second);
    executor.advance_ms(6000);
    EXPECT_EQ(second.close_code(), 4011);
}

TEST_F(SwitchboardOpen, AnAttachedPluginsRefusalOnlyMakesItsPrefixesUnavailable) {
    collab.outcome = Error{Errc::kForbidden, "no"};
    FakeTransport transport;
    open_quietly("/ws/quotes/7", transport);
    EXPECT_FALSE(transport.paused);
    say(transport, R"({"type":"field:lock","id":1})");
    const Json answer = only(transport);
    EXPECT_EQ(answer.at("code"), "unavailable");
    EXPECT_EQ(answer.at("ref"), 1);
    transport.disconnect();
    executor.settle();
    EXPECT_EQ(collab.count(InvocationKind::kClose), 0u);
    EXPECT_EQ(quote.count(InvocationKind::kClose), 1u);
}

TEST_F(SwitchboardOpen, AnAttachedPluginGetsItsMessagesAndItsCloseAfterTheOwners) {
    FakeTransport transport;
    open_quietly("/ws/quotes/7", transport);
    say(transport, R"({"type":"field:lock","id":1})");
    ASSERT_EQ(collab.count(InvocationKind::kMessage), 1u);
    EXPECT_EQ(collab.of(InvocationKind::kMessage)[0]->key, "quote:7");
    EXPECT_EQ(quote.count(InvocationKind::kMessage), 0u);
    publish_routes();  // a table made anew, as after a reload
    transport.disconnect();
    executor.settle();
    EXPECT_EQ(collab.count(InvocationKind::kClose), 0u) << "after everything else of it has ended";
    end_message(*collab.of(InvocationKind::kMessage)[0]);
    executor.settle();
    EXPECT_EQ(quote.count(InvocationKind::kClose), 1u);
    ASSERT_EQ(collab.count(InvocationKind::kClose), 1u);
    EXPECT_EQ(collab.of(InvocationKind::kClose)[0]->key, "quote:7");
    EXPECT_EQ(board.session_count(), 0u);
}

TEST_F(SwitchboardOpen, AnAttachedPluginThatDoesNotServeLeavesTheConnectionAlive) {
    collab.verdict = Dispatched::kUnavailable;
    FakeTransport transport;
    open_quietly("/ws/quotes/7", transport);
    EXPECT_FALSE(transport.paused);
    collab.verdict = Dispatched::kAccepted;
    say(transport, R"({"type":"field:lock","id":1})");
    EXPECT_EQ(only(transport).at("code"), "unavailable") << "it was not opened here";
    say(transport, R"({"type":"quote:update","id":2})");
    EXPECT_EQ(quote.count(InvocationKind::kMessage), 1u);
}

TEST_F(SwitchboardOpen, AConnectionThatEndsDuringAnAttachedOpenIsClosedForBoth) {
    collab.ends_at_once = false;
    FakeTransport transport;
    open_quietly("/ws/quotes/7", transport);
    transport.disconnect();
    executor.settle();
    EXPECT_EQ(quote.count(InvocationKind::kClose), 0u);
    collab.seen[0].on_end({});
    executor.settle();
    EXPECT_EQ(quote.count(InvocationKind::kClose), 1u);
    EXPECT_EQ(collab.count(InvocationKind::kClose), 1u);
}

TEST_F(SwitchboardOpen, APathThatMakesNoChannelNameIsForbidden) {
    FakeTransport transport;
    open("/ws/quotes/a\"b", transport);
    executor.settle();
    EXPECT_EQ(transport.close_code(), 4003);
    EXPECT_TRUE(quote.seen.empty());
}

TEST_F(SwitchboardOpen, AConnectionThatEndsWhileOpeningIsClosedAfterItsOpen) {
    quote.ends_at_once = false;
    FakeTransport transport;
    open("/ws/quotes/7", transport);
    executor.settle();
    transport.disconnect();
    executor.settle();
    EXPECT_EQ(quote.count(InvocationKind::kClose), 0u);
    EXPECT_EQ(board.session_count(), 1u);
    quote.seen[0].on_end({});
    executor.settle();
    ASSERT_EQ(quote.count(InvocationKind::kClose), 1u);
    EXPECT_EQ(quote.of(InvocationKind::kClose)[0]->close_code, 1006);
    EXPECT_EQ(board.session_count(), 0u);
    EXPECT_EQ(gateway.subscribers("default", "quote:7"), 0u);
}

TEST_F(SwitchboardOpen, TheRawEchoEndpointGivesBackTextAndBinary) {
    FakeTransport transport;
    OpenRequest raw = request("/ws", transport);
    raw.raw_echo = true;
    open(std::move(raw));
    transport.say("not json");
    transport.feed(testing::client_frame(2, "bytes"));
    executor.settle();
    ASSERT_EQ(transport.frames().size(), 2u);
    EXPECT_EQ(transport.frames()[0].payload, "not json");
    EXPECT_EQ(transport.frames()[1].opcode, 2);
}

class SwitchboardCaps : public RoutingFixture {
protected:
    SwitchboardCaps() : RoutingFixture({.connections_per_user = 2, .connections_per_address = 3}) {}
};

TEST_F(SwitchboardCaps, TooManyConnectionsOfAUserOrAnAddressAreClosed4013) {
    std::vector<std::unique_ptr<FakeTransport>> transports;
    const auto open_as = [&](const std::string& sub) -> FakeTransport& {
        transports.push_back(std::make_unique<FakeTransport>());
        open(request("/ws", *transports.back(), sub));
        executor.settle();
        return *transports.back();
    };
    FakeTransport& first = open_as("u1");
    open_as("u1");
    EXPECT_EQ(open_as("u1").close_code(), 4013) << "of the user";
    transports.back()->disconnect();
    executor.settle();
    open_as("u2");
    EXPECT_EQ(open_as("u3").close_code(), 4013) << "of the address";
    transports.back()->disconnect();
    first.disconnect();
    executor.settle();
    EXPECT_EQ(open_as("u1").close_code(), 0);
}

}  // namespace
}  // namespace tidegate::routing
