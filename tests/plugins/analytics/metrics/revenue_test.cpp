#include "metrics/revenue.hpp"

#include <gtest/gtest.h>

#include "events.hpp"

namespace tidegate::analytics {
namespace {

using nlohmann::json;

TEST(Revenue, IsExactWhereBinaryFractionsAreNot) {
    Folding on;
    for (int i = 0; i < 1000; ++i) on.bound("q" + std::to_string(i), kNoon, "0.10");
    const json revenue = on.shown(kNoon)["revenue"];
    EXPECT_EQ(revenue["written_premium"], "100.00");
    EXPECT_EQ(revenue["average_premium"], "0.10");
}

TEST(Revenue, OfAQuoteIsThatOfItsLatestBind) {
    Folding on;
    on.bound("a", kNoon, "100.00", "US-TX", "home");
    on.bound("a", kNoon + kDay, "150.50", "US-NY", "auto");
    on.bound("a", kNoon + kHour, "90.00", "US-CA", "auto");  // older
    const json revenue = on.shown(kNoon + kDay)["revenue"];
    EXPECT_EQ(revenue["policies"], 1);
    EXPECT_EQ(revenue["policies_today"], 0);  // it was bound yesterday
    EXPECT_EQ(revenue["by_state"], json({{"US-NY", "150.50"}}));
    EXPECT_EQ(revenue["by_product"], json({{"auto", "150.50"}}));
}

TEST(Revenue, KeepsCurrenciesApart) {
    Folding on;
    on.bound("a", kNoon, "10.00");
    on.bound("b", kNoon, "20.00", "CA-ON", "home", "CAD");
    const json revenue = on.shown(kNoon)["revenue"];
    EXPECT_EQ(revenue["written_premium"], "10.00");
    EXPECT_EQ(revenue["policies"], 1);
    EXPECT_EQ(revenue["by_state"], json({{"US-TX", "10.00"}}));
    EXPECT_EQ(revenue["other_currencies"], json({{"CAD", "20.00"}}));
}

TEST(Revenue, AnnualisesWhatTheEventSaysAndListsCells) {
    Folding on;
    on.fold("quote.bound",
            {{"quote_id", "a"},
             {"product", "auto"},
             {"state", "US-TX"},
             {"premium", "600.00"},
             {"annual_premium", 1200},
             {"currency", "USD"}},
            kNoon);
    on.bound("b", kNoon, "100.005");
    const json revenue = on.shown(kNoon, DashboardType::kSales)["revenue"];
    EXPECT_EQ(revenue["annualised_premium"], "1300.005");
    EXPECT_EQ(revenue["average_premium"], "350.00");
    EXPECT_EQ(revenue["by_state_and_product"], json({{"US-TX", {{"auto", "600.00"}, {"home", "100.005"}}}}));
}

TEST(Revenue, LeavesItsWindowAfterThirtyDays) {
    Folding on;
    on.bound("a", kNoon);
    EXPECT_EQ(on.shown(kNoon + 29 * kDay)["revenue"]["policies"], 1);
    EXPECT_EQ(on.shown(kNoon + 30 * kDay)["revenue"]["policies"], 0);
}

}  // namespace
}  // namespace tidegate::analytics
