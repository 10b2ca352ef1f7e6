#include "notification_host.hpp"

namespace tidegate::notification::testing {
namespace {

class Hostile : public NotificationTest {};

TEST_F(Hostile, AForeignNotificationCannotBeTouched) {
    const std::string hers = send(ada, "hers");
    Client ben_there = open(ben);
    for (const char* type : {"ack", "read", "dismiss"}) {
        const Json answer = ask(ben_there, {{"type", std::string("notification:") + type}, {"ids", {hers}}});
        EXPECT_EQ(answer["code"], "not_found") << answer;
        EXPECT_EQ(answer["unknown"], Json({hers}));
    }
    EXPECT_EQ(ask(ben_there, {{"type", "notification:act"}, {"notification_id", hers}, {"action", "x"}})["code"],
              "not_found");
    EXPECT_EQ(titles(open(ada)), Titles{"hers"});
    const Json mixed = ask(ben_there, {{"type", "notification:read"}, {"ids", {hers, send(ben, "his")}}});
    EXPECT_EQ(mixed["unread"], 0) << "what is known is done";
    EXPECT_EQ(mixed["unknown"], Json({hers}));
}

TEST_F(Hostile, AForeignInboxCannotBeSubscribedOrNamed) {
    Client general = host.connect(ben, "/ws");
    for (const std::string& channel : {"user:" + ada.sub, std::string("user:x"), std::string("role:admin")})
        EXPECT_EQ(ask(general, {{"type", "channel:subscribe"}, {"channel", channel}})["code"], "forbidden") << channel;
    EXPECT_EQ(ask(general, {{"type", "notification:list"}, {"channel", "user:" + ada.sub}})["code"], "forbidden");
    EXPECT_EQ(ask(general, {{"type", "notification:list"}})["code"], "invalid") << "no channel at all";
    Client home = open(ben);
    EXPECT_EQ(ask(home, {{"type", "notification:list"}, {"channel", "user:" + ada.sub}})["code"], "forbidden");
    Client spoof = host.connect(ben, "/ws/notifications?sub=" + ada.sub);
    send(ada, "hers");
    settle();
    EXPECT_NOTHING(spoof, "notification");
}

TEST_F(Hostile, BodiesOutOfFormAreRefusedWithAReason) {
    const std::pair<const char*, Json> cases[] = {
        {"ttl_s", -5},     {"ttl_s", 0},
        {"ttl_s", 1e12},   {"user_id", "me"},
        {"level", "x"},    {"surprise", 1},
        {"title", ""},     {"title", std::string(201, 'x')},
        {"actions", 1},    {"priority", "urgent!"},
        {"topic", Json()}, {"action", 1},
    };
    for (const auto& [name, value] : cases) {
        const HttpReply reply = post(body_for(ada, "x", {{name, value}}));
        EXPECT_EQ(reply.status, 400) << name << " " << value << " " << reply.body;
        EXPECT_EQ(reply.json["code"], "invalid");
    }
    for (const char* body : {"", "[]", "nonsense", "{"})
        EXPECT_EQ(host.http("POST", "/api/notifications", sam, body).status, 400) << body;
    EXPECT_EQ(broadcast("x", {{"target_roles", {"king"}}}).status, 400);
    EXPECT_EQ(broadcast("x", {{"target_roles", Json::array()}}).status, 400);
    EXPECT_EQ(broadcast("x", {{"target_roles", std::vector<std::string>(10'000, "admin")}}).status, 400);
    EXPECT_EQ(post(body_for(ada, "x"), std::string(300, 'k')).status, 400);
    EXPECT_EQ(titles(open(ada)), Titles{});
}

TEST_F(Hostile, ADeepActionDoesNotCloseAnInbox) {
    for (const int depth : {9, 56, 60, 61}) {
        Json action = Json::object();
        for (int i = 1; i < depth; ++i) action = Json{{"a", action}};
        EXPECT_EQ(post(body_for(ada, "x", {{"action", action}})).status, 400) << depth;
        EXPECT_EQ(broadcast("x", {{"action", action}}).status, 400) << depth;
    }
    EXPECT_EQ(host.http("GET", "/api/notifications", ada).status, 200);
    Json action = Json::object();
    for (int i = 1; i < 8; ++i) action = Json{{"a", action}};
    send(ada, "deep", {{"action", action}});
    EXPECT_EQ(titles(open(ada)), Titles{"deep"});
}

TEST_F(Hostile, HtmlIsText) {
    const std::string html = "<img src=x onerror=alert(1)>\"'&";
    Client desk = open(ada);
    send(ada, html);
    EXPECT_EQ(titles(desk), Titles{html});
}

TEST_F(Hostile, MessagesOutOfFormAreRefused) {
    Client desk = open(ada);
    const Json cases[] = {
        {{"type", "notification:ack"}},
        {{"type", "notification:ack"}, {"ids", Json::array()}},
        {{"type", "notification:ack"}, {"ids", {"x"}}},
        {{"type", "notification:ack"}, {"ids", "x"}},
        {{"type", "notification:read"}, {"all", false}},
        {{"type", "notification:snooze"}, {"ids", {ada.sub}}},
        {{"type", "notification:snooze"}, {"ids", {ada.sub}}, {"for_s", -1}},
        {{"type", "notification:list"}, {"limit", 1000}},
        {{"type", "notification:ack"}, {"ids", {ada.sub}}, {"device", "<script>"}},
        {{"type", "notification:preferences"}, {"preferences", 1}},
        {{"type", "notification:preferences"}, {"preferences", {{"x", 1}}}},
    };
    for (const Json& message : cases) EXPECT_EQ(ask(desk, message)["code"], "invalid") << message;
    Json many{{"type", "notification:read"}};
    for (int i = 0; i < 501; ++i) many["ids"].push_back(ada.sub);
    EXPECT_EQ(ask(desk, many)["code"], "invalid");
    EXPECT_EQ(ask(desk, {{"type", "notification:explode"}})["code"], "unknown_type");
    EXPECT_EQ(ask(desk, {{"type", "notification"}})["code"], "unknown_type");
    EXPECT_EQ(ask(desk, {{"type", "system:notification"}, {"notification", {{"title", "x"}}}})["code"], "unknown_type");
}

TEST_F(Hostile, ADeviceOfAStrangeNameIsNotConnected) {
    EXPECT_EQ(host.connect(ada, "/ws/notifications?device=a%20b").closed_with(), 4003);
}

TEST_F(Hostile, DeadLettersAreForAdministrators) {
    EXPECT_EQ(host.http("GET", "/api/notifications/dead_letters", sam).status, 403);
    EXPECT_EQ(host.http("GET", "/api/notifications/dead_letters", root).status, 200);
    EXPECT_EQ(host.http("GET", "/api/notifications/dead_letters?after=x", root).status, 400);
    EXPECT_EQ(host.http("GET", "/api/notifications/nonsense", sam).status, 404);
}

TEST_F(Hostile, ARoleThatIsLostIsNoLongerTold) {
    Client manager = open(ben);
    User demoted = ben;
    demoted.role = "agent";
    manager.push(Json{{"type", "connection:refresh"}, {"token", host.token(demoted)}});
    broadcast("managers", {{"target_roles", {"manager"}}});
    broadcast("agents", {{"target_roles", {"agent"}}});
    EXPECT_EQ(titles(manager, "system:notification"), Titles{"agents"});
}

}  // namespace
}  // namespace tidegate::notification::testing
