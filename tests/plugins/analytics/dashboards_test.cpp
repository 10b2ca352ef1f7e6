// What viewers of dashboards see, and what it costs.

#include "analytics_host.hpp"

namespace tidegate::analytics::testing {
namespace {

class Dashboards : public AnalyticsTest {};

TEST_F(Dashboards, WhoComesSeesAFullPictureAtOnce) {
    rate("US-TX");
    rate("US-IL");
    Client client = watch("sales");
    const auto& received = client.received();
    ASSERT_GE(received.size(), 3u);
    EXPECT_EQ(received[0]["type"], "connection:established");
    EXPECT_EQ(received[1]["type"], "channel:subscribed");
    EXPECT_EQ(received[1]["channel"], "dashboard:sales");
    EXPECT_EQ(received[2]["type"], "dashboard:initial");
    EXPECT_EQ(received[2]["dashboard_type"], "sales");
    EXPECT_EQ(received[2]["channel"], "dashboard:sales");
    EXPECT_EQ(received[2]["alerts"], Json::array());
    const Json& data = received[2]["data"];
    for (const char* section : {"quotes", "conversions", "revenue", "activity", "ai"})
        EXPECT_TRUE(data.contains(section)) << section;
    EXPECT_EQ(data["quotes"]["completed_today"], 2);
    EXPECT_EQ(data["quotes"]["by_state"], (Json{{"US-IL", 1}, {"US-TX", 1}}));
}

TEST_F(Dashboards, TheTypeIsNamedEitherWayAndGeneralWithout) {
    for (const char* query : {"?type=underwriting", "?dashboard_type=underwriting"}) {
        Client client = host.connect(uma, std::string("/ws/dashboard") + query);
        EXPECT_EVENT(client, "dashboard:initial", {{"dashboard_type", "underwriting"}});
        tick();
        EXPECT_EVENT(client, "metrics:update", {{"channel", "dashboard:underwriting"}});
    }
    Client client = host.connect(mia, "/ws/dashboard");
    EXPECT_EVENT(client, "dashboard:initial", {{"dashboard_type", "general"}, {"channel", "dashboard:general"}});
    tick();
    EXPECT_EVENT(client, "metrics:update", {{"channel", "dashboard:general"}});
    EXPECT_EQ(client.received("metrics:update").size(), 1u);
}

TEST_F(Dashboards, WhoMayNotSeeItIsClosedAndSeesNothing) {
    rate();
    for (const auto& [who, path] :
         std::vector<std::pair<User, std::string>>{{ada, "/ws/dashboard"},
                                                   {ada, "/ws/dashboard?type=sales"},
                                                   {uma, "/ws/dashboard"},
                                                   {uma, "/ws/dashboard?dashboard_type=sales"},
                                                   {uma, "/ws/dashboard?dashboard_type=underwriting&type=underwriting"},
                                                   {mia, "/ws/dashboard?type=payroll"},
                                                   {mia, "/ws/dashboard?type=general:delta"},
                                                   {mia, "/ws/dashboard?type=../../etc"}}) {
        Client client = host.connect(who, path);
        EXPECT_EQ(client.closed_with(), 4003) << path;
        EXPECT_NOTHING(client, "dashboard:initial");
    }
}

TEST_F(Dashboards, OnTheGeneralEndpointOneSubscribes) {
    rate();
    Client client = host.connect(uma, "/ws");
    client.push(Json{{"type", "channel:subscribe"}, {"channel", "dashboard:sales"}, {"id", "a"}});
    EXPECT_ERROR(client, "a", "forbidden");
    client.push(Json{{"type", "channel:subscribe"}, {"channel", "dashboard:payroll"}, {"id", "b"}});
    EXPECT_ERROR(client, "b", "not_found");
    client.push(Json{{"type", "channel:subscribe"}, {"channel", "dashboard:underwriting"}, {"id", "c"}});
    EXPECT_REPLY(client, "c", "channel:subscribed");
    EXPECT_EVENT(client, "dashboard:initial", {{"dashboard_type", "underwriting"}});
    tick();
    EXPECT_EVENT(client, "metrics:update", {{"channel", "dashboard:underwriting"}});
    const Json refused = ask(client, {{"type", "dashboard:subscribe"}, {"dashboard_type", "general"}});
    EXPECT_EQ(refused["code"], "forbidden");
    EXPECT_EQ(ask(client, {{"type", "dashboard:subscribe"}, {"dashboard_type", "payroll"}})["code"], "invalid");
    EXPECT_EQ(ask(client, {{"type", "dashboard:subscribe"}})["code"], "invalid") << "of no channel";
    EXPECT_EQ(ask(client, {{"type", "dashboard:unsubscribe"}})["code"], "unknown_type");
    const Json shown = ask(client, {{"type", "dashboard:subscribe"}, {"dashboard_type", "underwriting"}});
    EXPECT_EQ(shown["type"], "dashboard:initial");
    EXPECT_EQ(shown["data"]["quotes"]["completed_today"], 1);
}

TEST_F(Dashboards, ARightThatEndsEndsTheSubscription) {
    Client client = watch();
    client.push(Json{{"type", "connection:refresh"}, {"token", host.token(user('a', "manager", {"quotes:*"}))}});
    host.pump();
    EXPECT_EQ(client.closed_with(), 4003);
}

TEST_F(Dashboards, APictureComesEveryTwoSeconds) {
    Client client = watch();
    client.take();
    std::int64_t before = 0;
    for (int n = 1; n <= 5; ++n) {
        rate();
        tick();
        const auto updates = client.received("metrics:update");
        ASSERT_EQ(updates.size(), static_cast<std::size_t>(n));
        EXPECT_EQ(updates.back()["data"]["quotes"]["completed_today"], n);
        EXPECT_GT(updates.back()["tick"].get<std::int64_t>(), before);
        before = updates.back()["tick"];
    }
}

TEST_F(Dashboards, AThousandViewersCostOneComputationPerTick) {
    std::vector<Client> viewers;
    for (int n = 0; n < 1000; ++n) viewers.push_back(host.begin_connect(mia, "/ws/dashboard?type=operations"));
    host.pump();
    EXPECT_EQ(counted("computations_operations_total"), 1u) << "whoever comes in one tick is shown one picture";
    for (int n = 0; n < 10; ++n) {
        rate();
        tick();
    }
    EXPECT_EQ(counted("computations_operations_total"), 11u);
    for (const Client& viewer : viewers) {
        const auto updates = viewer.received("metrics:update");
        ASSERT_EQ(updates.size(), 10u);
        EXPECT_EQ(updates.back()["data"]["quotes"]["completed_today"], 10);
    }
}

TEST_F(Dashboards, WhatNobodyWatchesIsNotComputed) {
    rate();
    for (int n = 0; n < 20; ++n) tick();
    for (const char* type : {"general", "sales", "underwriting", "operations"})
        EXPECT_EQ(counted(std::string("computations_") + type + "_total"), 0u) << type;
    Client client = watch("sales");
    tick();
    client.close();
    const auto computed = counted("computations_sales_total");
    for (int n = 0; n < 20; ++n) tick();
    EXPECT_EQ(counted("computations_sales_total"), computed);
    EXPECT_EQ(counted("computations_general_total"), 0u);
}

// Follows a dashboard by its changes; says when it could not.
struct Follower {
    Json data;
    std::int64_t tick = 0;
    int whole = 0;
    int changes = 0;
    int gaps = 0;

