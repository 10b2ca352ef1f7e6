#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "events.hpp"

namespace tidegate::analytics {
namespace {

using nlohmann::json;

constexpr DashboardType kAll[] = {DashboardType::kGeneral, DashboardType::kSales, DashboardType::kUnderwriting,
                                  DashboardType::kOperations};

TEST(Dashboard, OfNothingIsWellDefined) {
    const Folding on;
    for (const DashboardType type : kAll) {
        const json shown = on.shown(kNoon, type);
        EXPECT_EQ(shown.size(), 5U);
        const json& quotes = shown["quotes"];
        for (const char* name : {"active_quotes", "completed_today", "in_progress"}) EXPECT_EQ(quotes[name], 0) << name;
        EXPECT_TRUE(quotes["average_time_seconds"].is_null());
        EXPECT_TRUE(quotes["conversion_rate"].is_null());
        EXPECT_EQ(quotes["hourly_trend"].size(), 24U);
        EXPECT_EQ(quotes["by_state"], json::object());
        EXPECT_EQ(quotes["by_product"], json({{"auto", 0}, {"home", 0}, {"commercial", 0}}));
        EXPECT_TRUE(shown["conversions"]["hit_ratio"].is_null());
        EXPECT_TRUE(shown["conversions"]["time_to_quote_seconds"]["p99"].is_null());
        EXPECT_EQ(shown["revenue"]["written_premium"], "0.00");
        EXPECT_TRUE(shown["revenue"]["average_premium"].is_null());
        EXPECT_EQ(shown["activity"]["feed"], json::array());
        EXPECT_TRUE(shown["ai"]["psi"].is_null());
        EXPECT_TRUE(shown["ai"]["referral_rate"].is_null());
    }
}

TEST(Dashboard, CountsAQuoteAsActiveForAnHourAndInProgressForADay) {
    Folding on;
    on.created("a", kNoon);
    const auto counts = [&](std::int64_t now_ms) {
        const json quotes = on.shown(now_ms)["quotes"];
        return std::make_pair(quotes["active_quotes"].get<int>(), quotes["in_progress"].get<int>());
    };
    EXPECT_EQ(counts(kNoon), std::make_pair(1, 1));
    EXPECT_EQ(counts(kNoon + 59 * kMinuteMs), std::make_pair(1, 1));
    EXPECT_EQ(counts(kNoon + 60 * kMinuteMs), std::make_pair(0, 1));
    on.fold("field.updated", {{"quote_id", "a"}, {"field", "aoi"}, {"by", "u1"}, {"kind", "edit"}}, kNoon + 2 * kHour);
    EXPECT_EQ(counts(kNoon + 2 * kHour), std::make_pair(1, 1));
    EXPECT_EQ(counts(kNoon + 26 * kHour), std::make_pair(0, 0));
    on.quoted("a", kNoon + 3 * kHour);
    EXPECT_EQ(counts(kNoon + 3 * kHour), std::make_pair(1, 0));
}

TEST(Dashboard, TrendsOverTheHourOfNowAndThe23Before) {
    Folding on;
    on.rated("a", kNoon - 23 * kHour);
    on.rated("b", kNoon - 23 * kHour - 1);
    on.rated("c", kNoon);
    const json trend = on.shown(kNoon + 59 * kMinuteMs)["quotes"]["hourly_trend"];
    EXPECT_EQ(trend[0]["count"], 1);
    EXPECT_EQ(trend[23]["count"], 1);
    EXPECT_EQ(trend[23]["hour"], "2026-11-07T12:00:00+00:00");
}

TEST(Dashboard, TimeNeverGoesBack) {
    Folding on;
    on.rated("a", kNoon);
    EXPECT_EQ(on.metrics.dashboard(DashboardType::kGeneral, 0), on.metrics.dashboard(DashboardType::kGeneral, kNoon));
    on.metrics.advance(kNoon + kDay);
    EXPECT_EQ(on.shown(kNoon)["quotes"]["completed_today"], 0);
}

TEST(Dashboard, FeedsEachTypeWithItsOwnLastFifty) {
    Folding on;
    for (int i = 0; i < 70; ++i) on.created("q" + std::to_string(i), kNoon + i);
    on.declined("q1", kNoon + kMinuteMs);
    on.failed("q2", kNoon + kMinuteMs);
    on.scored("q3", kNoon + kMinuteMs, "5", true);
    on.scored("q4", kNoon + kMinuteMs, "1");
    const auto feed = [&](DashboardType type) { return on.shown(kNoon, type)["activity"]["feed"]; };
    EXPECT_EQ(feed(DashboardType::kGeneral).size(), Feed::kMost);
    EXPECT_EQ(feed(DashboardType::kGeneral)[0]["detail"], "tier 5, referred");
    EXPECT_EQ(feed(DashboardType::kGeneral)[49]["quote_id"], "q23");
    EXPECT_EQ(feed(DashboardType::kUnderwriting).size(), 2U);
    EXPECT_EQ(feed(DashboardType::kOperations).size(), 1U);
    EXPECT_EQ(feed(DashboardType::kOperations)[0]["detail"], "incomplete");
    EXPECT_EQ(feed(DashboardType::kSales)[0]["type"], "quote.declined");
}

TEST(Dashboard, NamesItsTypes) {
    for (const DashboardType type : kAll) EXPECT_EQ(dashboard_type(name_of(type)), type);
    EXPECT_EQ(dashboard_type("secret"), std::nullopt);
}

TEST(Bounds, NamesBeyondThemAreOther) {
    Options options;
    options.bounds.states = 2;
    Folding on(options);
    for (const char* state : {"US-AL", "US-AK", "US-AZ", "US-AR", "US-AL"}) {
        on.rated(std::string("q") + std::to_string(on.sequence), kNoon, true, state);
    }
    EXPECT_EQ(on.shown(kNoon)["quotes"]["by_state"], json({{"US-AL", 2}, {"US-AK", 1}, {"other", 2}}));
    EXPECT_EQ(on.shown(kNoon, DashboardType::kOperations)["activity"]["folding"]["counted_as_other"], 2);
}

TEST(Bounds, TheQuoteTouchedLongestAgoIsForgottenAndItsCountsStay) {
    Options options;
    options.bounds.quotes = 3;
    Folding on(options);
    for (const char* id : {"a", "b", "c"}) on.rated(id, kNoon);
    on.rated("a", kNoon + 1, false);
    on.rated("d", kNoon);
    on.rated("b", kNoon + 2, false);  // was forgotten: not new again
    const json folding = on.shown(kNoon, DashboardType::kOperations)["activity"]["folding"];
    EXPECT_EQ(folding["quotes_remembered"], 3);
    EXPECT_EQ(folding["quotes_forgotten"], 2);
    EXPECT_EQ(on.shown(kNoon)["quotes"]["completed_today"], 4);
}

TEST(Bounds, DaysBeyondThemAreCountedAsLate) {
    Folding on;
    on.rated("new", kNoon);
    on.rated("old", kNoon - 92 * kDay);
    on.rated("kept", kNoon - 91 * kDay);
    EXPECT_EQ(on.metrics.counts().late, 1U);
    EXPECT_EQ(on.metrics.value("rated_today@91", kNoon)->value, 1);
    EXPECT_EQ(on.metrics.value("rated_today@92", kNoon), std::nullopt);
    on.rated("newer", kNoon + kDay);
    EXPECT_EQ(on.shown(kNoon, DashboardType::kOperations)["activity"]["folding"]["late"], 1);
}

}  // namespace
}  // namespace tidegate::analytics
