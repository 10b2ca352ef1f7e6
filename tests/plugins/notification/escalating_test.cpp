// The webhook of these tests is a port where nobody listens: what the plugin does when it fails. A receiver that
// answers is in tests/functional/notification_test.py.

#include <cstdlib>

#include "notification_host.hpp"

namespace tidegate::notification::testing {
namespace {

std::string config(int attempts) {
    ::setenv("TIDEGATE_TEST_SECRET", "a secret of sixteen bytes or more", 1);
    return R"({"escalation":{"url":"http://127.0.0.1:1/hook","secret_env":"TIDEGATE_TEST_SECRET","timeout_ms":500,
        "attempts":)" +
           std::to_string(attempts) +
           R"(,"backoff_ms":1000,"backoff_max_ms":4000,
        "rules":[{"levels":["critical"],"delay_s":30},{"topics":["alerts"],"delay_s":60}]}})";
}

class Escalating : public NotificationTest {
protected:
    Escalating() : NotificationTest({}, config(3)) {}
    std::uint64_t counted(const std::string& name) { return host.counter("tidegate_plugin_notification_" + name); }
    const Json critical{{"level", "critical"}};
};

TEST_F(Escalating, WhatIsReadInTimeIsNotEscalated) {
    const std::string one = send(ada, "one", critical);
    Client desk = open(ada);
    ask(desk, {{"type", "notification:read"}, {"ids", {one}}});
    host.advance_ms(120'000);
    EXPECT_EQ(counted("webhook_failures_total"), 0u);
    EXPECT_TRUE(host.stream("notification", "escalations").empty()) << "what is over is trimmed";
}

TEST_F(Escalating, WhatMatchesNoRuleIsNotEscalated) {
    send(ada, "one");
    host.advance_ms(120'000);
    EXPECT_TRUE(host.stream("notification", "escalations").empty());
    EXPECT_EQ(counted("webhook_failures_total"), 0u);
}

TEST_F(Escalating, IsTriedAgainWithBackOffAndThenADeadLetter) {
    const std::string one = send(ada, "one", critical);
    host.advance_ms(29'900);
    EXPECT_EQ(counted("webhook_failures_total"), 0u);
    host.advance_ms(200);
    EXPECT_EQ(counted("webhook_failures_total"), 1u);
    host.advance_ms(10'000);
    EXPECT_EQ(counted("webhook_failures_total"), 3u);
    EXPECT_EQ(counted("dead_letters_total"), 1u);
    const Json letters = host.http("GET", "/api/notifications/dead_letters", root).json;
    ASSERT_EQ(letters["items"].size(), 1u) << letters;
    EXPECT_EQ(letters["items"][0]["notification_id"], one);
    EXPECT_EQ(letters["items"][0]["attempts"], 3);
    host.advance_ms(120'000);
    EXPECT_EQ(counted("webhook_failures_total"), 3u) << "and never again";
}

TEST_F(Escalating, ReadingEndsTheAttempts) {
    const std::string one = send(ada, "one", critical);
    host.advance_ms(30'100);
    EXPECT_EQ(counted("webhook_failures_total"), 1u);
    Client desk = open(ada);
    ask(desk, {{"type", "notification:read"}, {"ids", {one}}});
    host.advance_ms(60'000);
    EXPECT_EQ(counted("webhook_failures_total"), 1u);
    EXPECT_EQ(counted("dead_letters_total"), 0u);
}

TEST_F(Escalating, OutlivesAReload) {
    send(ada, "one", critical);
    host.advance_ms(10'000);
    host.reload("notification");
    host.advance_ms(20'200);
    EXPECT_EQ(counted("webhook_failures_total"), 1u);
}

TEST_F(Escalating, ABroadcastWhenNobodyReadIt) {
    const std::string unread = broadcast("unread", critical).json["id"];
    const std::string read = broadcast("read", critical).json["id"];
    Client desk = open(ada);
    ask(desk, {{"type", "notification:read"}, {"ids", {read}}});
    host.advance_ms(30'100);
    EXPECT_EQ(counted("webhook_failures_total"), 1u);
    host.advance_ms(30'000);
    const Json letters = host.http("GET", "/api/notifications/dead_letters", root).json;
    ASSERT_EQ(letters["items"].size(), 1u);
    EXPECT_EQ(letters["items"][0]["notification_id"], unread);
}

class EscalatingLate : public NotificationTest {
protected:
    EscalatingLate() : NotificationTest({.seed = 3, .late_documents = true}, config(3)) {}
    std::uint64_t counted(const std::string& name) { return host.counter("tidegate_plugin_notification_" + name); }
    const Json critical{{"level", "critical"}};
};

TEST_F(EscalatingLate, GoesOnAfterTheStoreWasSilentForLong) {
    send(ada, "one", critical);
    host.advance_ms(29'000);
    host.hold_documents();
    host.advance_ms(8'000);
    host.release_documents();
    host.advance_ms(60'000);
    EXPECT_EQ(counted("webhook_failures_total"), 3u);
    EXPECT_EQ(counted("dead_letters_total"), 1u);
}

TEST_F(EscalatingLate, IsTriedAgainWhenItCouldNotBeNoted) {
    send(ada, "one", critical);
    host.advance_ms(29'900);
    host.hold_documents();
    host.advance_ms(200);
    host.release_documents();
    while (counted("webhook_failures_total") == 0) ASSERT_TRUE(host.pump_one());
    host.hold_documents();
    host.advance_ms(8'000);
    host.release_documents();
    host.advance_ms(60'000);
    EXPECT_EQ(counted("dead_letters_total"), 1u);
    EXPECT_GE(counted("webhook_failures_total"), 3u);
}

TEST(EscalatingConfig, IsRefusedWithoutASecret) {
    Host host;
    const std::string why = host.try_load(
        NOTIFICATION_SO,
        R"({"escalation":{"url":"http://127.0.0.1:1/","secret_env":"TIDEGATE_NO_SECRET","rules":[{"delay_s":1}]}})");
    EXPECT_NE(why.find("secret"), std::string::npos) << why;
}

}  // namespace
}  // namespace tidegate::notification::testing
