#include <gtest/gtest.h>

#include "events.hpp"

namespace tidegate::analytics {
namespace {

TEST(Values, CountFailuresOverTheLastMinutes) {
    Folding on;
    for (int i = 0; i < 6; ++i) on.failed("q", kNoon + i * kMinuteMs);
    on.rated("q", kNoon + 5 * kMinuteMs);
    const auto at = [&](const char* metric, std::int64_t now_ms) { return on.metrics.value(metric, now_ms); };
    EXPECT_EQ(at("calculation_failures_5m", kNoon + 5 * kMinuteMs)->value, 5);
    EXPECT_EQ(at("calculation_failures_15m", kNoon + 5 * kMinuteMs)->value, 6);
    EXPECT_EQ(at("calculation_failures_5m", kNoon + kHour)->value, 0);
    EXPECT_EQ(at("calculation_failures_today", kNoon + kHour)->value, 6);
    EXPECT_NEAR(at("calculation_failure_rate_1h", kNoon + 5 * kMinuteMs)->value, 6.0 / 7, 1e-12);
    EXPECT_EQ(at("calculation_failure_rate_1h", kNoon + 5 * kMinuteMs)->volume, 7U);
    EXPECT_EQ(at("calculation_failure_rate_5m", kNoon + kHour), std::nullopt);
}

TEST(Values, AreRatiosWithTheirDenominators) {
    Folding on;
    for (const char* id : {"a", "b", "c", "d"}) {
        on.created(id, kNoon - kMinuteMs);
        on.rated(id, kNoon);
        on.quoted(id, kNoon + kMinuteMs);
    }
    on.bound("a", kNoon + kHour);
    EXPECT_EQ(on.metrics.value("hit_ratio", kNoon)->value, 0.25);
    EXPECT_EQ(on.metrics.value("hit_ratio_today", kNoon)->volume, 4U);
    EXPECT_EQ(on.metrics.value("hit_ratio_today", kNoon + 7 * kDay), std::nullopt);
    EXPECT_EQ(on.metrics.value("hit_ratio_today@7", kNoon + 7 * kDay)->value, 0.25);
    EXPECT_EQ(on.metrics.value("average_time_seconds_today", kNoon)->value, 60);
    EXPECT_NEAR(on.metrics.value("time_to_quote_p90", kNoon)->value, 120, 1.2);
    EXPECT_EQ(on.metrics.value("written_premium_today", kNoon)->value, 501);
    EXPECT_EQ(on.metrics.value("written_premium", kNoon)->volume, 1U);
    EXPECT_EQ(on.metrics.value("active_quotes", kNoon)->value, 4);
    EXPECT_EQ(on.metrics.value("active_users_today", kNoon)->value, 1);
}

TEST(Values, KnowTheirNames) {
    for (const char* metric :
         {"hit_ratio", "quote_ratio_7d", "bind_ratio_30d", "conversion_rate_today", "declination_rate",
          "referral_rate_7d", "override_rate", "psi", "active_quotes", "in_progress", "active_users_today",
          "time_to_rate_p50", "time_to_bind_p99_today@1", "written_premium_7d", "edits_1h", "joins_24h", "created_15m",
          "rated_today@91", "calculation_failure_rate_30d"}) {
        EXPECT_TRUE(Metrics::is_metric(metric)) << metric;
    }
    for (const char* metric :
         {"", "_", "@", "hit", "hit_ratio_5m", "psi_today", "rated_1h", "hit_ratio@7", "edits_1h@2", "rated_today@0",
          "rated_today@-1", "rated_today@x", "rated_today@99999", "active_users", "bogus_today@100"}) {
        EXPECT_FALSE(Metrics::is_metric(metric)) << metric;
        EXPECT_EQ(Folding().metrics.value(metric, kNoon), std::nullopt) << metric;
    }
}

}  // namespace
}  // namespace tidegate::analytics
