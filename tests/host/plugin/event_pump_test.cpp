#include "plugin/event_pump.hpp"

#include "tests/host/plugin/harness.hpp"

#include <nlohmann/json.hpp>

namespace tidegate::plugin {
namespace {

class EventPumpTest : public testing::PumpedEngine {
protected:
    void SetUp() override { slot.publish(&load()); }
    // "key sequence", of what on_event was called with since the last time.
    std::vector<std::string> seen() {
        std::vector<std::string> all;
        for (const auto& sent : gateway.take()) {
            if (sent.text.rfind("probe:events ", 0) != 0) continue;
            const auto event = nlohmann::json::parse(sent.text.substr(13));
            const auto& sequence = event.at("sequence");
            all.push_back(event.at("key").get<std::string>() + " " +
                          (sequence.is_string() ? sequence.get<std::string>() : sequence.dump()));
            last_version = event.at("v");
        }
        return all;
    }
    void append(const std::string& key, const std::string& more = {}, const std::string& tenant = "default") {
        documents.append("probe.x", R"({"k":")" + key + "\"" + more + "}", tenant);
    }
    std::uint64_t events(const std::string& result) {
        return metrics.count("tidegate_plugin_events_total probe " + result);
    }
    using Seen = std::vector<std::string>;
    std::string last_version;
};

TEST_F(EventPumpTest, DeliversWhatTheManifestAsksForInOrder) {
    append("a");
    documents.append("other", "{}");
    append("b");
    documents.append("probe.y", "{}");
    pass_ms(1);
    EXPECT_EQ(seen(), (Seen{"k:a 1", "k:b 3", "events 4"}));
    EXPECT_EQ(events("delivered"), 3u);
    EXPECT_EQ(metrics.gauge_now("tidegate_plugin_events_lag probe"), 0);
    pass_ms(200);
    EXPECT_EQ(documents.cursors["probe"], 4u);
    pass_ms(1000);
    EXPECT_EQ(seen(), Seen{});
}

TEST_F(EventPumpTest, TheCursorStaysBeforeWhatIsNotFinishedAndIsSavedSeldom) {
    append("slow", R"(,"sleep":1)");
    for (int i = 0; i < 50; ++i) append("b");
    const auto saves = documents.saves;
    pass_ms(1);
    EXPECT_EQ(seen().size(), 51u);
    pass_ms(999);
    EXPECT_EQ(documents.cursors["probe"], 0u);
    EXPECT_EQ(documents.saves, saves);
    EXPECT_EQ(metrics.gauge_now("tidegate_plugin_events_lag probe"), 51);
    pass_ms(1);
    pass_ms(200);
    EXPECT_EQ(documents.cursors["probe"], 51u);
    EXPECT_EQ(documents.saves, saves + 1);
}

TEST_F(EventPumpTest, EventsOfAKeyWaitForEachOtherAndOthersDoNot) {
    append("a", R"(,"sleep":1)");
    append("a");
    append("b");
    pass_ms(1);
    EXPECT_EQ(seen(), (Seen{"k:a 1", "k:b 3"}));
    pass_ms(1000);
    EXPECT_EQ(seen(), (Seen{"k:a 2"}));
}

TEST_F(EventPumpTest, AFailingEventIsTriedTenTimesWithGrowingDelaysWhileItsKeyWaits) {
    append("a", R"(,"fail":1)");
    append("a");
    append("b");
    pass_ms(1);
    EXPECT_EQ(seen(), (Seen{"k:a 1", "k:b 3"}));
    for (const int delay : {100, 200, 400, 800, 1600, 3200, 6400, 10'000}) {
        pass_ms(delay - 1);
        EXPECT_EQ(seen(), Seen{}) << delay;
        pass_ms(1);
        EXPECT_EQ(seen(), (Seen{"k:a 1"})) << delay;
    }
    EXPECT_EQ(events("given_up"), 0u);
    pass_ms(10'000);
    EXPECT_EQ(seen(), (Seen{"k:a 1", "k:a 2"}));
    EXPECT_EQ(events("retried"), 9u);
    EXPECT_EQ(events("given_up"), 1u);
    EXPECT_EQ(events("delivered"), 2u);
    pass_ms(200);
    EXPECT_EQ(documents.cursors["probe"], 3u);
}

TEST_F(EventPumpTest, NoMoreThan256AreUnfinished) {
    append("slow", R"(,"sleep":1)");
    for (int i = 0; i < 1000; ++i) append("slow");
    pass_ms(1);
    EXPECT_EQ(seen(), (Seen{"k:slow 1"}));
    append("b");
    pass_ms(1);
    EXPECT_EQ(seen(), Seen{}) << "behind the 256";
    for (int i = 0; i < 10; ++i) pass_ms(1000);
    EXPECT_EQ(metrics.gauge_now("tidegate_plugin_events_lag probe"), 0) << "and then all of them";
    EXPECT_EQ(events("delivered"), 1002u);
}

TEST_F(EventPumpTest, AReloadInTheMiddleLosesNothingAndKeepsTheOrder) {
    append("a", R"(,"sleep":1)");
    append("a");
    pass_ms(1);
    slot.publish(&load("good_b"));
    append("b");
    pass_ms(1);
    EXPECT_EQ(seen(), (Seen{"k:a 1", "k:b 3"}));
    EXPECT_EQ(last_version, "1.1.0");
    pass_ms(1000);
    EXPECT_EQ(seen(), (Seen{"k:a 2"}));
    EXPECT_EQ(last_version, "1.1.0");
    EXPECT_TRUE(generations[0]->counters().quiet());
}

TEST_F(EventPumpTest, PausesWhileNothingServes) {
    append("a", R"(,"fail":1)");
    append("a");
    pass_ms(1);
    slot.publish(nullptr);
    append("b");
    seen();
    pass_ms(1);
    pass_ms(60'000);
    EXPECT_EQ(seen(), Seen{});
    EXPECT_EQ(events("retried"), 1u) << "nobody was there to fail";
    EXPECT_EQ(metrics.gauge_now("tidegate_plugin_events_lag probe"), 3);
    slot.publish(generations[0].get());
    pass_ms(1);
    EXPECT_EQ(seen(), (Seen{"k:a 1", "k:b 3"}));
}

TEST_F(EventPumpTest, TenantsHaveKeysOfTheirOwn) {
    append("a", R"(,"sleep":1)", "acme");
    append("a");
    pass_ms(1);
    std::vector<std::string> tenants;
    for (const auto& sent : gateway.take()) tenants.push_back(sent.what);
    EXPECT_EQ(tenants, (std::vector<std::string>{"publish", "tenant", "publish"})) << "neither waits for the other";
}

TEST_F(EventPumpTest, AStoreThatAnswersLateIsAskedOnceAtATime) {
    documents.hold_reads = true;
    append("a");
    pass_ms(1);
    append("b");
    pass_ms(1);
    ASSERT_EQ(documents.held.size(), 1u);
    documents.answer_first();  // the page as it was when it was asked for
    pass_ms(1);
    EXPECT_EQ(seen(), (Seen{"k:a 1"}));
    ASSERT_EQ(documents.held.size(), 1u);
    documents.answer_first();
    pass_ms(1);
    EXPECT_EQ(seen(), (Seen{"k:b 2"}));
}

// A plugin with on_events.
class EventsTogether : public EventPumpTest {
protected:
    void SetUp() override { slot.publish(&load("events_together")); }
    static std::string sequences(int first, int last) {
        std::string all = std::to_string(first);
        for (int n = first + 1; n <= last; ++n) all += "+" + std::to_string(n);
        return all;
    }
};

TEST_F(EventsTogether, WhatIsThereOfAKeyComesInOneHook) {
    append("a");
    append("b");
    append("a");
    pass_ms(1);
    EXPECT_EQ(seen(), (Seen{"k:a 1+3", "k:b 2"}));
    EXPECT_EQ(events("delivered"), 3u);
    EXPECT_EQ(metrics.gauge_now("tidegate_plugin_events_lag probe"), 0);
}

TEST_F(EventsTogether, NoMoreThan32AndTheNextWhenTheyEnded) {
    for (int i = 0; i < 70; ++i) append("a");
    pass_ms(1);
    EXPECT_EQ(seen(), (Seen{"k:a " + sequences(1, 32), "k:a " + sequences(33, 64), "k:a " + sequences(65, 70)}));
    EXPECT_EQ(events("delivered"), 70u);
}

TEST_F(EventsTogether, LargeOnesComeByThemselves) {
    const std::string large = R"(,"large":")" + std::string(40'000, 'x') + '"';
    for (int i = 0; i < 3; ++i) append("a", large);
    append("a");
    pass_ms(1);
    EXPECT_EQ(seen(), (Seen{"k:a 1", "k:a 2", "k:a 3+4"}));
}

TEST_F(EventsTogether, WhatComesMeanwhileWaitsForThem) {
    append("a", R"(,"sleep":1)");
    pass_ms(1);
    append("a");
    append("a");
    pass_ms(1);
    EXPECT_EQ(seen(), (Seen{"k:a 1"}));
    pass_ms(1000);
    EXPECT_EQ(seen(), (Seen{"k:a 2+3"}));
}

TEST_F(EventsTogether, WhatFailsTogetherComesAgainOneByOne) {
    append("a");
    append("a", R"(,"fail":1)");
    append("a");
    append("a");
    pass_ms(1);
    EXPECT_EQ(seen(), (Seen{"k:a 1+2+3+4"}));
    EXPECT_EQ(events("delivered"), 0u);
    EXPECT_EQ(events("retried"), 4u);
    append("a");
    append("a");
    pass_ms(100);
    EXPECT_EQ(seen(), (Seen{"k:a 1", "k:a 2"})) << "the first was not at fault";
    for (int i = 0; i < 10; ++i) pass_ms(10'000);
    const auto now = seen();
    EXPECT_EQ(std::count(now.begin(), now.end(), "k:a 2"), 9) << "ten attempts by itself";
    EXPECT_EQ(Seen(now.end() - 3, now.end()), (Seen{"k:a 3", "k:a 4", "k:a 5+6"})) << "then together again";
    EXPECT_EQ(events("given_up"), 1u);
    EXPECT_EQ(events("delivered"), 5u);
    EXPECT_EQ(events("retried"), 13u);
}

TEST_F(EventsTogether, GoodOnesComeTwiceAtMostAndSoonWhenTheLastIsBad) {
    for (int i = 0; i < 31; ++i) append("a");
    append("a", R"(,"fail":1)");
    pass_ms(1);
    EXPECT_EQ(seen(), (Seen{"k:a " + sequences(1, 32)}));
    pass_ms(100);
    Seen each;
    for (int n = 1; n <= 32; ++n) each.push_back("k:a " + std::to_string(n));
    EXPECT_EQ(seen(), each);
    EXPECT_EQ(events("delivered"), 31u);
}

TEST_F(EventsTogether, AGenerationThatTakesThemOneByOneGetsThemSo) {
    append("a", R"(,"sleep":1)");
    append("b", R"(,"sleep":1)");
    append("b");
    pass_ms(1);
    append("a");
    append("a");
    pass_ms(1);
    slot.publish(&load("good_b"));
    pass_ms(1000);
    pass_ms(1);
    const auto now = seen();
    EXPECT_EQ(now, (Seen{"k:a 1", "k:b 2+3", "k:a 4", "k:a 5"}));
    EXPECT_EQ(last_version, "1.1.0");
}

TEST_F(EventsTogether, SoDoesOneThatCameWhileTheyWaitedForTheirTurn) {
    say("probe:sleep_2000", "k:a");
    append("a");
    append("a");
    pass_ms(1);
    slot.publish(&load("good_b"));
    pass_ms(2000);
    EXPECT_EQ(seen(), (Seen{"k:a 1", "k:a 2"}));
    EXPECT_EQ(events("delivered"), 2u);
    EXPECT_EQ(events("retried"), 0u) << "nobody's fault";
}

// The store of a host that was here before.
class EventPumpRestart : public testing::PumpedEngine {
protected:
    std::string first_sequences() {
        slot.publish(&load());
        pass_ms(1);
        std::string all;
        for (const auto& sent : gateway.take()) {
            const auto at = sent.text.find("\"sequence\":");
            all += sent.text.substr(at + 11, sent.text.find(',', at) - at - 11) + " ";
        }
        return all;
    }
};

TEST_F(EventPumpRestart, AReaderThatNeverReadBeginsWhereEachOfItsWishesSays) {
    documents.append("probe.x", "{}");
    documents.append("old", "{}");
    EXPECT_EQ(first_sequences(), "2 ");
    documents.append("probe.x", "{}");
    pass_ms(1);
    EXPECT_EQ(gateway.take().size(), 1u);
    EXPECT_EQ(documents.cursors.at("probe/now"), 2u);
}

TEST_F(EventPumpRestart, ANewHostGoesOnAtTheSavedCursor) {
    for (int i = 0; i < 4; ++i) documents.append("probe.x", "{}");
    documents.cursors = {{"probe", 2}};
    EXPECT_EQ(first_sequences(), "3 4 ");
}

TEST_F(EventPumpRestart, WhatWasFinishedIsKeptAtTheEnd) {
    EXPECT_EQ(first_sequences(), "");
    documents.append("probe.x", "{}");
    pass_ms(1);
    slot.publish(nullptr);
    slot.events().save_now();
    EXPECT_EQ(documents.cursors.at("probe"), 1u);
}

}  // namespace
}  // namespace tidegate::plugin
