#include <tidegate/testing/expect.hpp>
#include <tidegate/testing/host.hpp>

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <string>

namespace tg::testing {

namespace {

const User kAda{"00000000-0000-4000-8000-00000000000a", "Ada", "agent", {"quotes:*"}};
const User kBob{"00000000-0000-4000-8000-00000000000b", "Bob", "agent", {"quotes:*"}};
const User kEve{"00000000-0000-4000-8000-00000000000e", "Eve", "customer", {}};
const std::string kQuote = "11111111-1111-4111-8111-111111111111";
const std::string kManuals = R"({"manuals":")" QUOTE_MANUALS R"("})";

class EchoHost : public ::testing::Test {
protected:
    EchoHost() { host.load(ECHO_SO); }
    Host host;
};

}  // namespace

TEST_F(EchoHost, OpensAConnectionAndAnswersAMessage) {
    Client s = host.connect(kAda, "/ws");
    EXPECT_EVENT(s, "connection:established", {{"node", "testing"}});
    EXPECT_FALSE(s.client_id().empty());
    s.push(R"({"type":"echo:say","id":1,"word":"hello"})");
    EXPECT_REPLY(s, 1, "echo:said", {{"word", "hello"}});
    s.push(R"({"type":"nobody:knows","id":"x"})");
    EXPECT_ERROR(s, "x", "unknown_type");
    EXPECT_NOTHING(s, "echo:shouted");
}

TEST_F(EchoHost, DeliversWhatIsPublishedToEverybodyWhoSubscribed) {
    Client s = host.join("room:1", kAda), t = host.join("room:1", kBob), elsewhere = host.join("room:2");
    s.push(R"({"type":"echo:shout","id":7,"channel":"room:1","word":"hey"})");
    EXPECT_REPLY(s, 7, "echo:shouted", {{"word", "hey"}});
    EXPECT_EVENT(t, "echo:shouted", {{"channel", "room:1"}, {"word", "hey"}});
    EXPECT_NOTHING(elsewhere, "echo:shouted");
}

TEST_F(EchoHost, DoesNothingUntilItIsPumped) {
    Client s = host.connect(kAda, "/ws");
    s.take();
    s.send(R"({"type":"echo:say","id":1})");
    EXPECT_NOTHING(s, "");
    while (host.pump_one()) continue;
    EXPECT_REPLY(s, 1, "echo:said");
    EXPECT_FALSE(host.pump_one());
}

TEST_F(EchoHost, ReloadsWhileAMessageIsInFlight) {
    Client s = host.connect(kAda, "/ws");
    s.send(R"({"type":"echo:say","id":1})");
    s.send(R"({"type":"echo:say","id":2})");
    ASSERT_TRUE(host.pump_one());
    host.reload("echo");
    s.push(R"({"type":"echo:say","id":3})");
    for (int id = 1; id <= 3; ++id) EXPECT_REPLY(s, id, "echo:said");
    const Json generations = host.plugins()[0]["generations"];
    ASSERT_EQ(generations.size(), 2u);
    EXPECT_EQ(generations[0]["state"], "unloaded");
    EXPECT_EQ(generations[1]["state"], "started");
}

TEST_F(EchoHost, ServesOnAfterARefusedReload) {
    EXPECT_NE(host.try_reload("echo", QUOTE_SO), "");
    Client s = host.connect(kAda, "/ws");
    s.push(R"({"type":"echo:say","id":1})");
    EXPECT_REPLY(s, 1, "echo:said");
    EXPECT_NE(host.try_reload("nobody"), "");
}

TEST_F(EchoHost, AnswersUnavailableForAPluginThatWasDisabled) {
    Client s = host.connect(kAda, "/ws");
    host.disable("echo");
    s.push(R"({"type":"echo:say","id":1})");
    EXPECT_ERROR(s, 1, "unavailable");
    host.load(ECHO_SO);
    s.push(R"({"type":"echo:say","id":2})");
    EXPECT_REPLY(s, 2, "echo:said");
}

TEST_F(EchoHost, KeepsWhatAClientDoesNotReadYet) {
    Client s = host.connect(kAda, "/ws");
    s.take();
    s.stop_reading();
    s.push(R"({"type":"echo:say","id":1})");
    EXPECT_NOTHING(s, "");
    s.read_on();
    EXPECT_REPLY(s, 1, "echo:said");
}

TEST_F(EchoHost, ClosesAConnectionThatFallsSilent) {
    Client s = host.connect(kAda, "/ws"), t = host.connect(kBob, "/ws");
    s.be_silent();
    host.advance_ms(60'000);
    EXPECT_EQ(s.closed_with(), 4002);
    EXPECT_TRUE(t.is_open()) << told(t);
    t.close();
    EXPECT_EQ(t.closed_with(), 1000);
    Client u = host.connect(kBob, "/ws");
    u.drop();
    EXPECT_EQ(u.closed_with(), 1006);
}

TEST_F(EchoHost, TakesTheTokensThatItMade) {
    Client s = host.connect(kAda, "/ws");
    s.push(Json{{"type", "connection:refresh"}, {"id", 1}, {"token", host.token(kAda)}});
    EXPECT_REPLY(s, 1, "connection:refreshed");
}

TEST(Seed, RunsTheSameForTheSameSeed) {
    const auto run = [](std::uint64_t seed) {
        Host host({.seed = seed, .loops = 2});
        host.load(ECHO_SO);
        Client s = host.join("room:1", kAda), t = host.join("room:1", kBob);
        for (int i = 0; i < 20; ++i)
            (i % 2 ? s : t).send(Json{{"type", "echo:shout"}, {"channel", "room:1"}, {"n", i}});
        host.pump();
        Json order = Json::array();
        for (const Json& message : s.received("echo:shouted")) order.push_back(message["n"]);
        return order;
    };
    EXPECT_EQ(run(1), run(1));
    EXPECT_NE(run(1), run(2));
}

TEST_F(EchoHost, FailsAnExpectationThatDoesNotHold) {
    static Client s = host.connect(kAda, "/ws");
    s.push(R"({"type":"echo:say","id":1,"word":"hello"})");
    EXPECT_NONFATAL_FAILURE(EXPECT_REPLY(s, 2, "echo:said"), "was not answered");
    EXPECT_NONFATAL_FAILURE(EXPECT_REPLY(s, 1, "echo:shouted"), "was answered");
    EXPECT_NONFATAL_FAILURE(EXPECT_REPLY(s, 1, "echo:said", {{"word", "bye"}}), "hello");
    EXPECT_NONFATAL_FAILURE(EXPECT_ERROR(s, 1, "invalid"), "echo:said");
    EXPECT_NONFATAL_FAILURE(EXPECT_EVENT(s, "echo:shouted"), "no echo:shouted");
    EXPECT_NONFATAL_FAILURE(EXPECT_NOTHING(s, "echo:said"), "unexpected");
}

TEST(QuoteHost, OpensAnEndpointOnlyForWhomItsOwnerAccepts) {
    Host host;
    host.load(QUOTE_SO, kManuals);
    Client s = host.connect(kAda, "/ws/quotes/" + kQuote);
    EXPECT_EVENT(s, "channel:subscribed", {{"channel", "quote:" + kQuote}});
    EXPECT_EQ(host.connect(kEve, "/ws/quotes/" + kQuote).closed_with(), 4003);
    EXPECT_THROW(host.connect(kAda, "/nowhere"), std::runtime_error);
}

TEST(QuoteHost, AnswersRequestsAndShowsWhatTheStoreHas) {
    Host host;
    host.load(QUOTE_SO, kManuals);
    const auto made = host.http("POST", "/api/quotes", kAda, R"({"quote_data":{"product":"home"}})");
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string id = made.json["quote_id"];
    EXPECT_EQ(host.document("quote", id)->data["quote_data"]["product"], "home");
    EXPECT_EQ(host.versions("quote", id).size(), 1u);
    EXPECT_FALSE(host.document("quote", kQuote));
    EXPECT_EQ(host.http("GET", "/api/quotes/" + id, kEve).status, 403);
    EXPECT_EQ(host.http("GET", "/api/nothing", kAda).status, 404);
    EXPECT_EQ(host.http("PUT", "/api/quotes", kAda).status, 405);
}

TEST(QuoteHost, CommitsLateWhileTheStoreIsHeld) {
    Host host({.late_documents = true});
    host.load(QUOTE_SO, kManuals);
    Client s = host.connect(kAda, "/ws/quotes/" + kQuote);
    host.hold_documents();
    s.push(Json{{"type", "quote:update"}, {"id", 1}, {"quote_id", kQuote}, {"quote_data", {{"aoi", 1}}}});
    EXPECT_GT(host.waiting_documents(), 0u);
    EXPECT_FALSE(host.document("quote", kQuote));
    host.release_documents();
    host.reload("quote");
    host.pump();
    EXPECT_TRUE(host.document("quote", kQuote)) << told(s);
    EXPECT_EVENT(s, "quote:patched", {{"revision", 1}});
    EXPECT_EQ(host.stop(), "");
}

}  // namespace tg::testing
