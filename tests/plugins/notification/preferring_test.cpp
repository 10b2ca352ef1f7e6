#include "notification_host.hpp"

namespace tidegate::notification::testing {
namespace {

// 1,700,000,000,000 is 2023-11-14T22:13:20Z.
class Preferring : public NotificationTest {
protected:
    Json prefer(Client client, const Json& preferences) {
        return ask(client, {{"type", "notification:preferences"}, {"preferences", preferences}});
    }
    const Json night{{"quiet_hours", {{"from", "22:00"}, {"to", "22:15"}, {"zone", "UTC"}}}};
};

TEST_F(Preferring, AreKeptAndAnswered) {
    Client desk = open(ada);
    EXPECT_EQ(ask(desk, {{"type", "notification:preferences"}})["preferences"]["min_level"], "info");
    EXPECT_EQ(prefer(desk, {{"min_level", "error"}})["preferences"]["min_level"], "error");
    desk.drop();
    EXPECT_EQ(ask(open(ada), {{"type", "notification:preferences"}})["preferences"]["min_level"], "error");
    EXPECT_EQ(prefer(open(ada), {{"min_level", "loud"}})["code"], "invalid");
    EXPECT_EQ(prefer(open(ada), {{"quiet_hours", {{"from", "22:00"}, {"to", "07:00"}, {"zone", "Mars/Base"}}}})["code"],
              "invalid");
}

TEST_F(Preferring, WhatIsMutedIsInTheInboxOnly) {
    Client desk = open(ada);
    prefer(desk, {{"min_level", "warning"}, {"muted_topics", {"ads"}}});
    send(ada, "quiet");
    send(ada, "ad", {{"topic", "ads"}, {"level", "error"}});
    send(ada, "loud", {{"level", "error"}});
    send(ada, "critical", {{"topic", "ads"}, {"level", "critical"}});
    EXPECT_EQ(titles(desk), (Titles{"loud", "critical"}));
    EXPECT_EQ(host.http("GET", "/api/notifications", ada).json["items"].size(), 4u);
    EXPECT_EQ(titles(open(ada, "phone")), (Titles{"loud", "critical"}));
    EXPECT_EQ(post(body_for(ada, "quiet")).json["queued_count"], 1);
}

TEST_F(Preferring, QuietHoursHoldBackUntilTheyEnd) {
    Client desk = open(ada);
    prefer(desk, night);
    EXPECT_EQ(post(body_for(ada, "one")).json["queued_count"], 1);
    send(ada, "two");
    send(ada, "now", {{"level", "critical"}});
    EXPECT_EQ(titles(desk), Titles{"now"});
    Client phone = open(ada, "phone");
    EXPECT_EQ(titles(phone), Titles{"now"}) << "also not to who comes meanwhile";
    host.advance_ms(100'000);
    EXPECT_EQ(titles(desk), (Titles{"now", "one", "two"}));
    EXPECT_EQ(titles(phone), (Titles{"now", "one", "two"}));
    host.advance_ms(600'000);
    EXPECT_EQ(titles(desk).size(), 3u) << "once";
}

TEST_F(Preferring, QuietHoursOutliveAReload) {
    Client desk = open(ada);
    prefer(desk, night);
    send(ada, "one");
    host.reload("notification");
    host.advance_ms(100'000);
    EXPECT_EQ(titles(desk), Titles{"one"});
}

}  // namespace
}  // namespace tidegate::notification::testing
