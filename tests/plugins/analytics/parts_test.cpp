// The parts that know neither host nor hooks.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "channels.hpp"
#include "messages.hpp"
#include "settings.hpp"
#include "snapshot.hpp"

namespace tidegate::analytics {
namespace {

using Json = nlohmann::json;

TEST(Channels, AreNamedByTypeAndKind) {
    for (std::size_t n = 0; n < kDashboardTypes; ++n) {
        const auto type = static_cast<DashboardType>(n);
        EXPECT_EQ(dashboard_of_channel(channel_of(type))->type, type);
        EXPECT_FALSE(dashboard_of_channel(channel_of(type))->is_delta);
        EXPECT_EQ(dashboard_of_channel(delta_channel_of(type))->type, type);
        EXPECT_TRUE(dashboard_of_channel(delta_channel_of(type))->is_delta);
    }
    EXPECT_EQ(dashboard_of_channel("dashboard:")->type, DashboardType::kGeneral);
    for (const char* none : {"", "dashboard", "dashboard:x", "dashboard:general:", "dashboard::delta", "quote:general",
                             "dashboard:general:delta:delta"})
        EXPECT_FALSE(dashboard_of_channel(none)) << none;
}

TEST(Messages, AShowTaskComesBackAsItWent) {
    ShowTask task;
    task.session = 0xfedcba9876543210u;
    task.join = false;
    task.delta = true;
    task.ref = R"(,"ref":"a\"b")";
    task.attempts = 3;
    const auto read = read_show(write_show(task));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->session, task.session);
    EXPECT_EQ(read->join, task.join);
    EXPECT_EQ(read->delta, task.delta);
    EXPECT_EQ(read->ref, task.ref);
    EXPECT_EQ(read->attempts, task.attempts);
    for (const char* bad : {"", "{}", "[1]", R"({"session":-1})", R"({"session":"1"})"})
        EXPECT_FALSE(read_show(bad)) << bad;
}

TEST(Messages, AreJsonThatBeginsWithItsType) {
    const Picture picture{1'700'000'000'000, R"({"quotes":{}})"};
    const std::string initial =
        dashboard_initial(DashboardType::kSales, "dashboard:sales", picture, "[]", R"(,"ref":"x")");
    EXPECT_EQ(Json::parse(initial), (Json{{"type", "dashboard:initial"},
                                          {"channel", "dashboard:sales"},
                                          {"dashboard_type", "sales"},
                                          {"timestamp", "2023-11-14T22:13:20.000Z"},
                                          {"tick", 1'700'000'000'000},
                                          {"data", {{"quotes", Json::object()}}},
                                          {"alerts", Json::array()},
                                          {"ref", "x"}}));
    EXPECT_EQ(metrics_update(DashboardType::kSales, picture).rfind(R"({"type":"metrics:update")", 0), 0u);
    const Json delta = Json::parse(metrics_delta(DashboardType::kSales, picture, 7, R"({"a":1})"));
    EXPECT_EQ(delta["base"], 7);
    EXPECT_EQ(delta["delta"], (Json{{"a", 1}}));
    EXPECT_EQ(Json::parse(metrics_error())["message"], "Metrics streaming error");
}

TEST(Snapshot, APlaceComesBackAsItWentOrNotAtAll) {
    SnapshotPlace place;
    place.sequence = 9'007'199'254'740'991;
    place.first = 5;
    place.last = 9;
    place.metrics = 3;
    place.alerts = 2;
    place.bytes = 100;
    const auto read = read_place(write_place(place));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->sequence, place.sequence);
    EXPECT_EQ(read->first, 5u);
    EXPECT_EQ(read->last, 9u);
    place.last = 10;
    EXPECT_FALSE(read_place(write_place(place))) << "more positions than entries";
    for (const char* bad : {"", "{}", "[]", R"({"sequence":1})", R"({"first":"1"})"})
        EXPECT_FALSE(read_place(bad)) << bad;
}

TEST(Settings, HaveDefaultsAndAreRead) {
    const auto plain = read_settings("{}");
    ASSERT_TRUE(plain.ok());
    EXPECT_EQ(plain->tick_ms, 2000u);
    EXPECT_EQ(plain->snapshot_events, 5000u);
    EXPECT_EQ(plain->metrics.zone, "UTC");
    const auto read = read_settings(R"({"zone":"America/Chicago","currency":"EUR","tick_ms":500,"snapshot_events":9,
        "snapshot_s":7,"remembered_quotes":5000,"alerts":[{"rule":"a","metric":"hit_ratio","comparison":"below",
        "threshold":0.1}]})");
    ASSERT_TRUE(read.ok()) << read.text();
    EXPECT_EQ(read->metrics.zone, "America/Chicago");
    EXPECT_EQ(read->metrics.currency, "EUR");
    EXPECT_EQ(read->tick_ms, 500u);
    EXPECT_EQ(read->snapshot_events, 9u);
    EXPECT_EQ(read->snapshot_s, 7u);
    EXPECT_EQ(read->metrics.bounds.quotes, 5000u);
    EXPECT_EQ(read->rules.size(), 1u);
}

}  // namespace
}  // namespace tidegate::analytics
