// Alerts from the rule in the configuration to the people it concerns.

#include "analytics_host.hpp"

namespace tidegate::analytics::testing {
namespace {

Json failures_rule() {
    return {{"rule", "failures"},
            {"metric", "calculation_failures_5m"},
            {"comparison", "above"},
            {"threshold", 10},
            {"clear", 2},
            {"for_s", 10},
            {"severity", "critical"},
            {"roles", {"manager"}},
            {"dashboards", {"operations", "general"}},
            {"message", "{value} calculations failed"}};
}

class Alerting : public AnalyticsTest {
protected:
    Alerting() : AnalyticsTest({}, {{"alerts", {failures_rule()}}}) {}

    // Until the rule has held for its time.
    void break_rule() {
        fail_calculations(12);
        for (int n = 0; n < 7; ++n) tick();
    }
    std::vector<Json> events_named(const std::string& name) {
        std::vector<Json> out;
        for (const auto& event : host.events())
            if (event.name == name) out.push_back(event.data);
        return out;
    }
    void restart_with(Json rules) {
        config["alerts"] = std::move(rules);
        host.disable("analytics");
        load();
    }
    Json listed(Client client) { return ask(client, {{"type", "alerts:list"}})["alerts"]; }
};

TEST_F(Alerting, IsToldToWhoLooksAndToTheBusOnce) {
    Client client = watch("operations");
    Client sales = watch("sales");
    fail_calculations(12);
    tick();
    tick();
    EXPECT_NOTHING(client, "alerts:new");
    for (int n = 0; n < 5; ++n) tick();
    const auto told = client.received("alerts:new");
    ASSERT_EQ(told.size(), 1u);
    const Json& alert = told[0]["alerts"][0];
    EXPECT_EQ(told[0]["channel"], "dashboard:operations");
    EXPECT_EQ(alert["rule"], "failures");
    EXPECT_EQ(alert["state"], "firing");
    EXPECT_EQ(alert["severity"], "critical");
    EXPECT_EQ(alert["value"], 12);
    EXPECT_EQ(alert["threshold"], 10);
    EXPECT_EQ(alert["message"], "12 calculations failed");
    EXPECT_NOTHING(sales, "alerts:new");
    const auto raised = events_named("alert.raised");
    ASSERT_EQ(raised.size(), 1u);
    for (const char* member : {"id", "rule", "severity", "value", "threshold", "message", "roles"})
        EXPECT_EQ(raised[0][member], alert[member]) << member;
    EXPECT_EQ(counted("alerts_raised_total"), 1u);
    Client late = watch("operations");
    EXPECT_EQ(late.last("dashboard:initial")["alerts"][0]["id"], alert["id"]) << "who comes later sees it too";
}

TEST_F(Alerting, IsRaisedThoughNobodyLooks) {
    break_rule();
    EXPECT_EQ(events_named("alert.raised").size(), 1u);
}

TEST_F(Alerting, EndsByItself) {
    Client client = watch("operations");
    break_rule();
    host.advance_ms(300'000);
    EXPECT_EVENT(client, "alerts:changed", {{"alert", {{"state", "resolved"}, {"reason", "cleared"}}}});
    ASSERT_EQ(events_named("alert.resolved").size(), 1u);
    EXPECT_EQ(events_named("alert.resolved")[0]["id"], events_named("alert.raised")[0]["id"]);
    EXPECT_EQ(watch("operations").last("dashboard:initial")["alerts"], Json::array());
    EXPECT_EQ(listed(client)[0]["state"], "resolved") << "the latest of a rule stays listed";
}

TEST_F(Alerting, IsTakenNoteOfPutOffAndEndedByPeople) {
    Client client = watch("operations");
    Client other = watch("general");
    break_rule();
    const std::string id = listed(client)[0]["id"];
    const Json acked = ask(client, {{"type", "alerts:ack"}, {"alert_id", id}});
    EXPECT_EQ(acked["type"], "alerts:changed");
    EXPECT_EQ(acked["alert"]["state"], "acked");
    EXPECT_EQ(acked["alert"]["by"], mia.sub);
    EXPECT_EVENT(other, "alerts:changed", {{"alert", {{"state", "acked"}}}});
    EXPECT_EQ(client.received("alerts:changed").size(), 1u) << "the answer, no copy beside it";
    const Json snoozed = ask(client, {{"type", "alerts:snooze"}, {"alert_id", id}, {"for_s", 20}});
    EXPECT_EQ(snoozed["alert"]["state"], "snoozed");
    EXPECT_TRUE(snoozed["alert"].contains("until"));
    for (int n = 0; n < 11; ++n) tick();
    EXPECT_EQ(client.received("alerts:new").size(), 2u) << "it still holds";
    EXPECT_EQ(events_named("alert.raised").size(), 2u);
    const Json ended = ask(client, {{"type", "alerts:resolve"}, {"alert_id", id}});
    EXPECT_EQ(ended["alert"]["state"], "resolved");
    EXPECT_EQ(ended["alert"]["reason"], "by_hand");
    for (int n = 0; n < 20; ++n) tick();
    EXPECT_EQ(client.received("alerts:new").size(), 2u) << "quiet until it was well";
    EXPECT_EQ(ask(client, {{"type", "alerts:ack"}, {"alert_id", id}})["code"], "conflict");
    const auto versions = host.versions("analytics_alert", "failures");
    ASSERT_EQ(versions.size(), 5u) << "who did what is in the versions";
    EXPECT_EQ(versions[1].actor, mia.sub);
}

TEST_F(Alerting, WhoMayNotSeeADashboardSeesNoneOfItsAlerts) {
    break_rule();
    Client agent = host.connect(ada, "/ws");
    EXPECT_EQ(listed(agent), Json::array());
    Client client = watch("operations");
    const std::string id = listed(client)[0]["id"];
    for (const char* type : {"alerts:ack", "alerts:resolve"})
        EXPECT_EQ(ask(agent, {{"type", type}, {"alert_id", id}})["code"], "not_found") << type;
    Client viewer = host.connect(user('f', "agent", {"dashboard:general"}), "/ws");
    EXPECT_EQ(listed(viewer)[0]["id"], id);
    EXPECT_EQ(ask(viewer, {{"type", "alerts:ack"}, {"alert_id", id}})["code"], "forbidden")
        << "not of the rule's roles";
    EXPECT_EQ(ask(host.connect(root, "/ws"), {{"type", "alerts:ack"}, {"alert_id", id}})["type"], "alerts:changed");
}

TEST_F(Alerting, WhatIsAskedForWronglyIsRefused) {
    Client client = watch("operations");
    EXPECT_EQ(ask(client, {{"type", "alerts:ack"}})["code"], "invalid");
    EXPECT_EQ(ask(client, {{"type", "alerts:ack"}, {"alert_id", 7}})["code"], "invalid");
    EXPECT_EQ(ask(client, {{"type", "alerts:ack"}, {"alert_id", "failures-1"}})["code"], "not_found");
    EXPECT_EQ(ask(client, {{"type", "alerts:snooze"}, {"alert_id", "a"}, {"for_s", -1}})["code"], "invalid");
    EXPECT_EQ(ask(client, {{"type", "alerts:snooze"}, {"alert_id", "a"}, {"for_s", 999999999}})["code"], "invalid");
    EXPECT_EQ(ask(client, {{"type", "alerts:delete"}, {"alert_id", "a"}})["code"], "not_found");
}

TEST_F(Alerting, OutlivesReloadsAndRestarts) {
    Client client = watch("operations");
    break_rule();
    const std::string id = listed(client)[0]["id"];
    ask(client, {{"type", "alerts:ack"}, {"alert_id", id}});
    host.reload("analytics");
    client.push(Json{{"type", "alerts:list"}, {"id", "soon"}});
    host.advance_ms(100);
    EXPECT_EQ(client.reply("soon")["alerts"][0]["state"], "acked") << "answered when the new generation has loaded";
    host.disable("analytics");
    load();
    for (int n = 0; n < 10; ++n) tick();
    Client again = watch("operations");
    ASSERT_EQ(listed(again).size(), 1u);
    EXPECT_EQ(listed(again)[0]["id"], id);
    EXPECT_EQ(listed(again)[0]["state"], "acked");
    EXPECT_EQ(events_named("alert.raised").size(), 1u);
}

TEST_F(Alerting, ARuleThatIsGoneEndsItsAlert) {
    break_rule();
    const Json raised = events_named("alert.raised").at(0);
    restart_with(Json::array());
    Client client = watch("operations");
    Client sales = watch("sales");
    EXPECT_EQ(client.last("dashboard:initial")["alerts"], Json::array());
    EXPECT_EQ(listed(client), Json::array());
    tick();
    EXPECT_EVENT(client, "alerts:changed", {{"alert", {{"state", "resolved"}, {"reason", "rule_removed"}}}});
    EXPECT_NOTHING(sales, "alerts:changed");
    const auto resolved = events_named("alert.resolved");
    ASSERT_EQ(resolved.size(), 1u);
    EXPECT_EQ(resolved[0]["reason"], "rule_removed");
    for (const char* member : {"id", "rule", "metric", "severity", "value", "threshold", "message", "roles"})
        EXPECT_EQ(resolved[0][member], raised[member]) << member;
    EXPECT_EQ(host.document("analytics_alert", "failures")->data["alert"]["state"], "resolved");
    restart_with(Json::array());
    for (int n = 0; n < 5; ++n) tick();
    EXPECT_EQ(events_named("alert.resolved").size(), 1u) << "once";
    EXPECT_EQ(host.versions("analytics_alert", "failures").size(), 2u);
    restart_with(Json::array({failures_rule()}));
    Client again = watch("operations");
    EXPECT_EQ(listed(again)[0]["reason"], "rule_removed");
    for (int n = 0; n < 7; ++n) tick();
    ASSERT_EQ(events_named("alert.raised").size(), 2u) << "the rule is back and still broken";
    EXPECT_NE(events_named("alert.raised")[1]["id"], raised["id"]);
}

TEST_F(Alerting, WhatPeopleDidWithAnAlertDoesNotKeepItBeyondItsRule) {
    break_rule();
    Client client = watch("operations");
    const std::string id = listed(client)[0]["id"];
    ask(client, {{"type", "alerts:snooze"}, {"alert_id", id}, {"for_s", 3600}});
    Json other = failures_rule();
    other["rule"] = "other";
    restart_with(Json::array({other}));
    tick();
    const auto resolved = events_named("alert.resolved");
    ASSERT_EQ(resolved.size(), 1u);
    EXPECT_EQ(resolved[0]["id"], id);
    EXPECT_FALSE(resolved[0].contains("until"));
}

TEST(Configuration, ARefusalNamesTheRuleAndItsMember) {
    Host host;
    const auto refusal = [&](Json rule) {
        return host.try_load(ANALYTICS_SO, Json{{"alerts", {std::move(rule)}}}.dump());
    };
    Json rule = failures_rule();
    rule["metric"] = "moon_phase";
    EXPECT_NE(refusal(rule).find("alert rule 'failures': 'metric' names 'moon_phase', which is none"),
              std::string::npos)
        << refusal(rule);
    rule = failures_rule();
    rule["clear"] = 11;
    EXPECT_NE(refusal(rule).find("alert rule 'failures': 'clear' is beyond"), std::string::npos) << refusal(rule);
    const auto zone = host.try_load(ANALYTICS_SO, R"({"zone":"Mars/Olympus"})");
    EXPECT_NE(zone.find("'zone'"), std::string::npos) << zone;
    EXPECT_NE(host.try_load(ANALYTICS_SO, R"({"tick_ms":1})"), "");
    EXPECT_EQ(host.try_load(ANALYTICS_SO), "");
}

}  // namespace
}  // namespace tidegate::analytics::testing
