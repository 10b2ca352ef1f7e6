// Edits of single fields, which another plugin makes: heard of by domain events, calculated when there is a pause.

#include "quote_host.hpp"

namespace tidegate::quote::testing {
namespace {

class Edited : public WithQuoteHost {
protected:
    void SetUp() override {
        WithQuoteHost::SetUp();
        host.send(1, update(home()));
        host.drain();
        host.clear();
        host.delays.clear();
    }
    tg_rc edit(const std::string& field, const std::string& value) {
        host.patch(kQuote, "quote_data/" + field, value);
        return host.tell("field.updated", {{"quote_id", kQuote}, {"field", field}, {"by", "ben"}, {"kind", "edit"}},
                         ++revision_);
    }

private:
    std::uint64_t revision_ = 1;
};
INSTANTIATE_TEST_SUITE_P(Calls, Edited, ::testing::Values(false, true),
                         [](const auto& mode) { return mode.param ? "CompleteLater" : "CompleteInline"; });

TEST_P(Edited, RatedFieldIsCalculatedForEverybodyAfterAPause) {
    EXPECT_EQ(edit("tier", R"("A")"), TG_OK);
    EXPECT_EQ(host.delays, std::vector<std::uint64_t>{150});
    EXPECT_TRUE(host.inbox(2).empty());
    host.drain();
    EXPECT_EQ(host.now_ms(), 150);
    for (const tg_session session : {1, 2}) {
        EXPECT_EQ(host.inbox(session, "calculation:started").size(), 1u);
        EXPECT_EQ(host.inbox(session, "calculation:progress").size(), 10u);
        EXPECT_TRUE(host.inbox(session, "calculation:complete").empty());
        const auto updated = host.inbox(session, "quote:updated");
        ASSERT_EQ(updated.size(), 1u);
        EXPECT_EQ(updated[0]["revision"], 2);
        EXPECT_EQ(updated[0]["updated_by"], "ben");
        for (const json& message : host.inbox(session)) EXPECT_FALSE(message.contains("ref")) << message;
    }
    EXPECT_EQ(host.document("quote_result", kQuote)["revision"], 2);
    EXPECT_EQ(host.events().back().name, "quote.rated");
}

TEST_P(Edited, FieldsThatThePremiumDoesNotDependOnAreNotCalculated) {
    EXPECT_EQ(edit("notes", R"("x")"), TG_OK);
    EXPECT_EQ(edit("insured/name", R"("Ada")"), TG_OK);
    EXPECT_EQ(host.waiting(), 0u);
}

TEST_P(Edited, FieldsOfOneBurstAreCalculatedOnce) {
    for (int n = 0; n < 5; ++n) {
        edit("aoi", std::to_string(200'000 + 500 * n));
        host.advance_ms(100);
    }
    EXPECT_EQ(host.waiting(), 1u);
    host.drain();
    EXPECT_EQ(host.now_ms(), 550) << "150 ms after the last";
    ASSERT_EQ(host.inbox(2, "quote:updated").size(), 1u);
    EXPECT_EQ(host.inbox(2, "quote:updated")[0]["revision"], 6);
}

TEST_P(Edited, WithoutAPauseIsCalculatedAfterASecond) {
    for (int n = 0; n < 20 && host.inbox(2, "quote:updated").empty(); ++n) {
        edit("aoi", std::to_string(200'000 + 500 * n));
        host.advance_ms(100);
        if (host.now_ms() >= 1000) host.drain();
    }
    EXPECT_EQ(host.now_ms(), 1000);
    EXPECT_EQ(host.inbox(2, "quote:updated").size(), 1u);
}

TEST_P(Edited, BeforeAReloadIsCalculatedAfterIt) {
    edit("tier", R"("A")");
    host.reload();
    host.drain();
    EXPECT_EQ(host.inbox(2, "quote:updated").size(), 1u);
    EXPECT_EQ(host.inbox(2, "quote:updated")[0]["revision"], 2);
}

TEST_P(Edited, AroundAReloadIsCalculatedOnceWithEverything) {
    edit("tier", R"("A")");
    host.reload();
    edit("aoi", "300000");
    host.drain();
    ASSERT_EQ(host.inbox(2, "quote:updated").size(), 1u);
    EXPECT_EQ(host.inbox(2, "quote:updated")[0]["revision"], 3);
}

TEST_P(Edited, WhileACalculationRunsSupersedesIt) {
    host.send(1, update(json{{"tier", "B"}}, 7));
    host.run_tasks(3);
    host.patch(kQuote, "quote_data/aoi", "300000");
    host.tell("field.updated", {{"quote_id", kQuote}, {"field", "aoi"}, {"by", "ben"}}, 3);
    host.advance_ms(150);
    host.drain();
    ASSERT_EQ(answers().size(), 1u);
    EXPECT_EQ(host.document("quote_result", kQuote)["revision"], 3);
}

TEST_P(Edited, BeforeAnUpdateIsCalculatedWithIt) {
    edit("tier", R"("A")");
    host.send(1, update(json{{"aoi", 300000}}, 7));
    host.drain();
    const auto complete = host.inbox(1, "calculation:complete");
    ASSERT_EQ(complete.size(), 1u);
    EXPECT_EQ(complete[0]["revision"], 3);
    EXPECT_EQ(host.inbox(2, "quote:updated").size(), 1u);
    EXPECT_EQ(host.metrics["calculations_total"].sum, 2);
}

TEST_P(Edited, IsToldAgainWhenNoTimerCanBeSet) {
    host.timers_full = true;
    EXPECT_EQ(edit("tier", R"("A")"), TG_E_BUSY);
    host.timers_full = false;
    EXPECT_EQ(host.tell("field.updated", {{"quote_id", kQuote}, {"field", "tier"}, {"by", "ben"}}, 2), TG_OK);
    host.drain();
    EXPECT_EQ(host.inbox(2, "quote:updated").size(), 1u);
}

TEST_P(Edited, IsCalculatedLaterWhenItCannotStart) {
    edit("tier", R"("A")");
    host.queue_full = true;
    host.run_task();
    EXPECT_EQ(host.delays, (std::vector<std::uint64_t>{150, 250}));
    host.queue_full = false;
    host.drain();
    EXPECT_EQ(host.inbox(2, "quote:updated").size(), 1u);
}

TEST_P(Edited, IsCalculatedWhenTheStoreWasAwayOrTheHookHadToEnd) {
    for (const tg_rc rc : {TG_E_UNAVAILABLE, TG_E_CANCELLED, TG_E_DEADLINE}) {
        host.clear();
        edit("aoi", std::to_string(200'000 - 500 * rc));
        host.fail["get quote"] = {rc, 1};
        host.drain();
        EXPECT_EQ(host.inbox(2, "quote:updated").size(), 1u) << rc;
    }
}

TEST_P(Edited, QuotesThatAreGoneAndEventsThatSayNothingStartNothing) {
    const std::string other = "028f3c2a-7b1d-7c3e-9f00-0123456789ab";
    EXPECT_EQ(host.tell("field.updated", {{"quote_id", other}, {"field", "aoi"}, {"by", "ben"}}, 2), TG_OK);
    host.drain();
    EXPECT_EQ(host.tell("field.updated", json::object(), 2), TG_OK);
    EXPECT_EQ(host.tell("field.updated", {{"quote_id", "nonsense"}, {"field", "aoi"}}, 2), TG_OK);
    EXPECT_EQ(host.tell("quote.sung", {{"quote_id", kQuote}, {"field", "aoi"}}, 2), TG_OK);
    EXPECT_EQ(host.waiting(), 0u);
    EXPECT_TRUE(host.inbox(2).empty());
}

}  // namespace
}  // namespace tidegate::quote::testing
