#include "notice.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "client_request.hpp"

namespace tidegate::notification {
namespace {

using Json = nlohmann::json;

TEST(Notice, IsShownInTheFormOfTheProtocol) {
    Notice notice;
    notice.id = "n";
    notice.title = "<b>hi</b>";
    notice.message = "m";
    notice.level = Level::kError;
    notice.at_ms = 1'700'000'000'123;
    notice.expires_ms = notice.at_ms + 5000;
    const Json pushed = Json::parse(pushed_json(notice, "user:u", 3, notice.at_ms + 1000));
    EXPECT_EQ(pushed["type"], "notification");
    EXPECT_EQ(pushed["unread"], 3);
    EXPECT_EQ(pushed["notification"]["title"], "<b>hi</b>");
    EXPECT_EQ(pushed["notification"]["timestamp"], "2023-11-14T22:13:20.123Z");
    EXPECT_EQ(pushed["notification"]["expires_in_ms"], 4000);
    EXPECT_TRUE(pushed["notification"]["action"].is_null());
    EXPECT_EQ(Json::parse(broadcast_json(notice, 0))["type"], "system:notification");
}

TEST(Notice, ExpiresAtItsTime) {
    Notice notice;
    notice.expires_ms = 10;
    EXPECT_FALSE(notice.expired(9));
    EXPECT_TRUE(notice.expired(10));
}

TEST(ClientRequest, NamesNotificationsOnceEach) {
    const auto request =
        read_client_request(R"({"type":"notification:ack","id":"x","ids":["b","a","b"],"notification_id":"a"})");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->ids, (std::vector<std::string>{"a", "b"}));
    EXPECT_FALSE(read_client_request(R"({"ids":"a"})"));
    EXPECT_FALSE(read_client_request("[]"));
}

TEST(ClientRequest, ADeviceHasAPlainName) {
    EXPECT_TRUE(is_device("iPhone_12.a-b"));
    for (const std::string& text : {std::string(), std::string("a b"), std::string("<x>"), std::string(65, 'a')})
        EXPECT_FALSE(is_device(text));
}

}  // namespace
}  // namespace tidegate::notification
