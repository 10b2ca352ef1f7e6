#include "plugin/hook_life.hpp"

#include "tests/host/plugin/harness.hpp"

namespace tidegate::plugin {
namespace {

using routing::Dispatched;

constexpr const char* kFaults = "tidegate_plugin_faults_total probe";

class HookLife : public testing::PumpedEngine {
protected:
    void SetUp() override { slot.publish(&load()); }
    Generation& generation() { return *generations[0]; }
    void expect_key_goes_on() {
        say("probe:say", "k", "\"next\"");
        pump();
        EXPECT_EQ(answers(), R"(reply {"type":"probe:said","version":"1.0.0","echo":"next"})");
    }
};

TEST_F(HookLife, AnExceptionIsContainedAndAnsweredInternal) {
    say("probe:throw");
    pump();
    EXPECT_EQ(answers(), "fail internal: Internal error");
    EXPECT_EQ(metrics.count(kFaults), 1u);
    expect_key_goes_on();
    EXPECT_TRUE(generation().counters().quiet());
}

TEST_F(HookLife, AnExceptionOutOfACompletionIsContainedToo) {
    say("probe:late_throw");
    pump();
    pass_ms(1);
    gateway.take();
    EXPECT_EQ(metrics.count(kFaults), 1u);
    expect_key_goes_on();
    EXPECT_TRUE(generation().counters().quiet());
}

TEST_F(HookLife, ARefusalCarriesTheReason) {
    say("probe:refuse");
    pump();
    EXPECT_EQ(answers(), "fail forbidden: not you");
}

TEST_F(HookLife, AtItsDeadlineAHookIsAnsweredAndItsAwaitEnds) {
    say("probe:sleep_60000");
    pump();
    pass_ms(4999);
    EXPECT_EQ(answers(), "");
    pass_ms(1);
    EXPECT_EQ(answers(), "fail unavailable: Not available now");
    EXPECT_EQ(metrics.count("tidegate_plugin_hook_deadlines_total probe"), 1u);
    EXPECT_TRUE(generation().counters().quiet());
    expect_key_goes_on();
}

TEST_F(HookLife, AHookThatNeverEndsLosesItsKeyAndPinsItsGeneration) {
    say("probe:never");
    pump();
    pass_ms(5000);
    EXPECT_EQ(answers(), "fail unavailable: Not available now");
    EXPECT_EQ(gateway.ended, 1u);
    expect_key_goes_on();
    EXPECT_EQ(generation().counters().hooks(), 1);
    say("probe:release");  // late, but in order: the generation is free
    pump();
    EXPECT_TRUE(generation().counters().quiet());
    EXPECT_EQ(gateway.ended, 3u);
    EXPECT_EQ(answers(), "");
}

TEST_F(HookLife, EndingTwiceIsNoticedAndHarmless) {
    say("probe:double");
    pump();
    EXPECT_GE(metrics.count(kFaults), 1u);
    EXPECT_EQ(gateway.ended, 1u);
    EXPECT_TRUE(generation().counters().quiet());
    expect_key_goes_on();
}

TEST_F(HookLife, ATypeOfSomebodyElseIsNotSent) {
    say("probe:foreign");
    pump();
    EXPECT_EQ(answers(), "fail forbidden: Not allowed");
    EXPECT_EQ(metrics.count("tidegate_plugin_refused_sends_total probe"), 1u);
}

TEST_F(HookLife, CancellingAGenerationEndsItsAwaits) {
    say("probe:sleep_4000");
    pump();
    generation().cancel();
    pump();
    EXPECT_EQ(answers(), "fail cancelled: Cancelled");
    EXPECT_TRUE(generation().counters().quiet());
    pass_ms(5000);  // the timer comes late and finds nobody
    EXPECT_EQ(answers(), "");
}

TEST_F(HookLife, BlockingWorkIsNotCancelledUnderItsThread) {
    say("probe:blocking");
    pump();
    ASSERT_TRUE(engine->blocking.pump_one());
    pump();
    EXPECT_EQ(answers(), R"(reply {"type":"probe:said","version":"1.0.0","echo":"worked"})");
    EXPECT_TRUE(generation().counters().quiet());
}

TEST_F(HookLife, BlockingWorkThatHasNotBegunIsDropped) {
    say("probe:blocking");
    pump();
    pass_ms(5000);
    EXPECT_EQ(answers(), "fail unavailable: Not available now");
    EXPECT_TRUE(engine->blocking.pump_one());  // finds that it was cancelled
    EXPECT_TRUE(generation().counters().quiet());
}

TEST_F(HookLife, ADocumentComesNowOrLater) {
    say("probe:get");
    pump();
    EXPECT_EQ(answers(), R"(reply {"type":"probe:said","version":"1.0.0","echo":{"kept":true}})");
    EXPECT_EQ(documents.asked.tenant, "default");
    documents.hold = true;
    say("probe:get");
    pump();
    EXPECT_EQ(answers(), "");
    documents.held.front()();
    pump();
    EXPECT_EQ(answers(), R"(reply {"type":"probe:said","version":"1.0.0","echo":{"kept":true}})");
    EXPECT_TRUE(generation().counters().quiet());
}

TEST_F(HookLife, ADocumentThatDoesNotComeIsGivenUpAfterTwoSeconds) {
    documents.hold = true;
    say("probe:get");
    pump();
    pass_ms(1999);
    EXPECT_EQ(answers(), "");
    pass_ms(1);
    EXPECT_EQ(answers(), "fail unavailable: Not available now");
    documents.held.front()();
    pump();
    EXPECT_EQ(answers(), "");
    EXPECT_TRUE(generation().counters().quiet());
}

TEST_F(HookLife, ATaskGoesToWhoeverServesByThen) {
    say("probe:post");
    pump();
    EXPECT_EQ(answers(), R"(publish probe:tasks {"type":"probe:task"})");
}

TEST_F(HookLife, AnInlineRouteRunsOnTheCallersThread) {
    routing::MessageRoute route;
    route.runs_inline = true;
    EXPECT_EQ(say("probe_inline:say", "k", "1", &route), Dispatched::kAccepted);
    EXPECT_EQ(answers(), R"(reply {"type":"probe:said","version":"1.0.0","echo":1})");
    say("probe_inline:sleep_5", "k", "1", &route);
    EXPECT_EQ(answers(), "fail internal: Internal error");
    EXPECT_EQ(gateway.ended, 2u);
    EXPECT_TRUE(generation().counters().quiet());
}

TEST_F(HookLife, OpenAndHttpAreAnsweredOnce) {
    int ends = 0;
    routing::Invocation open;
    open.kind = routing::InvocationKind::kOpen;
    open.session = session;
    open.key = "k";
    open.on_end = [&](routing::HookEnd end) {
        ++ends;
        EXPECT_FALSE(end.has_value());
    };
    slot.dispatch(std::move(open));
    routing::HttpAnswer got;
    for (const auto& [name, status] : {std::pair{"none", 404}, std::pair{"some", 200}}) {
        routing::Invocation request;
        request.kind = routing::InvocationKind::kHttp;
        request.http = std::make_unique<routing::HttpCall>();
        request.http->params = {{"name", name}};
        request.http->answer = [&](routing::HttpAnswer answer) {
            ++ends;
            got = std::move(answer);
        };
        slot.dispatch(std::move(request));
        pump();
        EXPECT_EQ(got.status, status) << got.body;
    }
    EXPECT_EQ(ends, 3);
}

}  // namespace
}  // namespace tidegate::plugin
