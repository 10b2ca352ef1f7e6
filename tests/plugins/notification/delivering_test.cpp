#include <algorithm>

#include "notification_host.hpp"

namespace tidegate::notification::testing {
namespace {

class Delivering : public NotificationTest {};

TEST_F(Delivering, TellsEveryConnectionOfTheUserAndNobodyElse) {
    Client desk = open(ada, "desk");
    Client phone = open(ada, "phone");
    Client other = open(ben);
    const HttpReply reply = post(body_for(ada, "hello"));
    ASSERT_EQ(reply.status, 202) << reply.body;
    EXPECT_EQ(reply.json["target_count"], 1);
    EXPECT_EQ(reply.json["delivered_count"], 1);
    EXPECT_EQ(reply.json["queued_count"], 0);
    EXPECT_EQ(reply.json["failed_count"], 0);
    for (const Client& client : {desk, phone}) {
        ASSERT_EQ(titles(client), Titles{"hello"});
        EXPECT_EVENT(client, "notification", {{"unread", 1}, {"channel", "user:" + ada.sub}});
        EXPECT_EQ(client.last("notification")["notification"]["id"], reply.json["id"]);
    }
    EXPECT_NOTHING(other, "notification");
}

TEST_F(Delivering, QueuesForWhoIsAwayAndGivesItInOrderWithoutWaitingForAcks) {
    for (int i = 0; i < 500; ++i) send(ada, std::to_string(i));
    EXPECT_EQ(post(body_for(ada, "500")).json["queued_count"], 1);
    Client desk = open(ada);
    const Titles all = titles(desk);
    ASSERT_EQ(all.size(), 501u);
    for (int i = 0; i <= 500; ++i) ASSERT_EQ(all[static_cast<std::size_t>(i)], std::to_string(i));
    EXPECT_EVENT(desk, "notification", {{"unread", 501}});
}

TEST_F(Delivering, WhatComesWhileTheQueueIsGivenStaysInOrderAndComesOnce) {
    for (int i = 0; i < 600; ++i) send(ada, std::to_string(i), {{"message", std::string(1000, 'x')}});
    Client desk = host.connect(ada, "/ws/notifications");
    for (int i = 600; i < 620; ++i) {
        send(ada, std::to_string(i));
        host.advance_ms(1);
    }
    settle();
    const Titles all = titles(desk);
    ASSERT_EQ(all.size(), 620u);
    for (int i = 0; i < 620; ++i) ASSERT_EQ(all[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST_F(Delivering, TheUrgentComesFirst) {
    send(ada, "low", {{"priority", "low"}});
    send(ada, "normal");
    send(ada, "urgent", {{"priority", "urgent"}});
    send(ada, "normal 2");
    EXPECT_EQ(titles(open(ada)), (Titles{"urgent", "normal", "normal 2", "low"}));
}

TEST_F(Delivering, ADeviceIsShownEachOnce) {
    send(ada, "one");
    send(ada, "two");
    Client desk = open(ada, "desk");
    ASSERT_EQ(titles(desk), (Titles{"one", "two"}));
    const std::string one = desk.received("notification")[0]["notification"]["id"];
    EXPECT_EQ(ask(desk, {{"type", "notification:ack"}, {"ids", {one}}, {"device", "desk"}})["unread"], 2);
    desk.drop();
    EXPECT_EQ(titles(open(ada, "desk")), Titles{"two"});
    EXPECT_EQ(titles(open(ada, "phone")), (Titles{"one", "two"})) << "another device was shown nothing";
}

TEST_F(Delivering, WhatWasReadOnOneDeviceIsNotShownOnAnother) {
    const std::string one = send(ada, "one");
    Client desk = open(ada, "desk");
    Client phone = open(ada, "phone");
    ask(desk, {{"type", "notification:read"}, {"ids", {one}}});
    EXPECT_EVENT(phone, "notification:updated", {{"change", "read"}, {"ids", {one}}, {"unread", 0}});
    EXPECT_EQ(titles(open(ada, "tablet")), Titles{});
}

TEST_F(Delivering, OverAnyConnectionThatSubscribed) {
    send(ada, "queued");
    Client general = host.join("user:" + ada.sub, ada);
    settle();
    send(ada, "live");
    EXPECT_EQ(titles(general), (Titles{"queued", "live"}));
}

TEST_F(Delivering, WhatExpiredNeverComes) {
    send(ada, "short", {{"ttl_s", 5}});
    send(ada, "long");
    host.advance_ms(5000);
    Client desk = open(ada);
    EXPECT_EQ(titles(desk), Titles{"long"});
    EXPECT_EQ(host.http("GET", "/api/notifications", ada).json["items"].size(), 1u);
}

TEST_F(Delivering, ANewerOneReplacesWhatWasNotRead) {
    send(ada, "50 %", {{"collapse_key", "import"}});
    send(ada, "90 %", {{"collapse_key", "import"}});
    EXPECT_EQ(titles(open(ada)), Titles{"90 %"});
}

TEST_F(Delivering, ABroadcastReachesAllOrItsRoles) {
    Client agent = open(ada);
    Client manager = open(ben);
    EXPECT_EQ(broadcast("all").json["target_count"], 2);
    EXPECT_EQ(broadcast("managers", {{"target_roles", {"manager"}}}).json["delivered_count"], 1);
    EXPECT_EQ(titles(agent, "system:notification"), Titles{"all"});
    EXPECT_EQ(titles(manager, "system:notification"), (Titles{"all", "managers"}));
}

TEST_F(Delivering, WhoWasAwayFindsBroadcastsInTheInbox) {
    broadcast("all");
    host.advance_ms(1);
    broadcast("managers", {{"target_roles", {"manager"}}});
    host.advance_ms(1);
    send(ben, "own");
    EXPECT_EQ(titles(open(ada)), Titles{"all"});
    Client manager = open(ben);
    EXPECT_EQ(titles(manager), (Titles{"all", "managers", "own"}));
    Json ids = Json::array();
    for (const Json& one : manager.received("notification")) ids.push_back(one["notification"]["id"]);
    EXPECT_EQ(ask(manager, {{"type", "notification:read"}, {"ids", ids}})["unread"], 0);
    EXPECT_EQ(titles(open(ben)), Titles{}) << "read state of broadcasts is kept too";
    EXPECT_EQ(titles(open(ada, "phone")), Titles{"all"}) << "and is everybody's own";
}

TEST_F(Delivering, AReloadInTheMiddleOfAQueueLosesNothing) {
    for (int i = 0; i < 600; ++i) send(ada, std::to_string(i), {{"message", std::string(1000, 'x')}});
    Client desk = host.connect(ada, "/ws/notifications");
    host.reload("notification");
    settle();
    send(ada, "after");
    const Titles all = titles(desk);
    ASSERT_EQ(all.size(), 601u);
    for (int i = 0; i < 600; ++i) ASSERT_EQ(all[static_cast<std::size_t>(i)], std::to_string(i));
    EXPECT_EQ(all.back(), "after");
}

TEST_F(Delivering, AReloadWhileSomebodyIsThereTellsNothingTwice) {
    Client desk = open(ada);
    send(ada, "before");
    host.reload("notification");
    send(ada, "after");
    EXPECT_EQ(titles(desk), (Titles{"before", "after"}));
}

TEST_F(Delivering, ASlowReaderGetsItsWholeQueue) {
    for (int i = 0; i < 1500; ++i) send(ada, std::to_string(i), {{"message", std::string(3000, 'x')}});
    Client desk = host.begin_connect(ada, "/ws/notifications");
    desk.stop_reading();
    host.advance_ms(500);
    desk.read_on();
    host.advance_ms(2000);
    EXPECT_TRUE(desk.is_open()) << desk.close_reason();
    const Titles all = titles(desk);
    ASSERT_EQ(all.size(), 1500u);
    for (int i = 0; i < 1500; ++i) ASSERT_EQ(all[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST_F(Delivering, WhoDiesInHisQueueKeepsNothingFromTheOthers) {
    for (int i = 0; i < 1500; ++i) send(ada, std::to_string(i), {{"message", std::string(3000, 'x')}});
    Client desk = open(ada, "desk");
    host.advance_ms(2000);
    ASSERT_EQ(titles(desk).size(), 1500u);
    desk.take();
    Client general = host.join("user:" + ada.sub, ada);
    general.stop_reading();
    host.advance_ms(500);
    general.drop();
    send(ada, "live");
    EXPECT_EQ(titles(desk), Titles{"live"});
    Client leaver = host.join("user:" + ada.sub, ada);
    leaver.stop_reading();
    host.advance_ms(500);
    leaver.push(Json{{"type", "channel:unsubscribe"}, {"channel", "user:" + ada.sub}});
    send(ada, "live too");
    EXPECT_EQ(titles(desk), (Titles{"live", "live too"}));
}

class Bounded : public NotificationTest {
protected:
    Bounded() : NotificationTest({}, R"({"inbox_max":100})") {}
};

TEST_F(Bounded, AFullInboxLosesTheOldestOfTheLeastUrgentAndCounts) {
    for (int i = 0; i < 50; ++i) send(ada, "low " + std::to_string(i), {{"priority", "low"}});
    for (int i = 0; i < 60; ++i) send(ada, std::to_string(i));
    const Titles all = titles(open(ada));
    ASSERT_EQ(all.size(), 100u);
    EXPECT_EQ(all[0], "0");
    EXPECT_EQ(all[60], "low 10");
    EXPECT_EQ(host.counter("tidegate_plugin_notification_evicted_total"), 10u);
}

TEST_F(Bounded, TheStreamOfSomebodyWhoNeverComesStaysBounded) {
    for (int i = 0; i < 3000; ++i) send(ada, std::to_string(i));
    EXPECT_LT(host.stream("notification", "inbox:" + ada.sub).size(), 1600u);
    const Titles all = titles(open(ada));
    ASSERT_EQ(all.size(), 100u);
    EXPECT_EQ(all.front(), "2900");
    EXPECT_EQ(all.back(), "2999");
}

TEST_F(Bounded, WhatWasDoneToARolesBroadcastOutlivesWritingTheInboxAnewWithoutItsReader) {
    const std::string gone = broadcast("gone", {{"target_roles", {"agent"}}}).json["id"];
    const std::string read = broadcast("read", {{"target_roles", {"agent"}}}).json["id"];
    broadcast("kept", {{"target_roles", {"agent"}}});
    Client desk = open(ada, "desk");
    ask(desk, {{"type", "notification:dismiss"}, {"ids", {gone}}});
    ask(desk, {{"type", "notification:read"}, {"ids", {read}}});
    desk.drop();
    for (int i = 0; i < 4000; ++i) send(ada, "own", {{"collapse_key", "k"}});
    EXPECT_GE(host.counter("tidegate_plugin_notification_compactions_total"), 2u);
    const Json inbox = host.http("GET", "/api/notifications", ada).json;
    EXPECT_EQ(inbox["unread"], 2) << inbox;
    EXPECT_EQ(inbox["items"].size(), 3u);
    Titles all = titles(open(ada, "phone"));
    std::sort(all.begin(), all.end());
    EXPECT_EQ(all, (Titles{"kept", "own"}));
}

class LateStore : public NotificationTest {
protected:
    LateStore() : NotificationTest({.seed = 11, .late_documents = true}) {}
};

TEST_F(LateStore, KeepsOrderAndCountToo) {
    Client desk = open(ada);
    for (int i = 0; i < 50; ++i) send(ada, std::to_string(i));
    settle();
    const Titles all = titles(desk);
    ASSERT_EQ(all.size(), 50u);
    for (int i = 0; i < 50; ++i) ASSERT_EQ(all[static_cast<std::size_t>(i)], std::to_string(i));
}

}  // namespace
}  // namespace tidegate::notification::testing
