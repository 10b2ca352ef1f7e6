#include "alerts/rule.hpp"

#include <gtest/gtest.h>

namespace tidegate::analytics {
namespace {

const std::vector<std::string> kTypes{"general", "operations"};

std::string refusal(const std::string& json) {
    const auto rules = read_rules(json, kTypes);
    return rules.ok() ? "" : rules.text();
}

TEST(Rule, IsReadWithItsDefaults) {
    const auto rules = read_rules(R"([{"rule":"failures","metric":"calculation_failures_5m","comparison":"above",
        "threshold":10}])",
                                  kTypes);
    ASSERT_TRUE(rules.ok()) << rules.text();
    const Rule& rule = rules->front();
    EXPECT_EQ(rule.clear, 10);
    EXPECT_EQ(rule.for_ms, 0);
    EXPECT_EQ(rule.no_data_ms, 900'000);
    EXPECT_EQ(rule.severity, Severity::kWarning);
    EXPECT_EQ(rule.dashboards, kTypes);
    EXPECT_FALSE(rule.baseline);
}

TEST(Rule, SaysEverything) {
    const auto rules = read_rules(R"([{"rule":"hit","metric":"hit_ratio",
        "baseline":{"change_percent":-30,"clear_change_percent":-15,"weeks":4,"min_weeks":2},"for_s":600,"min_volume":50,
        "severity":"critical","roles":["manager"],"dashboards":["operations"],"message":"{value}","runbook":"docs"}])",
                                  kTypes);
    ASSERT_TRUE(rules.ok()) << rules.text();
    const Rule& rule = rules->front();
    EXPECT_EQ(rule.comparison, Comparison::kBelow);
    EXPECT_EQ(rule.baseline->clear_change_percent, -15);
    EXPECT_EQ(rule.baseline->min_weeks, 2u);
    EXPECT_EQ(rule.for_ms, 600'000);
    EXPECT_EQ(rule.min_volume, 50u);
    EXPECT_EQ(rule.severity, Severity::kCritical);
    EXPECT_EQ(rule.roles, std::vector<std::string>{"manager"});
    EXPECT_EQ(rule.dashboards, std::vector<std::string>{"operations"});
}

TEST(Rule, ARefusalNamesTheRuleAndItsMember) {
    const struct {
        const char* json;
        const char* told;
    } cases[] = {
        {R"({})", "'alerts' is not a list of rules"},
        {R"([7])", "alerts[0] is not an object"},
        {R"([{"metric":"m"}])", "alerts[0]: 'rule' is missing"},
        {R"([{"rule":"A b","metric":"m"}])", "alerts[0]: 'rule' is not a name"},
        {R"([{"rule":"a"}])", "alert rule 'a': 'metric' is missing"},
        {R"([{"rule":"a","metric":"m","comparison":"above"}])", "alert rule 'a': 'threshold' or 'baseline' is missing"},
        {R"([{"rule":"a","metric":"m","threshold":1}])", "alert rule 'a': 'comparison' is missing"},
        {R"([{"rule":"a","metric":"m","threshold":1,"comparison":"over"}])",
         "alert rule 'a': 'comparison' is none of above, below"},
        {R"([{"rule":"a","metric":"m","threshold":"1","comparison":"above"}])",
         "alert rule 'a': 'threshold' is not a number"},
        {R"([{"rule":"a","metric":"m","threshold":1,"comparison":"above","clear":2}])",
         "alert rule 'a': 'clear' is beyond 'threshold'"},
        {R"([{"rule":"a","metric":"m","threshold":1,"comparison":"below","clear":0}])",
         "alert rule 'a': 'clear' is beyond 'threshold'"},
        {R"([{"rule":"a","metric":"m","threshold":1,"comparison":"above","baseline":{"change_percent":-3}}])",
         "alert rule 'a': 'threshold' and 'baseline' exclude each other"},
        {R"([{"rule":"a","metric":"m","comparison":"above","baseline":{"change_percent":-3}}])",
         "alert rule 'a': 'comparison' contradicts the sign of 'baseline.change_percent'"},
        {R"([{"rule":"a","metric":"m","baseline":{"weeks":3}}])",
         "alert rule 'a': 'baseline.change_percent' is missing or 0"},
        {R"([{"rule":"a","metric":"m","baseline":{"change_percent":-3,"weeks":0}}])",
         "alert rule 'a': 'baseline.weeks' is not an integer from 1 to 12"},
        {R"([{"rule":"a","metric":"m","baseline":{"change_percent":-3,"clear_change_percent":-9}}])",
         "alert rule 'a': 'baseline.clear_change_percent' is not between 0 and 'change_percent'"},
        {R"([{"rule":"a","metric":"m","threshold":1,"comparison":"above","for_s":-1}])",
         "alert rule 'a': 'for_s' is not an integer from 0"},
        {R"([{"rule":"a","metric":"m","threshold":1,"comparison":"above","severity":"bad"}])",
         "alert rule 'a': 'severity' is none of info, warning, critical"},
        {R"([{"rule":"a","metric":"m","threshold":1,"comparison":"above","dashboards":["x"]}])",
         "alert rule 'a': 'dashboards' names 'x', which is none of the dashboards"},
        {R"([{"rule":"a","metric":"m","threshold":1,"comparison":"above","roles":"manager"}])",
         "alert rule 'a': 'roles' is not a list"},
        {R"([{"rule":"a","metric":"m","threshold":1,"comparison":"above","treshold":1}])",
         "alert rule 'a': 'treshold' is no member of a rule"},
        {R"([{"rule":"a","metric":"m","threshold":1,"comparison":"above"},
             {"rule":"a","metric":"m","threshold":1,"comparison":"above"}])",
         "alert rule 'a': 'rule' names two rules"},
    };
    for (const auto& one : cases) EXPECT_EQ(refusal(one.json).rfind(one.told, 0), 0u) << one.json << refusal(one.json);
}

TEST(Rule, ThereIsABoundOnRules) {
    std::string json = "[";
    for (int n = 0; n < 65; ++n) json += std::string(n ? "," : "") + R"({"rule":"r)" + std::to_string(n) + "\"}";
    EXPECT_EQ(refusal(json + "]"), "'alerts' has more than 64 rules");
}

}  // namespace
}  // namespace tidegate::analytics
