#include "notification_host.hpp"

namespace tidegate::notification::testing {
namespace {

class Sending : public NotificationTest {};

TEST_F(Sending, NeedsThePermission) {
    const std::string body = body_for(ada, "x").dump();
    EXPECT_EQ(host.http("POST", "/api/notifications", ada, body).status, 403);
    EXPECT_EQ(
        host.http("POST", "/api/notifications/broadcast", ada, R"({"title":"t","message":"m","level":"info"})").status,
        403);
    EXPECT_EQ(host.http("POST", "/api/notifications", root, body).status, 202);
}

TEST_F(Sending, TheSameIdempotencyKeyIsTheSameNotification) {
    Client desk = open(ada);
    const HttpReply first = post(body_for(ada, "x"), "k1");
    const HttpReply again = post(body_for(ada, "x"), "k1");
    EXPECT_EQ(first.status, 202);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(titles(desk), Titles{"x"});
    EXPECT_EQ(post(body_for(ada, "y"), "k1").status, 409) << "another request";
    EXPECT_NE(post(body_for(ada, "x"), "k2").json["id"], first.json["id"]);
}

TEST_F(Sending, AnAnswerIsTheSameOverAReload) {
    const HttpReply first = post(body_for(ada, "x"), "k1");
    host.reload("notification");
    EXPECT_EQ(post(body_for(ada, "x"), "k1").body, first.body);
    EXPECT_EQ(titles(open(ada)), Titles{"x"});
}

TEST_F(Sending, ABroadcastUnderOneKeyIsToldOnce) {
    Client desk = open(ada);
    const Json body{{"title", "t"}, {"message", "m"}, {"level", "info"}};
    const HttpReply first = post(body, "k1", "/api/notifications/broadcast");
    EXPECT_EQ(post(body, "k1", "/api/notifications/broadcast").body, first.body);
    EXPECT_EQ(titles(desk, "system:notification"), Titles{"t"});
}

TEST_F(Sending, ADedupKeyAnswersTheSameIdWithinItsWindow) {
    const Json key{{"dedup_key", "job-7"}, {"dedup_window_s", 60}};
    const std::string first = send(ada, "x", key);
    const HttpReply again = post(body_for(ada, "x again", key));
    EXPECT_EQ(again.json["id"], first);
    EXPECT_EQ(again.json["duplicate"], true);
    EXPECT_NE(send(ben, "for somebody else", key), first);
    host.advance_ms(60'000);
    EXPECT_NE(send(ada, "later", key), first);
    EXPECT_EQ(titles(open(ada)), (Titles{"x", "later"}));
    EXPECT_EQ(host.counter("tidegate_plugin_notification_duplicates_total"), 1u);
}

TEST_F(Sending, ADedupKeyIsOneAmongTheSameAudience) {
    Client agent = open(ada);
    Client manager = open(ben);
    const auto to = [&](std::vector<std::string> roles) {
        Json more{{"dedup_key", "outage"}};
        if (!roles.empty()) more["target_roles"] = roles;
        return broadcast("outage", more).json;
    };
    const Json agents = to({"agent"});
    EXPECT_FALSE(to({"manager"}).contains("duplicate"));
    EXPECT_FALSE(to({}).contains("duplicate"));
    EXPECT_FALSE(to({"agent", "admin"}).contains("duplicate"));
    EXPECT_EQ(to({"agent"})["id"], agents["id"]);
    EXPECT_EQ(to({"admin", "agent"})["duplicate"], true) << "in whatever order";
    EXPECT_EQ(titles(manager, "system:notification"), (Titles{"outage", "outage"}));
    EXPECT_EQ(titles(agent, "system:notification"), (Titles{"outage", "outage", "outage"}));
}

TEST_F(Sending, AnIdempotencyKeyComesBeforeADedupKey) {
    const Json key{{"dedup_key", "job-7"}, {"dedup_window_s", 60}};
    const HttpReply first = post(body_for(ada, "x", key), "k1");
    EXPECT_EQ(post(body_for(ada, "x", key), "k1").body, first.body);
    EXPECT_EQ(post(body_for(ada, "y", key), "k1").status, 409) << "another request";
    EXPECT_EQ(host.counter("tidegate_plugin_notification_duplicates_total"), 0u);
    const HttpReply duplicate = post(body_for(ada, "x", key), "k2");
    EXPECT_EQ(duplicate.json["duplicate"], true);
    host.advance_ms(60'000);
    EXPECT_EQ(post(body_for(ada, "x", key), "k1").body, first.body) << "the window is over, the answer is the same";
    EXPECT_EQ(post(body_for(ada, "x", key), "k2").body, duplicate.body);
    EXPECT_EQ(titles(open(ada)), Titles{"x"});
    const HttpReply later = post(body_for(ada, "later", key));
    EXPECT_FALSE(later.json.contains("duplicate")) << "those repetitions hold no key";
    EXPECT_EQ(titles(open(ada)), (Titles{"x", "later"}));
    EXPECT_EQ(post(body_for(ada, "later", key)).json["id"], later.json["id"]);
}

TEST_F(Sending, ADedupKeyIsNotForgottenForOthers) {
    const Json key{{"dedup_key", "x"}, {"dedup_window_s", 86'400}};
    const std::string first = send(ada, "x", key);
    int sent = 0;
    for (; sent < 1200; ++sent) {
        const HttpReply reply = post(body_for(ada, "y", {{"dedup_key", "y" + std::to_string(sent)}}));
        if (reply.status == 202) continue;
        EXPECT_EQ(reply.json["code"], "busy") << reply.body;
        break;
    }
    EXPECT_GE(sent, 900);
    EXPECT_LT(sent, 1000);
    EXPECT_EQ(post(body_for(ada, "x", key)).json["id"], first);
    host.advance_ms(86'400'000);
    EXPECT_NE(send(ada, "x", key), first);
}

TEST_F(Sending, IsDurableBeforeItIsAnswered) {
    const std::string id = send(ada, "x");
    bool stored = false;
    for (const auto& entry : host.stream("notification", "inbox:" + ada.sub))
        stored = stored || (entry.data.contains("n") && entry.data["n"]["id"] == id);
    EXPECT_TRUE(stored);
}

TEST_F(Sending, TenantsAreStrangers) {
    User other = ada;
    other.tenant = "other";
    Client there = open(other);
    Client here = open(ada);
    broadcast("all");
    send(ada, "x");
    EXPECT_EQ(titles(here), Titles{"x"});
    EXPECT_NOTHING(there, "notification");
    EXPECT_NOTHING(there, "system:notification");
}

}  // namespace
}  // namespace tidegate::notification::testing
