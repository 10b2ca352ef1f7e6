#include "alerts/alerts.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tidegate::analytics {
namespace {

using Json = nlohmann::json;
using Changes = std::vector<Alerts::Change>;

constexpr std::int64_t kStart = 1'700'000'000'000;

class AlertsTest : public ::testing::Test {
protected:
    void rules(const std::string& json) {
        auto read = read_rules(json, {"general", "operations"});
        ASSERT_TRUE(read.ok()) << read.text();
        alerts = Alerts(std::move(*read));
    }
    Changes judge(std::optional<double> value, std::uint64_t volume = 100) {
        const auto read = [&](const std::string&) { return Reading{value, volume}; };
        return alerts.judge(read, {now, office});
    }
    // What happened to the only rule: "" nothing, else its state.
    std::string told(const Changes& changes) {
        return changes.empty() ? "" : std::string(name_of(changes.front().alert.state));
    }
    std::string pass(std::int64_t seconds, std::optional<double> value, std::uint64_t volume = 100) {
        now += seconds * 1000;
        return told(judge(value, volume));
    }
    std::string id() { return alerts.raised().empty() ? "" : alerts.raised().front().alert.id; }

    Alerts alerts;
    std::int64_t now = kStart;
    OfficeHour office{20000, 9};
};

constexpr const char* kFailures = R"([{"rule":"failures","metric":"failures","comparison":"above","threshold":10,
    "clear":5,"for_s":60,"no_data_s":120,"min_volume":20,"severity":"critical","roles":["manager"],
    "message":"{value} of {volume}: more than {threshold} [{rule}, {metric}]"}])";

TEST_F(AlertsTest, IsRaisedWhenItHeldForItsTimeAndEndsAtItsClearLimit) {
    rules(kFailures);
    EXPECT_EQ(pass(2, 10), "") << "not above";
    EXPECT_EQ(pass(2, 11), "");
    EXPECT_EQ(pass(58, 12), "");
    EXPECT_TRUE(alerts.raised().empty()) << "pending is nobody's business";
    EXPECT_EQ(pass(2, 12.5), "firing");
    EXPECT_EQ(pass(2, 20), "") << "told once";
    EXPECT_EQ(pass(2, 7), "") << "between the limits it stays";
    EXPECT_EQ(alerts.raised().front().alert.state, AlertState::kFiring);
    EXPECT_EQ(pass(2, 5), "resolved");
    EXPECT_EQ(alerts.raised().front().alert.reason, "cleared");
    EXPECT_EQ(pass(2, 5), "");
}

TEST_F(AlertsTest, ABreakStartsItsTimeAnew) {
    rules(kFailures);
    pass(2, 11);
    pass(50, 11);
    EXPECT_EQ(pass(2, 8), "") << "below the limit, above the clear one: what waits is over";
    EXPECT_EQ(pass(2, 11), "");
    EXPECT_EQ(pass(58, 11), "");
    EXPECT_EQ(pass(2, 11), "firing");
}

TEST_F(AlertsTest, WithTooLittleBehindItNothingIsJudged) {
    rules(kFailures);
    for (int n = 0; n < 10; ++n) EXPECT_EQ(pass(30, 99, 19), "");
    EXPECT_EQ(pass(2, 99, 20), "");
    EXPECT_EQ(pass(60, 99, 20), "firing");
    EXPECT_EQ(pass(60, 0, 1), "") << "nor is it well";
    EXPECT_EQ(pass(60, std::nullopt), "");
    EXPECT_EQ(pass(60, 99), "") << "data again";
    EXPECT_EQ(pass(60, 0, 1), "");
    EXPECT_EQ(pass(120, 0, 1), "resolved");
    EXPECT_EQ(alerts.raised().front().alert.reason, "no_data");
}

TEST_F(AlertsTest, SomebodyTakesNoteAndItIsNotToldAgain) {
    rules(kFailures);
    pass(2, 11);
    EXPECT_EQ(pass(60, 11), "firing");
    const auto acked = alerts.acknowledge(id(), "u1", now);
    ASSERT_TRUE(acked.ok()) << acked.text();
    EXPECT_EQ(acked->alert.state, AlertState::kAcked);
    EXPECT_EQ(acked->alert.by, "u1");
    EXPECT_EQ(pass(600, 99), "");
    EXPECT_EQ(pass(2, 0), "resolved");
    EXPECT_EQ(alerts.acknowledge(id(), "u1", now).rc(), TG_E_CONFLICT);
    EXPECT_EQ(alerts.acknowledge("failures-1", "u1", now).rc(), TG_E_NOT_FOUND);
}

