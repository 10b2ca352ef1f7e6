#include "collaboration_host.hpp"

namespace tidegate::collaboration::testing {
namespace {

using Joining = CollaborationTest;

TEST_F(Joining, ShowsTheQuoteAndWhoIsThere) {
    Client a = open(ada);
    EXPECT_EVENT(a, "session:joined",
                 {{"revision", 0}, {"access", "editor"}, {"lease_ttl_ms", 15000}, {"channel", channel}});
    edit(a, "aoi", 215000);
    Client b = open(ben);
    const Json joined = b.last("session:joined");
    EXPECT_EQ(joined["quote"]["quote_data"], Json({{"aoi", 215000}}));
    EXPECT_EQ(joined["quote"]["revision"], 1);
    ASSERT_EQ(joined["users"].size(), 2u);
    EXPECT_EQ(joined["users"][0]["name"], "Ada");
    EXPECT_EQ(joined["users"][0]["connections"], 1);
    EXPECT_EVENT(a, "user:joined",
                 {{"user", {{"id", ben.sub}, {"name", "Ben"}, {"role", "agent"}, {"access", "editor"}}}});
    EXPECT_NOTHING(b, "user:joined");
}

TEST_F(Joining, ComesAfterTheConnectionIsEstablishedAndSubscribed) {
    Client a = open(ada);
    ASSERT_GE(a.received().size(), 3u);
    EXPECT_EQ(a.received()[0]["type"], "connection:established");
    EXPECT_EQ(a.received()[1]["type"], "channel:subscribed");
    EXPECT_EQ(a.received().back()["type"], "session:joined");
}

TEST_F(Joining, ASecondTabIsNoSecondUser) {
    Client a = open(ada), b = open(ben), tab = open(ben);
    EXPECT_EQ(tab.last("session:joined")["users"][1]["connections"], 2);
    EXPECT_EQ(a.received("user:joined").size(), 1u);
    b.drop();
    host.advance_ms(6000);
    EXPECT_NOTHING(a, "user:left");
    tab.drop();
    host.advance_ms(4900);
    EXPECT_NOTHING(a, "user:left");
    host.advance_ms(200);
    EXPECT_EVENT(a, "user:left", {{"user", {{"id", ben.sub}}}});
}

TEST_F(Joining, WhoComesBackWithinTheGraceNeverLeft) {
    Client a = open(ada), b = open(ben);
    b.drop();
    host.advance_ms(3000);
    b = open(ben);
    host.advance_ms(10000);
    EXPECT_NOTHING(a, "user:left");
    EXPECT_EQ(a.received("user:joined").size(), 1u);
}

TEST_F(Joining, IsADomainEventOncePerUserAndComing) {
    Client a = open(ada), b = open(ben), tab = open(ben);
    EXPECT_EQ(events_named("session.joined"), 2);
    const auto event = host.events().back();
    EXPECT_EQ(event.data, Json({{"quote_id", quote}, {"user_id", ben.sub}, {"role", "agent"}}));
    EXPECT_EQ(event.doc_type, "quote");
    EXPECT_EQ(event.doc_id, quote);
    EXPECT_EQ(event.actor, ben.sub);
    b.drop();
    tab.drop();
    host.advance_ms(3000);
    b = open(ben);
    host.advance_ms(10'000);
    EXPECT_EQ(events_named("session.joined"), 2) << "he never left";
    b.drop();
    host.advance_ms(6000);
    b = open(ben);
    EXPECT_EQ(events_named("session.joined"), 3);
}

TEST_F(Joining, IsADomainEventAlsoOfAMessageAndOfNobodyWhoMayNot) {
    edit(open(ada), "aoi", 1);
    Client c = subscribe(ben);
    EXPECT_EQ(events_named("session.joined"), 1) << "who only listens has not joined";
    ask(c, {{"type", "session:join"}, {"channel", channel}});
    EXPECT_EQ(events_named("session.joined"), 2);
    open(user('9', "Sid", "customer", {"quotes:own"}));
    EXPECT_EQ(events_named("session.joined"), 2);
}

TEST_F(Joining, ManyAtOnceAreToldTogetherAndNobodyOfHimself) {
    Client a = open(ada);
    std::vector<Client> others;
    for (int n = 0; n < 40; ++n) {
        char id[40];
        std::snprintf(id, sizeof(id), "00000000-0000-4000-9000-%012d", n);
        others.push_back(host.connect({id, "U" + std::to_string(n), "agent", {"quotes:*"}}, "/ws/quotes/" + quote));
    }
    host.advance_ms(200);
    std::size_t told = 0;
    for (const Json& message : a.received("user:joined"))
        told += message.contains("users") ? message["users"].size() : 1;
    EXPECT_EQ(told, 40u);
    EXPECT_LE(a.received("user:joined").size(), 13u);
    for (Client& other : others) {
        for (const Json& message : other.received("user:joined")) {
            const Json list = message.contains("users") ? message["users"] : Json::array({message["user"]});
            for (const Json& one : list) EXPECT_NE(one["id"], other.user().sub);
        }
    }
    std::size_t seen_by_last = 0;
    for (const Json& message : others.back().received("user:joined"))
        seen_by_last += message.contains("users") ? message["users"].size() : 1;
    EXPECT_GE(seen_by_last, 1u) << "those who came together learn of each other";
}

TEST_F(Joining, AViewerSeesAndChangesNothing) {
    Client a = open(ada);
    edit(a, "aoi", 215000);
    Client e = open(eve);
    EXPECT_EVENT(e, "session:joined", {{"access", "viewer"}});
    for (const char* type : {"field:undo", "field:redo"})
        EXPECT_ANSWER(ask(e, {{"type", type}}), "error", {{"code", "forbidden"}});
    EXPECT_ANSWER(lock(e, "aoi"), "error", {{"code", "forbidden"}});
    EXPECT_ANSWER(edit(e, "aoi", 1), "field:rejected", {{"code", "forbidden"}, {"value", 215000}, {"revision", 1}});
    EXPECT_ANSWER(ask(e, {{"type", "comment:add"}, {"text", "x"}}), "error", {{"code", "forbidden"}});
    EXPECT_ANSWER(ask(e, {{"type", "session:history"}}), "session:history");
    EXPECT_EQ(data()["aoi"], 215000);
}

TEST_F(Joining, AStrangerSeesNothing) {
    edit(open(ada), "aoi", 1);
    Client s = open(user('9', "Sid", "customer", {"quotes:own"}));
    EXPECT_EQ(s.closed_with(), 4003);
    EXPECT_NOTHING(s, "session:joined");
}

TEST_F(Joining, ACustomerEditsWhatHeCreated) {
    Client c = open(user('9', "Sid", "customer", {"quotes:own"}));
    EXPECT_ANSWER(edit(c, "aoi", 1), "field:updated", {{"revision", 1}});
    EXPECT_ANSWER(edit(c, "aoi", 2), "field:updated", {{"revision", 2}});
}

TEST_F(Joining, HappensByMessageOnAGeneralConnection) {
    Client a = open(ada), g = subscribe(ben);
    EXPECT_ANSWER(ask(g, {{"type", "field:lock"}, {"channel", channel}, {"field", "aoi"}}), "error",
                  {{"code", "forbidden"}});
    EXPECT_ANSWER(ask(g, {{"type", "session:join"}, {"channel", channel}}), "session:joined", {{"channel", channel}});
    EXPECT_EVENT(a, "user:joined", {{"user", {{"name", "Ben"}}}});
    EXPECT_ANSWER(ask(g, {{"type", "field:lock"}, {"channel", channel}, {"field", "aoi"}}), "field:locked");
    EXPECT_ANSWER(ask(g, {{"type", "session:leave"}, {"channel", channel}}), "session:left");
    EXPECT_EVENT(a, "field:unlocked", {{"reason", "left"}});
    host.advance_ms(6000);
    EXPECT_EVENT(a, "user:left", {{"user", {{"name", "Ben"}}}});
}

TEST_F(Joining, AGeneralConnectionThatEndsIsMissed) {
    Client a = open(ada), g = subscribe(ben);
    ask(g, {{"type", "session:join"}, {"channel", channel}});
    g.drop();
    host.advance_ms(9000);
    EXPECT_EVENT(a, "user:left", {{"user", {{"name", "Ben"}}}});
}

TEST_F(Joining, IsForAFewQuotesPerConnection) {
    Client g = host.connect(ada, "/ws");
    for (int n = 0; n < 9; ++n) {
        const Json answer = ask(g, {{"type", "session:join"},
                                    {"channel", "quote:11111111-1111-4111-8111-11111111111" + std::to_string(n)}});
        EXPECT_EQ(answer["type"], n < 8 ? "session:joined" : "error") << answer;
    }
}

}  // namespace
}  // namespace tidegate::collaboration::testing