    void read(const std::vector<Json>& messages) {
        for (const Json& message : messages) {
            if (message["type"] == "dashboard:initial" ||
                (message["type"] == "metrics:update" && message.contains("data"))) {
                data = message["data"];
                tick = message["tick"];
                ++whole;
            } else if (message["type"] == "metrics:update" && message["tick"] > tick) {
                if (message["base"] != tick) ++gaps;
                data.merge_patch(message["delta"]);
                tick = message["tick"];
                ++changes;
            }
        }
    }
};

TEST_F(Dashboards, ChangesAddUpToTheWholePicture) {
    Client whole = watch("sales");
    Client first = host.connect(mia, "/ws/dashboard?type=sales&delta=true");
    Follower follower, late;
    Client late_client = first;
    for (int n = 0; n < 30; ++n) {
        for (int i = 0; i < n % 4; ++i) rate(i % 2 ? "US-TX" : "US-IL");
        if (n % 5 == 0)
            emit("quote.bound", {{"quote_id", "q" + std::to_string(quotes)},
                                 {"product", "home"},
                                 {"state", "US-TX"},
                                 {"premium", "501.00"},
                                 {"currency", "USD"},
                                 {"user_id", "u1"}});
        host.advance_ms(n == 15 ? 700 : 0);
        if (n == 15) late_client = host.connect(mia, "/ws/dashboard?type=sales&delta=true");
        tick();
    }
    follower.read(first.received());
    late.read(late_client.received());
    const Json expected = without_nulls(whole.last("metrics:update")["data"]);
    EXPECT_EQ(follower.gaps, 0);
    EXPECT_EQ(late.gaps, 0);
    EXPECT_GE(follower.changes, 29);
    EXPECT_GE(late.changes, 13);
    EXPECT_EQ(follower.whole, 1);
    EXPECT_EQ(without_nulls(follower.data), expected);
    EXPECT_EQ(without_nulls(late.data), expected);
    for (const Json& update : first.received("metrics:update")) EXPECT_FALSE(update.contains("data"));
}

TEST_F(Dashboards, OneChangesBetweenWholeAndChanges) {
    Client client = watch("sales");
    const Json shown = ask(client, {{"type", "dashboard:subscribe"}, {"delta", true}});
    EXPECT_EQ(shown["type"], "dashboard:initial");
    EXPECT_EQ(shown["channel"], "dashboard:sales:delta");
    client.take();
    rate();
    tick();
    ASSERT_EQ(client.received("metrics:update").size(), 1u);
    EXPECT_TRUE(client.last("metrics:update").contains("delta"));
    EXPECT_EQ(client.last("metrics:update")["base"], shown["tick"]);
    ask(client, {{"type", "dashboard:subscribe"}, {"dashboard_type", "sales"}});
    client.take();
    tick();
    ASSERT_EQ(client.received("metrics:update").size(), 1u);
    EXPECT_TRUE(client.last("metrics:update").contains("data"));
}

TEST(Loading, WhoGoesBeforeItEndsIsNotWaitedFor) {
    Options options;
    options.late_documents = true;
    Host host(options);
    const User mia = user('a', "manager", {"dashboard:*"});
    host.hold_documents();
    host.load(ANALYTICS_SO);
    Client stays = host.connect(mia, "/ws");
    Client goes = host.connect(mia, "/ws");
    for (Client client : {stays, goes})
        client.push(Json{{"type", "channel:subscribe"}, {"channel", "dashboard:sales"}});
    host.advance_ms(100);
    goes.drop();
    host.advance_ms(3000);
    const auto lost = host.counter("tidegate_dropped_total{stale_session}");
    host.release_documents();
    host.advance_ms(5000);
    EXPECT_EVENT(stays, "dashboard:initial", {{"dashboard_type", "sales"}});
    EXPECT_EQ(host.counter("tidegate_dropped_total{stale_session}"), lost) << "nothing is made for who is gone";
    EXPECT_EQ(host.stop(), "");
}

TEST_F(Dashboards, TenantsAreCountedApart) {
    const User other = user('e', "manager", {"dashboard:*"}, "acme");
    rate();
    rate("US-TX", "acme");
    rate("US-TX", "acme");
    Client theirs = watch("general", other);
    EXPECT_EQ(theirs.last("dashboard:initial")["data"]["quotes"]["completed_today"], 2);
    EXPECT_EQ(completed(), 1);
    rate("US-TX", "acme");
    tick();
    EXPECT_EQ(theirs.last("metrics:update")["data"]["quotes"]["completed_today"], 3);
    EXPECT_EQ(theirs.received("metrics:update").size(), 2u) << "a clock of their own";
}

TEST_F(Dashboards, AReloadIsNotSeen) {
    Client client = watch();
    Client follower_client = host.connect(mia, "/ws/dashboard?delta=true");
    for (int n = 0; n < 6; ++n) {
        rate();
        if (n % 2 == 1) host.reload("analytics");
        rate();
        tick();
        EXPECT_EQ(client.received("metrics:update").size(), static_cast<std::size_t>(n + 1)) << "one clock, not two";
        EXPECT_EQ(client.last("metrics:update")["data"]["quotes"]["completed_today"], 2 * (n + 1));
    }
    EXPECT_TRUE(client.is_open());
    Follower follower;
    follower.read(follower_client.received());
    EXPECT_EQ(follower.gaps, 0);
    EXPECT_EQ(without_nulls(follower.data), without_nulls(client.last("metrics:update")["data"]));
    EXPECT_NOTHING(client, "metrics:error");
}

TEST_F(Dashboards, WhatIsMalformedIsCountedAndPassedOver) {
    emit("quote.rated", {{"quote_id", 7}});
    emit("risk.scored", Json::object());
    rate();
    EXPECT_EQ(completed(), 1);
    EXPECT_EQ(counted("events_malformed_total"), 2u);
    EXPECT_EQ(counted("events_total"), 4u);
}

}  // namespace
}  // namespace tidegate::analytics::testing