TEST_F(AlertsTest, SnoozedItComesBackWhenItStillHolds) {
    rules(kFailures);
    pass(2, 11);
    pass(60, 11);
    const std::string first = id();
    EXPECT_EQ(alerts.snooze(first, "u1", now, now).rc(), TG_E_INVALID);
    ASSERT_TRUE(alerts.snooze(first, "u1", now + 600'000, now).ok());
    EXPECT_EQ(pass(599, 11), "");
    EXPECT_EQ(pass(1, 11), "firing");
    EXPECT_EQ(id(), first) << "the same alert";
    EXPECT_EQ(alerts.raised().front().alert.raised, 2u);
    ASSERT_TRUE(alerts.snooze(first, "u1", now + 600'000, now).ok());
    EXPECT_EQ(pass(10, 1), "resolved") << "well again before its time";
}

TEST_F(AlertsTest, ResolvedByHandItIsQuietUntilItWasWellOnce) {
    rules(kFailures);
    pass(2, 11);
    pass(60, 11);
    const auto ended = alerts.resolve(id(), "u1", now);
    ASSERT_TRUE(ended.ok());
    EXPECT_EQ(ended->alert.reason, "by_hand");
    EXPECT_EQ(alerts.resolve(id(), "u1", now).rc(), TG_E_CONFLICT);
    EXPECT_EQ(pass(600, 11), "");
    EXPECT_EQ(pass(600, 7), "");
    EXPECT_EQ(pass(600, 11), "") << "still broken all the while, or between the limits";
    pass(2, 5);
    pass(2, 11);
    EXPECT_EQ(pass(60, 11), "firing");
}

TEST_F(AlertsTest, BelowWorksTheOtherWayRound) {
    rules(R"([{"rule":"low","metric":"m","comparison":"below","threshold":0.2,"clear":0.25}])");
    EXPECT_EQ(pass(2, 0.2), "");
    EXPECT_EQ(pass(2, 0.19), "firing");
    EXPECT_EQ(pass(2, 0.22), "");
    EXPECT_EQ(pass(2, 0.25), "resolved");
}

TEST_F(AlertsTest, ComparesWithTheWeeksBefore) {
    rules(R"([{"rule":"hit","metric":"hit_ratio","min_volume":50,
        "baseline":{"change_percent":-30,"clear_change_percent":-10,"weeks":4,"min_weeks":4}}])");
    for (int week = 0; week < 4; ++week, office.day += 7) EXPECT_EQ(pass(2, 0.20), "") << "not enough to compare with";
    EXPECT_EQ(pass(2, 0.15), "");
    EXPECT_EQ(pass(2, 0.13, 49), "");
    EXPECT_EQ(pass(2, 0.13), "firing");
    EXPECT_NEAR(alerts.raised().front().alert.threshold, 0.14, 1e-12);
    EXPECT_EQ(pass(2, 0.17), "");
    EXPECT_EQ(pass(2, 0.185), "resolved");
    office.hour = 10;
    EXPECT_EQ(pass(2, 0.01), "") << "of this hour nothing is known";
}

TEST_F(AlertsTest, ComesBackFromWhatWasKept) {
    rules(R"([{"rule":"hit","metric":"hit_ratio","for_s":10,"baseline":{"change_percent":-30,"weeks":2,"min_weeks":1}},
              {"rule":"low","metric":"m","comparison":"below","threshold":0.5}])");
    pass(2, 0.4);
    ASSERT_EQ(alerts.raised().size(), 1u);
    ASSERT_TRUE(alerts.snooze(id(), "u1", now + 100'000, now).ok());
    office.day += 7;
    EXPECT_EQ(pass(2, 0.1), "") << "pending";
    const auto kept = alerts.save();
    rules(R"([{"rule":"low","metric":"m","comparison":"below","threshold":0.5},
              {"rule":"hit","metric":"hit_ratio","for_s":10,"baseline":{"change_percent":-30,"weeks":2,"min_weeks":1}}])");
    for (const std::string& one : kept) EXPECT_TRUE(alerts.restore(one)) << one;
    EXPECT_EQ(alerts.raised().front().alert.state, AlertState::kSnoozed);
    EXPECT_EQ(pass(10, 0.1), "firing") << "what was pending before counts";
    EXPECT_EQ(alerts.raised().size(), 2u);
    for (const char* bad : {"", "{}", "[]", R"({"rule":"low"})", R"({"rule":"other","quiet_until_well":false})",
                            R"({"rule":"low","quiet_until_well":false,"alert":{"state":"odd"}})"})
        EXPECT_FALSE(alerts.restore(bad)) << bad;
    EXPECT_EQ(alerts.raised().size(), 2u) << "what cannot be read changes nothing";
}

TEST_F(AlertsTest, AnAlertAloneIsKeptAndTakenOver) {
    rules(kFailures);
    pass(2, 11);
    pass(60, 11);
    alerts.resolve(id(), "u1", now).ok();
    const std::string kept = alerts.save_alert("failures");
    rules(kFailures);
    ASSERT_TRUE(alerts.adopt("failures", kept));
    EXPECT_EQ(alerts.raised().front().alert.by, "u1");
    EXPECT_EQ(pass(600, 11), "") << "quiet, as it was";
    EXPECT_EQ(alerts.save_alert("other"), "");
    EXPECT_FALSE(alerts.adopt("other", kept));
}

TEST_F(AlertsTest, OneThatOutlivedItsRuleEndsAsItWasShown) {
    rules(kFailures);
    pass(2, 11);
    pass(60, 12);
    const Alerts::Change before = alerts.raised().front();
    const std::string kept = alerts.save_alert("failures");
    const auto ended = Alerts::end_orphan("failures", kept, now + 5);
    ASSERT_TRUE(ended);
    Json expected = Json::parse(alert_json(before.rule, before.alert));
    Json told = Json::parse(alert_json(ended->change.rule, ended->change.alert));
    EXPECT_EQ(told["state"], "resolved");
    EXPECT_EQ(told["reason"], "rule_removed");
    for (Json* one : {&expected, &told})
        for (const char* member : {"state", "reason", "at"}) one->erase(member);
    EXPECT_EQ(told, expected);
    EXPECT_FALSE(Alerts::end_orphan("failures", ended->saved, now)) << "it is over";
    rules(kFailures);
    ASSERT_TRUE(alerts.adopt("failures", ended->saved));
    pass(2, 11);
    EXPECT_EQ(pass(60, 11), "firing") << "its rule is there again";
}

TEST_F(AlertsTest, OneThatOutlivedItsRuleEndsWhateverIsKnownOfIt) {
    rules(kFailures);
    EXPECT_FALSE(Alerts::end_orphan("failures", alerts.save_alert("failures"), now)) << "there was none";
    pass(2, 11);
    EXPECT_FALSE(Alerts::end_orphan("failures", alerts.save_alert("failures"), now)) << "it waits to be raised";
    pass(60, 11);
    Json kept = Json::parse(alerts.save_alert("failures"));
    kept.erase("shown_by");
    const auto ended = Alerts::end_orphan("failures", kept.dump(), now);
    ASSERT_TRUE(ended);
    EXPECT_EQ(alert_message(ended->change.rule, ended->change.alert), "failures is 11, the limit is 10");
    for (const char* bad : {"", "{}", "[]", R"({"rule":"failures","quiet_until_well":false,"alert":{"state":"odd"}})"})
        EXPECT_FALSE(Alerts::end_orphan("failures", bad, now)) << bad;
}

TEST_F(AlertsTest, IsTold) {
    rules(kFailures);
    pass(0, 11);
    pass(60, 12.3456789);
    const auto change = alerts.raised().front();
    const Json told = Json::parse(alert_json(change.rule, change.alert));
    const Json expected{{"id", "failures-1700000000000"},
                        {"rule", "failures"},
                        {"metric", "failures"},
                        {"state", "firing"},
                        {"severity", "critical"},
                        {"comparison", "above"},
                        {"value", 12.3457},
                        {"threshold", 10},
                        {"volume", 100},
                        {"since", "2023-11-14T22:13:20.000Z"},
                        {"at", "2023-11-14T22:14:20.000Z"},
                        {"message", "12.3457 of 100: more than 10 [failures, failures]"},
                        {"roles", {"manager"}},
                        {"dashboards", {"general", "operations"}}};
    EXPECT_EQ(told, expected);
}

}  // namespace
}  // namespace tidegate::analytics
