#include "tests/host/routing/fixture.hpp"

namespace tidegate::routing {
namespace {

class SwitchboardMessages : public RoutingFixture {};

TEST_F(SwitchboardMessages, CodedErrorsSayWhatIsWrongWithAMessage) {
    FakeTransport transport;
    open_quietly("/ws", transport);
    const std::pair<const char*, const char*> cases[] = {
        {"nonsense", "bad_json"},
        {R"({"type":"echo:say","type":"ping"})", "bad_json"},
        {R"({"type":"echo:say","ty\u0070e":"ping"})", "bad_json"},
        {R"({"no":"type"})", "bad_type"},
        {R"({"type":"echo:say","id":1.5})", "invalid"},
        {R"({"type":"nobody:knows"})", "unknown_type"},
        {R"({"type":"connection:resume","channels":{}})", "unknown_type"},
        {R"({"type":"channel:history"})", "unknown_type"},
        {R"({"type":"error"})", "unknown_type"},
        {R"({"type":"quote:update"})", "invalid"},
        {R"({"type":"calc:run"})", "invalid"},
        {R"({"type":"calc:run","quote_id":7})", "invalid"},
    };
    for (const auto& [message, code] : cases) {
        say(transport, message);
        EXPECT_EQ(only(transport).at("code"), code) << message;
    }
    say(transport, R"({"type":"echo:say","text":")" + std::string(1000, 'x') + R"("})");
    EXPECT_EQ(only(transport).at("code"), "too_large");
    EXPECT_EQ(quote.seen.size() + echo.seen.size(), 0u);
    EXPECT_EQ(metrics.count("tidegate_errors_total{bad_json}"), 3u);
    EXPECT_EQ(metrics.count("tidegate_messages_received_total"), 13u);
}

TEST_F(SwitchboardMessages, PingIsAnsweredWithItsIdAndPongIsSilent) {
    FakeTransport transport;
    open_quietly("/ws", transport);
    say(transport, R"({"type":"ping","id":"a"})");
    EXPECT_EQ(transport.take_texts(), (std::vector<std::string>{R"({"type":"pong","ref":"a"})"}));
    say(transport, R"({"type":"ping"})");
    EXPECT_EQ(transport.take_texts(), (std::vector<std::string>{R"({"type":"pong"})"}));
    say(transport, R"({"type":"pong"})");
    EXPECT_TRUE(transport.take_texts().empty());
}

TEST_F(SwitchboardMessages, AMessageReachesItsPluginUnderTheKeyOfItsRoute) {
    FakeTransport transport;
    open_quietly("/ws/quotes/7", transport);
    say(transport, R"({"type":"echo:say","id":5})");
    say(transport, R"({"type":"quote:update"})");
    say(transport, R"({"type":"quote:update","channel":"quote:8"})");
    say(transport, R"({"type":"calc:run","quote_id":"9"})");
    ASSERT_EQ(echo.count(InvocationKind::kMessage), 1u);
    const Invocation& said = *echo.of(InvocationKind::kMessage)[0];
    EXPECT_EQ(said.key, "session:client-1");
    EXPECT_EQ(said.type, "echo:say");
    EXPECT_EQ(said.id, "5");
    EXPECT_EQ(said.channel, "quote:7");
    EXPECT_EQ(said.payload, R"({"type":"echo:say","id":5})");
    const auto quotes = quote.of(InvocationKind::kMessage);
    ASSERT_EQ(quotes.size(), 3u);
    EXPECT_EQ(quotes[0]->key, "quote:7");
    EXPECT_EQ(quotes[1]->key, "quote:8");
    EXPECT_EQ(quotes[1]->channel, "quote:8");
    EXPECT_EQ(quotes[2]->key, "9");
}

TEST_F(SwitchboardMessages, APluginThatDoesNotServeIsUnavailable) {
    FakeTransport transport;
    open_quietly("/ws", transport);
    echo.verdict = Dispatched::kUnavailable;
    say(transport, R"({"type":"echo:say","id":1})");
    EXPECT_EQ(only(transport).at("code"), "unavailable");
    PluginRoutes absent = echo_routes();
    absent.available = false;
    board.set_routes(RouteTable::build({absent}).value());
    echo.verdict = Dispatched::kAccepted;
    say(transport, R"({"type":"echo:say"})");
    EXPECT_EQ(only(transport).at("code"), "unavailable");
    say(transport, R"({"type":"channel:subscribe","channel":"room:1"})");
    EXPECT_EQ(only(transport).at("code"), "unavailable");
    EXPECT_EQ(echo.seen.size(), 0u);
}

TEST_F(SwitchboardMessages, AFullStrandParksOneMessageAndStopsReading) {
    FakeTransport transport;
    session::Session& session = open_quietly("/ws", transport);
    echo.verdict = Dispatched::kFull;
    transport.feed(testing::client_frame(1, R"({"type":"echo:say","id":1})") +
                   testing::client_frame(1, R"({"type":"echo:say","id":2})"));
    executor.settle();
    EXPECT_TRUE(transport.paused);
    EXPECT_EQ(session.info()->in_flight_messages, 0u);

    gateway.strand_has_space(session.id());
    executor.settle();
    EXPECT_TRUE(transport.paused) << "it was full again";

    echo.verdict = Dispatched::kAccepted;
    gateway.strand_has_space(session.id());
    executor.settle();
    EXPECT_FALSE(transport.paused);
    transport.feed();
    const auto seen = echo.of(InvocationKind::kMessage);
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_EQ(seen[0]->id, "1");
    EXPECT_EQ(seen[1]->id, "2");
    EXPECT_TRUE(transport.take_texts().empty());
}

TEST_F(SwitchboardMessages, AMessageParkedOverFiveSecondsAnswersBusyAndReadingGoesOn) {
    FakeTransport transport;
    open_quietly("/ws", transport);
    echo.verdict = Dispatched::kFull;
    say(transport, R"({"type":"echo:say","id":"p"})");
    executor.advance_ms(4500);
    EXPECT_TRUE(transport.take_texts().empty());
    executor.advance_ms(1500);
    const Json answer = only(transport);
    EXPECT_EQ(answer.at("code"), "busy");
    EXPECT_EQ(answer.at("ref"), "p");
    EXPECT_FALSE(transport.paused);
}

TEST_F(SwitchboardMessages, SixtyFourMessagesInFlightStopReadingUntilHalfHaveEnded) {
    FakeTransport transport;
    session::Session& session = open_quietly("/ws", transport);
    std::string burst;
    for (int i = 0; i < 70; ++i) burst += testing::client_frame(1, R"({"type":"echo:say"})");
    transport.feed(burst);
    executor.settle();
    EXPECT_EQ(echo.seen.size(), 64u);
    EXPECT_TRUE(transport.paused);
    for (std::size_t i = 0; i < 31; ++i) end_message(echo.seen[i]);
    executor.settle();
    EXPECT_TRUE(transport.paused);
    end_message(echo.seen[31]);
    executor.settle();
    EXPECT_FALSE(transport.paused);
    transport.feed();
    EXPECT_EQ(echo.seen.size(), 70u);
    for (std::size_t i = 32; i < 70; ++i) end_message(echo.seen[i]);
    EXPECT_EQ(session.info()->in_flight_messages, 0u);
    EXPECT_EQ(session.info()->in_flight_bytes, 0u);
}

TEST_F(SwitchboardMessages, AQuarterMebibyteInFlightStopsReading) {
    FakeTransport transport;
    open_quietly("/ws/quotes/7", transport);
    const std::string big = R"({"type":"quote:update","x":")" + std::string(60'000, 'x') + R"("})";
    for (int i = 0; i < 5; ++i) transport.say(big);
    EXPECT_EQ(quote.count(InvocationKind::kMessage), 5u);
    EXPECT_TRUE(transport.paused);
}

TEST_F(SwitchboardMessages, AnswersCarryTheRefOfTheirMessage) {
    FakeTransport transport;
    session::Session& session = open_quietly("/ws", transport);
    gateway.reply(session.id(), R"({"type":"echo:said"})", "\"x\"", Lane::kControl);
    gateway.reply(session.id(), R"({"type":"echo:said"})", "", Lane::kControl);
    gateway.fail(session.id(), "field_locked", "Taken", "3", R"({"holder":"h"})");
    gateway.fail(session.id(), "no_such_code", "", "", "");
    executor.settle();
    const auto texts = transport.take_texts();
    ASSERT_EQ(texts.size(), 4u);
    EXPECT_EQ(texts[0], R"({"type":"echo:said","ref":"x"})");
    EXPECT_EQ(texts[1], R"({"type":"echo:said"})");
    EXPECT_EQ(texts[2], R"({"type":"error","code":"field_locked","message":"Taken","ref":3,"holder":"h"})");
    EXPECT_EQ(Json::parse(texts[3]).at("code"), "internal");
    EXPECT_EQ(transport.writes, 2) << "established, then one write for the turn";
}

TEST_F(SwitchboardMessages, AStaleIdIsACountedDrop) {
    FakeTransport first, second;
    const SessionId old = open_quietly("/ws", first).id();
    EXPECT_TRUE(gateway.find(old));
    first.disconnect();
    executor.settle();
    EXPECT_FALSE(gateway.find(old));
    const SessionId now = open_quietly("/ws", second).id();
    EXPECT_EQ(now.slot(), old.slot());
    gateway.send(old, R"({"type":"echo:said"})", Lane::kEvents);
    gateway.close(old, 4003, "");
    gateway.send(SessionId(9, 0, 1), R"({"type":"echo:said"})", Lane::kEvents);
    executor.settle();
    EXPECT_TRUE(second.take_texts().empty());
    EXPECT_EQ(metrics.count("tidegate_dropped_total{stale_session}"), 3u);
}

TEST_F(SwitchboardMessages, APluginsCloseIsDeliveredAfterWhatItSentAndBadCodesBecome1011) {
    FakeTransport first, second;
    const SessionId a = open_quietly("/ws", first).id();
    const SessionId b = open_quietly("/ws", second).id();
    gateway.send(a, R"({"type":"echo:said"})", Lane::kBulk);
    gateway.close(a, 4003, "gone");
    gateway.close(b, 1006, "\xff");
    executor.settle();
    EXPECT_EQ(first.texts().size(), 1u);
    EXPECT_EQ(first.close_code(), 4003);
    EXPECT_EQ(first.close_reason(), "gone");
    EXPECT_EQ(second.close_code(), 1011);
    EXPECT_EQ(second.close_reason(), "");
}

class SwitchboardErrors : public RoutingFixture {
protected:
    SwitchboardErrors() : RoutingFixture({.errors_before_close = 100}) {}
};

TEST_F(SwitchboardErrors, AHundredCodedErrorsWithinTenSecondsClose4000) {
    FakeTransport slow, fast;
    open_quietly("/ws", slow);
    open_quietly("/ws", fast);
    for (int i = 0; i < 99; ++i) say(slow, "x");
    executor.advance_ms(10'000);
    for (int i = 0; i < 99; ++i) say(slow, "x");
    EXPECT_EQ(slow.close_code(), 0);
    for (int i = 0; i < 100; ++i) say(fast, "x");
    EXPECT_EQ(fast.close_code(), 4000);
}

class SwitchboardRate : public RoutingFixture {
protected:
    SwitchboardRate() : RoutingFixture({.messages_per_second = 10, .message_burst = 5}) {}
};

TEST_F(SwitchboardRate, MessagesOverTheRateAreRefusedWithTheirRefAndWhenToTryAgain) {
    FakeTransport transport;
    open_quietly("/ws", transport);
    const auto texts = [&] { return transport.texts().size(); };
    const auto before = texts();
    for (int i = 0; i < 5; ++i) say(transport, R"({"type":"ping"})");
    EXPECT_EQ(texts(), before + 5);
    say(transport, R"({"type":"ping","id":"late"})");
    const auto refused = transport.texts().back();
    EXPECT_NE(refused.find(R"("code":"rate_limited")"), std::string::npos) << refused;
    EXPECT_NE(refused.find(R"("ref":"late")"), std::string::npos) << refused;
    EXPECT_NE(refused.find(R"("retry_after_ms":100)"), std::string::npos) << refused;
    executor.advance_ms(100);
    say(transport, R"({"type":"ping","id":"again"})");
    EXPECT_NE(transport.texts().back().find(R"("type":"pong")"), std::string::npos);
}

}  // namespace
}  // namespace tidegate::routing
