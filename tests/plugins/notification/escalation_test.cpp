#include "escalation.hpp"

#include <gtest/gtest.h>

#include "settings.hpp"

namespace tidegate::notification {
namespace {

Escalation open(const std::string& id, std::int64_t due_ms) {
    Escalation out;
    out.id = id;
    out.user_id = "u";
    out.roles = {"admin"};
    out.due_ms = due_ms;
    out.notice.id = id;
    return out;
}

LedgerEntry stored(const LedgerEntry& entry) {
    const std::string text = std::visit([](const auto& one) { return entry_json(one); }, entry);
    auto read = read_ledger_entry(text);
    EXPECT_TRUE(read) << text;
    return *read;
}

TEST(EscalationLedger, GivesWhatIsDueOnceAndAgainWhenItFailed) {
    EscalationLedger ledger;
    ledger.add(stored(open("a", 200)), 1);
    ledger.add(stored(open("b", 100)), 2);
    EXPECT_EQ(*ledger.next_due_ms(), 100);
    EXPECT_TRUE(ledger.take_due(99).empty());
    const auto due = ledger.take_due(200);
    ASSERT_EQ(due.size(), 2u);
    EXPECT_EQ(due[0].id, "b") << "soonest first";
    EXPECT_EQ(due[1].roles, std::vector<std::string>{"admin"});
    EXPECT_TRUE(ledger.take_due(200).empty());

    Failed failed;
    failed.id = "a";
    failed.attempts = 1;
    failed.next_ms = 500;
    ledger.add(stored(failed), 3);
    EXPECT_EQ(*ledger.next_due_ms(), 500);
    const auto again = ledger.take_due(500);
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0].attempts, 1u);
    EXPECT_EQ(std::get<Escalation>(stored(again[0])).attempts, 1u);
}

TEST(EscalationLedger, GivesAgainWhatWasTakenAndNeverHeardOf) {
    EscalationLedger ledger;
    ledger.add(open("a", 100), 1);
    ASSERT_EQ(ledger.take_due(150).size(), 1u);
    const std::int64_t again_ms = 150 + EscalationLedger::kTakenMs;
    EXPECT_EQ(*ledger.next_due_ms(), again_ms);
    EXPECT_TRUE(ledger.take_due(again_ms - 1).empty());
    EXPECT_EQ(ledger.take_due(again_ms).size(), 1u);
    Ended ended;
    ended.id = "a";
    ledger.add(ended, 2);
    EXPECT_FALSE(ledger.next_due_ms());
}

TEST(EscalationLedger, KnowsUpToWhereAllIsOver) {
    EscalationLedger ledger;
    ledger.add(open("a", 1), 1);
    ledger.add(open("b", 1), 2);
    Ended ended;
    ended.id = "b";
    ledger.add(stored(ended), 3);
    EXPECT_EQ(ledger.finished_up_to(), 0u);
    ended.id = "a";
    ended.how = Ending::kDead;
    ledger.add(stored(ended), 4);
    EXPECT_EQ(ledger.finished_up_to(), 4u);
    EXPECT_EQ(ledger.open(), 0u);
}

TEST(Backoff, DoublesToItsBoundWithJitterBelow) {
    for (std::uint32_t chance : {0u, 1u, 12345u, 4'000'000'000u}) {
        for (std::uint32_t attempts = 1; attempts < 40; ++attempts) {
            const std::int64_t whole = std::min<std::int64_t>(10'000, 100ll << std::min(attempts - 1, 20u));
            const std::int64_t wait = backoff_ms(attempts, 100, 10'000, chance);
            EXPECT_GE(wait, whole / 2);
            EXPECT_LE(wait, whole);
        }
    }
    EXPECT_NE(backoff_ms(1, 1000, 1000, 1), backoff_ms(1, 1000, 1000, 2));
}

TEST(Settings, RulesChooseByLevelAndTopicTheFirstCounts) {
    ::setenv("TIDEGATE_TEST_SECRET", "0123456789abcdef", 1);
    const auto read = read_settings(
        R"({"escalation":{"url":"http://h/","secret_env":"TIDEGATE_TEST_SECRET","rules":[
            {"levels":["critical","error"],"topics":["claims"],"delay_s":5},{"levels":["critical"],"delay_s":60}]}})");
    ASSERT_TRUE(std::holds_alternative<Settings>(read)) << std::get<std::string>(read);
    const Settings& settings = std::get<Settings>(read);
    Notice notice;
    notice.level = Level::kCritical;
    EXPECT_EQ(settings.rule_for(notice)->delay_ms, 60'000);
    notice.topic = "claims";
    EXPECT_EQ(settings.rule_for(notice)->delay_ms, 5'000);
    notice.level = Level::kInfo;
    EXPECT_EQ(settings.rule_for(notice), nullptr);
}

TEST(Settings, RefuseAWebhookWithoutASecretOrWithAnotherScheme) {
    for (const char* text : {R"({"escalation":{"url":"http://h/","rules":[]}})",
                             R"({"escalation":{"url":"http://h/","secret_env":"TIDEGATE_NOT_SET","rules":[]}})",
                             R"({"escalation":{"url":"http://h/","secret_file":"/nonexistent","rules":[]}})",
                             R"({"escalation":{"url":"https://h/","secret_env":"PATH","rules":[]}})",
                             R"({"default_ttl_s":10,"max_ttl_s":5})"}) {
        const auto read = read_settings(text);
        EXPECT_TRUE(std::holds_alternative<std::string>(read)) << text;
    }
}

}  // namespace
}  // namespace tidegate::notification
