#include "notification_host.hpp"

namespace tidegate::notification::testing {
namespace {

class Acting : public NotificationTest {
protected:
    Json act(Client client, const std::string& type, const std::string& id, Json more = Json::object()) {
        more.update({{"type", "notification:" + type}, {"notification_id", id}});
        return ask(client, more);
    }
    const Json question{{"actions",
                         {{{"id", "approve"}, {"label", "Approve"}, {"method", "POST /x"}, {"confirm", true}},
                          {{"id", "later"}, {"label", "Later"}}}}};
};

TEST_F(Acting, ReadStateIsSharedAndUnreadFollowsFromIt) {
    const std::string one = send(ada, "one");
    const std::string two = send(ada, "two");
    Client desk = open(ada, "desk");
    Client phone = open(ada, "phone");
    const Json answer = act(desk, "read", one);
    EXPECT_EQ(answer["type"], "notification:updated");
    EXPECT_EQ(answer["unread"], 1);
    EXPECT_EQ(act(phone, "read", one)["unread"], 1) << "once";
    EXPECT_EQ(ask(phone, {{"type", "notification:read"}, {"all", true}})["unread"], 0);
    EXPECT_EVENT(desk, "notification:updated", {{"ids", {two}}, {"unread", 0}});
}

TEST_F(Acting, AListGoesFromTheNewestOnInPages) {
    for (int i = 0; i < 7; ++i) send(ada, std::to_string(i));
    Client desk = open(ada);
    Json page = ask(desk, {{"type", "notification:list"}, {"limit", 3}});
    ASSERT_EQ(page["items"].size(), 3u) << page;
    EXPECT_EQ(page["items"][0]["title"], "6");
    EXPECT_EQ(page["unread"], 7);
    page = ask(desk, {{"type", "notification:list"}, {"limit", 3}, {"after", page["after"]}});
    EXPECT_EQ(page["items"][0]["title"], "3");
    page = ask(desk, {{"type", "notification:list"}, {"limit", 3}, {"after", page["after"]}});
    ASSERT_EQ(page["items"].size(), 1u);
    EXPECT_TRUE(page["after"].is_null());
    EXPECT_ERROR(desk, (ask(desk, {{"type", "notification:list"}, {"after", "x"}}), last_id), "invalid");
}

TEST_F(Acting, HttpListsTheOwnInboxOnly) {
    const std::string one = send(ada, "one");
    send(ada, "two");
    Client desk = open(ada);
    act(desk, "read", one);
    const Json all = host.http("GET", "/api/notifications", ada).json;
    ASSERT_EQ(all["items"].size(), 2u) << all;
    EXPECT_EQ(all["items"][1]["read"], true);
    const Json unread = host.http("GET", "/api/notifications?unread=true", ada).json;
    ASSERT_EQ(unread["items"].size(), 1u);
    EXPECT_EQ(unread["items"][0]["title"], "two");
    EXPECT_EQ(host.http("GET", "/api/notifications", ben).json["items"].size(), 0u);
    EXPECT_EQ(host.http("GET", "/api/notifications?limit=0", ada).status, 400);
}

TEST_F(Acting, WhatIsDismissedIsGone) {
    const std::string one = send(ada, "one");
    Client desk = open(ada);
    EXPECT_EQ(act(desk, "dismiss", one)["unread"], 0);
    EXPECT_EQ(act(desk, "dismiss", one)["code"], "not_found");
    EXPECT_EQ(titles(open(ada, "phone")), Titles{});
    const std::string all = broadcast("all").json["id"];
    settle();
    EXPECT_EQ(act(desk, "dismiss", all)["change"], "dismiss");
    EXPECT_EQ(titles(open(ada, "phone")), Titles{});
}

TEST_F(Acting, WhatIsSnoozedComesAgain) {
    const std::string one = send(ada, "one");
    Client desk = open(ada, "desk");
    act(desk, "ack", one, {{"device", "desk"}});
    act(desk, "snooze", one, {{"for_s", 60}});
    EXPECT_EQ(titles(open(ada, "phone")), Titles{}) << "not meanwhile";
    host.advance_ms(59'000);
    EXPECT_EQ(titles(desk), Titles{"one"});
    host.advance_ms(1'100);
    EXPECT_EQ(titles(desk), (Titles{"one", "one"}));
    host.advance_ms(120'000);
    EXPECT_EQ(titles(desk), (Titles{"one", "one"})) << "once";
}

TEST_F(Acting, ASnoozeOutlivesAReload) {
    const std::string one = send(ada, "one");
    Client desk = open(ada);
    act(desk, "snooze", one, {{"for_s", 60}});
    host.reload("notification");
    host.advance_ms(60'100);
    EXPECT_EQ(titles(desk), (Titles{"one", "one"}));
}

TEST_F(Acting, AnActionThatMustBeConfirmedIsAskedFor) {
    const std::string one = send(ada, "one", question);
    Client desk = open(ada);
    const Json asked = act(desk, "act", one, {{"action", "approve"}});
    EXPECT_EQ(asked["code"], "conflict");
    EXPECT_EQ(asked["confirm"], true);
    const Json done = act(desk, "act", one, {{"action", "approve"}, {"confirmed", true}});
    EXPECT_EQ(done["change"], "act");
    EXPECT_EQ(done["unread"], 0);
    EXPECT_EQ(act(desk, "act", one, {{"action", "approve"}, {"confirmed", true}})["change"], "act") << "the same again";
    EXPECT_EQ(act(desk, "act", one, {{"action", "later"}})["code"], "conflict");
    EXPECT_EQ(act(desk, "act", one, {{"action", "fly"}})["code"], "invalid");
}

TEST_F(Acting, ReceiptsGoBackToTheSender) {
    Client sender = open(sam);
    const std::string one = send(ada, "one", question);
    Client desk = open(ada, "desk");
    Client phone = open(ada, "phone");
    act(desk, "ack", one, {{"device", "desk"}});
    act(phone, "ack", one, {{"device", "phone"}, {"seen", true}});
    act(desk, "read", one);
    act(desk, "act", one, {{"action", "later"}});
    Titles told;
    for (const Json& receipt : sender.received("notification:receipt")) {
        EXPECT_EQ(receipt["notification_id"], one);
        EXPECT_EQ(receipt["user_id"], ada.sub);
        told.push_back(receipt["what"]);
    }
    EXPECT_EQ(told, (Titles{"delivered", "seen", "read", "acted"}));
    EXPECT_EVENT(sender, "notification:receipt", {{"what", "acted"}, {"action", "later"}});
    const Json counts = statistics(one);
    EXPECT_EQ(counts["target_count"], 1) << counts;
    EXPECT_EQ(counts["receipts"], Json({{"delivered", 1}, {"seen", 1}, {"read", 1}, {"acted", 1}, {"dismissed", 0}}));
}

TEST_F(Acting, TheStatisticsOfABroadcastCountUsers) {
    const std::string all = broadcast("all").json["id"];
    for (const User& who : {ada, ben}) {
        Client desk = open(who);
        act(desk, "ack", all);
        act(desk, "read", all);
        act(desk, "read", all);
    }
    EXPECT_EQ(statistics(all)["receipts"]["read"], 2);
    EXPECT_EQ(statistics(all)["receipts"]["delivered"], 2);
    EXPECT_EQ(host.http("GET", "/api/notifications/" + all, ada).status, 404) << "it is not hers";
    EXPECT_EQ(host.http("GET", "/api/notifications/" + all + "?sender=" + sam.sub, ada).status, 403);
    EXPECT_EQ(host.http("GET", "/api/notifications/" + all + "?sender=" + sam.sub, root).status, 200);
}

TEST_F(Acting, ManyActsDoNotMakeTheStreamLong) {
    const std::string one = send(ada, "one");
    Client desk = open(ada, "desk");
    for (int i = 0; i < 1200; ++i) act(desk, "ack", one, {{"device", "desk"}});
    EXPECT_LT(host.stream("notification", "inbox:" + ada.sub).size(), 1010u);
    EXPECT_EQ(titles(open(ada, "desk")), Titles{}) << "what was done is still known";
    EXPECT_EQ(host.http("GET", "/api/notifications", ada).json["unread"], 1);
}

}  // namespace
}  // namespace tidegate::notification::testing
