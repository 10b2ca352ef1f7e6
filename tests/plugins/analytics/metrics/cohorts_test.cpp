#include <gtest/gtest.h>

#include "events.hpp"

namespace tidegate::analytics {
namespace {

TEST(Cohorts, ALateBindCountsForTheDayItsQuoteWasMade) {
    Folding on;
    for (const std::string id : {"a", "b", "c", "d"}) {
        on.created(id, kNoon);
        on.rated(id, kNoon + kMinuteMs);
        if (id != "d") on.quoted(id, kNoon + 2 * kMinuteMs);
    }
    const auto cohort = [&](std::int64_t now_ms, std::size_t days_ago) {
        return on.shown(now_ms, DashboardType::kSales)["conversions"]["cohorts"][days_ago];
    };
    EXPECT_EQ(cohort(kNoon, 0)["hit_ratio"], 0);
    EXPECT_EQ(cohort(kNoon, 0)["quote_ratio"], 0.75);

    on.bound("a", kNoon + 9 * kDay);
    const std::int64_t later = kNoon + 9 * kDay;
    EXPECT_EQ(cohort(later, 9)["day"], "2026-11-07");
    EXPECT_EQ(cohort(later, 9)["hit_ratio"], 0.3333);
    EXPECT_EQ(cohort(later, 9)["bind_ratio"], 0.25);
    EXPECT_EQ(cohort(later, 0)["submitted"], 0);
    EXPECT_TRUE(cohort(later, 0)["hit_ratio"].is_null());
    EXPECT_EQ(on.shown(later)["revenue"]["policies_today"], 1);
    EXPECT_EQ(on.shown(later)["conversions"]["today"]["bound"], 1);
}

TEST(Cohorts, NoHitRatioIsAboveOne) {
    Folding on;
    on.rated("a", kNoon);
    on.bound("a", kNoon);
    on.bound("a", kNoon + kHour);
    EXPECT_EQ(on.shown(kNoon)["conversions"]["hit_ratio"], 1);
    EXPECT_EQ(on.shown(kNoon)["conversions"]["bound"], 1);
}

TEST(Cohorts, AQuoteThatWasNeverRatedBelongsToTheDayItWasQuoted) {
    Folding on;
    on.quoted("a", kNoon);
    EXPECT_EQ(on.shown(kNoon)["conversions"]["submitted"], 1);
    on.rated("a", kNoon - kDay);
    const auto cohorts = on.shown(kNoon, DashboardType::kSales)["conversions"]["cohorts"];
    EXPECT_EQ(cohorts[0]["submitted"], 0);
    EXPECT_EQ(cohorts[1]["submitted"], 1);
}

TEST(Cohorts, ALateRatingMovesItsQuoteToTheEarlierDay) {
    Folding on;
    on.created("a", kNoon - kDay);
    on.rated("a", kNoon);
    EXPECT_EQ(on.shown(kNoon)["quotes"]["completed_today"], 1);
    EXPECT_EQ(on.shown(kNoon)["quotes"]["average_time_seconds"], 86'400);
    on.rated("a", kNoon - kDay + kMinuteMs, false, "US-NY");
    EXPECT_EQ(on.shown(kNoon)["quotes"]["completed_today"], 0);
    EXPECT_TRUE(on.shown(kNoon)["quotes"]["by_state"].empty());
    EXPECT_TRUE(on.shown(kNoon)["quotes"]["average_time_seconds"].is_null());
}

TEST(Cohorts, AQuoteIsCountedOnceByItsLatestRating) {
    Folding on;
    on.rated("a", kNoon, true, "US-TX", "home");
    on.rated("a", kNoon + kMinuteMs, false, "US-NY", "auto");
    on.rated("a", kNoon + kSecond, false, "US-CA", "commercial");  // older than the one before
    const auto quotes = on.shown(kNoon + kHour)["quotes"];
    EXPECT_EQ(quotes["completed_today"], 1);
    EXPECT_EQ(quotes["by_state"], nlohmann::json({{"US-NY", 1}}));
    EXPECT_EQ(quotes["by_product"], nlohmann::json({{"auto", 1}, {"home", 0}, {"commercial", 0}}));
}

TEST(Cohorts, AQuoteRatedBeforeItWasKnownIsNotNew) {
    Folding on;
    on.rated("old", kNoon, false);
    EXPECT_EQ(on.shown(kNoon)["quotes"]["completed_today"], 0);
    EXPECT_EQ(on.metrics.counts().unknown_quotes, 1U);
}

TEST(Cohorts, TheOfficesDayEndsAtItsMidnight) {
    Options options;
    options.zone = "America/New_York";
    Folding on(options);
    const std::int64_t midnight_ms = 1'793'505'600'000;  // 2026-11-01T00:00:00-04:00, a day of 25 hours
    on.rated("before", midnight_ms - 1);
    on.rated("first", midnight_ms);
    on.rated("last", midnight_ms + 25 * kHour - 1);
    on.rated("after", midnight_ms + 25 * kHour);
    const auto cohorts = on.shown(midnight_ms + 26 * kHour, DashboardType::kSales)["conversions"]["cohorts"];
    EXPECT_EQ(cohorts[0]["submitted"], 1);
    EXPECT_EQ(cohorts[1]["day"], "2026-11-01");
    EXPECT_EQ(cohorts[1]["submitted"], 2);
    EXPECT_EQ(cohorts[2]["submitted"], 1);
}

}  // namespace
}  // namespace tidegate::analytics
