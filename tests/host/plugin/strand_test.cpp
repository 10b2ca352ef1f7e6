#include "plugin/strand.hpp"

#include "base/limits.hpp"
#include "tests/host/plugin/harness.hpp"

namespace tidegate::plugin {
namespace {

using routing::Dispatched;

class StrandTest : public testing::PumpedEngine {};

TEST_F(StrandTest, RunsMessagesOfAKeyInOrder) {
    slot.publish(&load());
    for (int i = 0; i < 100; ++i) ASSERT_EQ(say("probe:say", "k", std::to_string(i)), Dispatched::kAccepted);
    pump();
    const auto sent = gateway.take();
    ASSERT_EQ(sent.size(), 100u);
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(sent[i].text, R"({"type":"probe:said","version":"1.0.0","echo":)" + std::to_string(i) + "}");
    EXPECT_EQ(gateway.ended, 100u);
    EXPECT_TRUE(generations[0]->counters().quiet());
}

TEST_F(StrandTest, AStrictKeyWaitsForItsHookAndOthersDoNot) {
    slot.publish(&load());
    say("probe:sleep_10", "a", "1");
    say("probe:say", "a", "2");
    say("probe:say", "b", "3");
    pump();
    EXPECT_EQ(answers(), R"(reply {"type":"probe:said","version":"1.0.0","echo":3})");
    pass_ms(10);
    EXPECT_EQ(answers(), R"(reply {"type":"probe:said","version":"1.0.0","echo":1}|)"
                         R"(reply {"type":"probe:said","version":"1.0.0","echo":2})");
}

TEST_F(StrandTest, TenantsDoNotShareAKey) {
    slot.publish(&load());
    say("probe:sleep_10", "a", "1");
    slot.dispatch(testing::message(testing::make_session(2, "other"), "probe:say", "a", "2"));
    pump();
    EXPECT_EQ(answers(), R"(reply {"type":"probe:said","version":"1.0.0","echo":2})");
    pass_ms(10);
}

TEST_F(StrandTest, StartOrderOverlapsUpToItsLimit) {
    slot.publish(&load());
    routing::MessageRoute route;
    route.mode = routing::Mode::kStartOrder;
    route.max_in_flight = 4;
    for (int i = 0; i < 6; ++i) say("probe:sleep_10", "k", std::to_string(i), &route);
    pump();
    EXPECT_EQ(generations[0]->counters().hooks(), 4);
    pass_ms(10);
    EXPECT_EQ(gateway.take().size(), 4u);
    EXPECT_EQ(generations[0]->counters().hooks(), 2);
    pass_ms(10);
    EXPECT_EQ(gateway.take().size(), 2u);
}

TEST_F(StrandTest, AFullQueueRefusesAndSaysWhenHalfIsFree) {
    slot.publish(&load());
    say("probe:sleep_10");
    pump();
    for (std::size_t i = 0; i < limits::kStrandQueue; ++i) ASSERT_EQ(say("probe:say"), Dispatched::kAccepted);
    auto refused = testing::message(session, "probe:say", "k", "\"kept\"");
    EXPECT_EQ(slot.dispatch(std::move(refused)), Dispatched::kFull);
    EXPECT_EQ(refused.payload, "\"kept\"");  // untouched
    EXPECT_EQ(refused.key, "k");
    EXPECT_EQ(say("probe:say"), Dispatched::kFull);
    pass_ms(10);
    int spaces = 0;
    for (const auto& sent : gateway.take()) spaces += sent.what == "space";
    EXPECT_EQ(spaces, 1);
    EXPECT_EQ(metrics.count("tidegate_plugin_queue_full_total probe"), 2u);
}

TEST_F(StrandTest, SwitchesGenerationsOnlyWhenIdle) {
    Generation& first = load("good_a");
    Generation& second = load("good_b");
    slot.publish(&first);
    say("probe:sleep_10", "busy", "1");
    pump();
    slot.publish(&second);
    say("probe:say", "busy", "2");
    say("probe:say", "idle", "3");
    pump();
    EXPECT_EQ(answers(), R"(reply {"type":"probe:said","version":"1.1.0","echo":3})");
    EXPECT_EQ(first.counters().hooks(), 1);
    pass_ms(10);
    EXPECT_EQ(answers(), R"(reply {"type":"probe:said","version":"1.0.0","echo":1}|)"
                         R"(reply {"type":"probe:said","version":"1.1.0","echo":2})");
    EXPECT_TRUE(first.counters().quiet());
}

TEST_F(StrandTest, AStartOrderKeyStartsNothingWhileASwitchIsPending) {
    Generation& first = load("good_a");
    Generation& second = load("good_b");
    routing::MessageRoute route;
    route.mode = routing::Mode::kStartOrder;
    route.max_in_flight = 8;
    slot.publish(&first);
    say("probe:sleep_10", "k", "1", &route);
    pump();
    slot.publish(&second);
    say("probe:say", "k", "2", &route);
    pump();
    EXPECT_EQ(answers(), "");
    pass_ms(10);
    EXPECT_EQ(answers(), R"(reply {"type":"probe:said","version":"1.0.0","echo":1}|)"
                         R"(reply {"type":"probe:said","version":"1.1.0","echo":2})");
}

TEST_F(StrandTest, WhatWaitsWhenNothingServesAnyMoreIsUnavailable) {
    slot.publish(&load());
    say("probe:sleep_10", "k", "1");
    say("probe:say", "k", "2");
    pump();
    slot.publish(nullptr);
    EXPECT_EQ(say("probe:say"), Dispatched::kUnavailable);
    pass_ms(10);
    EXPECT_EQ(answers(),
              R"(reply {"type":"probe:said","version":"1.0.0","echo":1}|fail unavailable: Not available now)");
    EXPECT_EQ(gateway.ended, 2u);
}

TEST_F(StrandTest, IdleKeysAreForgotten) {
    slot.publish(&load());
    for (int i = 0; i < 20'000; ++i) {
        say("probe:say", "key-" + std::to_string(i));
        pump();
    }
    EXPECT_LE(slot.strands().size(), StrandTable::kShards * StrandTable::kKeptPerShard);
    EXPECT_EQ(gateway.ended, 20'000u);
}

}  // namespace
}  // namespace tidegate::plugin
