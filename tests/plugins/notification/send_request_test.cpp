#include "send_request.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tidegate::notification {
namespace {

using Json = nlohmann::json;

SendBounds bounds() {
    SendBounds out;
    out.roles = {"agent", "admin"};
    out.default_ttl_s = 100;
    out.max_ttl_s = 1000;
    out.default_dedup_s = 60;
    return out;
}

Json good() {
    return {
        {"user_id", "00000000-0000-4000-8000-00000000000a"}, {"title", "t"}, {"message", "m"}, {"level", "warning"}};
}

std::string why(const std::string& body, Target target = Target::kUser) {
    const auto read = read_send(body, target, bounds());
    return std::holds_alternative<std::string>(read) ? std::get<std::string>(read) : "";
}
std::string why(const Json& body, Target target = Target::kUser) { return why(body.dump(), target); }

TEST(SendRequest, TakesWhatIsInItsForm) {
    Json body = good();
    body["priority"] = "high";
    body["ttl_s"] = 7;
    body["actions"] = {{{"id", "ok"}, {"label", "OK"}, {"confirm", true}}};
    body["action"] = {{"open", "/quotes/1"}};
    const auto read = read_send(body.dump(), Target::kUser, bounds());
    ASSERT_TRUE(std::holds_alternative<SendRequest>(read)) << std::get<std::string>(read);
    const Notice notice = std::get<SendRequest>(read).notice_at(1000);
    EXPECT_EQ(notice.expires_ms, 8000);
    EXPECT_EQ(notice.priority, Priority::kHigh);
    EXPECT_EQ(notice.level, Level::kWarning);
    EXPECT_TRUE(notice.action_named("ok")->confirm);
    EXPECT_EQ(Json::parse(notice.action)["open"], "/quotes/1");
}

TEST(SendRequest, KeepsHtmlAsText) {
    Json body = good();
    body["title"] = "<script>alert(1)</script>";
    const auto read = read_send(body.dump(), Target::kUser, bounds());
    EXPECT_EQ(std::get<SendRequest>(read).notice.title, "<script>alert(1)</script>");
}

std::string nested(std::size_t depth) {
    std::string out = R"("a \" [[[[[[[[[[ \\")";
    for (std::size_t i = 0; i < depth; ++i)
        out = i + 1 == depth || i % 2 == 0 ? "{\"a\":" + out + "}" : "[" + out + "]";
    return out;
}

TEST(SendRequest, BoundsHowDeepAnActionIs) {
    const std::string body = good().dump();
    const auto with = [&](std::size_t depth) {
        return body.substr(0, body.size() - 1) + ",\"action\":" + nested(depth) + "}";
    };
    EXPECT_EQ(why(with(8)), "");
    EXPECT_EQ(why(with(9)), "action: must be nested at most 8 deep");
    EXPECT_EQ(why(with(60)), "action: must be nested at most 8 deep");
}

TEST(SendRequest, NamesWhatIsMissing) {
    for (const char* name : {"user_id", "title", "message", "level"}) {
        Json body = good();
        body.erase(name);
        EXPECT_EQ(why(body), std::string(name) + ": is missing");
    }
}

TEST(SendRequest, RefusesWhatIsOutOfBounds) {
    const std::pair<const char*, Json> cases[] = {
        {"ttl_s", -1},
        {"ttl_s", 0},
        {"ttl_s", 1001},
        {"ttl_s", 1.5},
        {"ttl_s", "7"},
        {"title", ""},
        {"title", std::string(201, 'x')},
        {"title", "a\u0001b"},
        {"title", 1},
        {"message", std::string(4001, 'x')},
        {"level", "fatal"},
        {"priority", "asap"},
        {"user_id", "me"},
        {"user_id", "00000000-0000-4000-8000-00000000000A"},
        {"topic", ""},
        {"action", Json::array()},
        {"action", std::string(3000, 'x')},
        {"actions", "x"},
        {"actions", {{{"id", "a"}}}},
        {"actions", {{{"id", "a"}, {"label", "A"}}, {{"id", "a"}, {"label", "B"}}}},
        {"actions", {{{"id", "a"}, {"label", "A"}, {"url", "x"}}}},
        {"dedup_window_s", 10},
        {"sender", "somebody"},
        {"target_roles", Json::array({"agent"})},
        {"unknown", 1},
    };
    for (const auto& [name, value] : cases) {
        Json body = good();
        body[name] = value;
        EXPECT_NE(why(body), "") << name << " " << value;
    }
    Json many = good();
    for (int i = 0; i < 6; ++i) many["actions"].push_back({{"id", std::to_string(i)}, {"label", "L"}});
    EXPECT_EQ(why(many), "actions: must be at most 5");
}

TEST(SendRequest, RefusesWhatIsNoObject) {
    for (const char* text : {"", "[]", "1", "{", R"({"title":"a","title":"b"})", R"({"title":"a"} x)"})
        EXPECT_NE(why(std::string(text)), "") << text;
}

TEST(SendRequest, ABroadcastGoesToKnownRolesOrToAll) {
    Json body = good();
    body.erase("user_id");
    EXPECT_EQ(why(body, Target::kBroadcast), "");
    body["target_roles"] = {"agent", "agent", "admin"};
    const auto read = read_send(body.dump(), Target::kBroadcast, bounds());
    EXPECT_EQ(std::get<SendRequest>(read).roles, (std::vector<std::string>{"agent", "admin"}));
    EXPECT_TRUE(std::get<SendRequest>(read).notice.broadcast);
    body["target_roles"] = {"king"};
    EXPECT_EQ(why(body, Target::kBroadcast), "target_roles: there is no such role");
    body["target_roles"] = Json::array();
    EXPECT_NE(why(body, Target::kBroadcast), "");
    body["target_roles"] = {1};
    EXPECT_NE(why(body, Target::kBroadcast), "");
    EXPECT_EQ(why(good(), Target::kBroadcast), "user_id: is not known");
}

}  // namespace
}  // namespace tidegate::notification
