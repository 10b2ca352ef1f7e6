#include "metrics/risk.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "events.hpp"

namespace tidegate::analytics {
namespace {

Tally tally(std::initializer_list<std::int64_t> counts) {
    Tally out;
    NameId id = 1;
    for (const std::int64_t count : counts) out.change(id++, count);
    return out;
}

// A published example: shares 10/20/70 against 20/30/50 %.
TEST(StabilityIndex, IsTheSumOverTheTiers) {
    const double expected =
        (0.2 - 0.1) * std::log(2.0) + (0.3 - 0.2) * std::log(1.5) + (0.5 - 0.7) * std::log(5.0 / 7.0);
    EXPECT_NEAR(*stability_index(tally({100, 200, 700}), tally({20, 30, 50})), expected, 1e-12);
    EXPECT_EQ(*stability_index(tally({50, 50}), tally({500, 500})), 0);
}

TEST(StabilityIndex, CountsATierThatOneSideLacks) {
    const double missing = 0.0001;
    EXPECT_NEAR(*stability_index(tally({100, 0}), tally({50, 50})),
                (0.5 - 1) * std::log(0.5) + (0.5 - missing) * std::log(0.5 / missing), 1e-12);
}

TEST(StabilityIndex, NeedsFiftyOnEitherSide) {
    EXPECT_EQ(stability_index(tally({}), tally({})), std::nullopt);
    EXPECT_EQ(stability_index(tally({49}), tally({500})), std::nullopt);
    EXPECT_EQ(stability_index(tally({500}), tally({49})), std::nullopt);
    EXPECT_EQ(*stability_index(tally({50}), tally({50})), 0);
}

TEST(Risk, CountsEachQuoteByItsLatestScore) {
    Folding on;
    on.scored("a", kNoon, "2");
    on.scored("a", kNoon + kHour, "4", true, true);
    on.scored("a", kNoon + kMinuteMs, "1");  // older
    on.scored("b", kNoon, "2");
    on.fold("risk.scored", {{"quote_id", "c"}, {"tier", 2}, {"score", 0.41}}, kNoon);
    const auto ai = on.shown(kNoon + kHour)["ai"];
    EXPECT_EQ(ai["scored"], 3);
    EXPECT_EQ(ai["tier_mix"], nlohmann::json({{"2", 0.6667}, {"4", 0.3333}}));
    EXPECT_EQ(ai["referral_rate"], 0.3333);
    EXPECT_EQ(ai["override_rate"], 0.3333);
}

TEST(Risk, DriftsWhenTheMixOfTheWeekIsNotThatOfTheFourBefore) {
    Folding on;
    for (int i = 0; i < 100; ++i) on.scored("old" + std::to_string(i), kNoon - 10 * kDay, i % 2 ? "1" : "2");
    for (int i = 0; i < 100; ++i) on.scored("new" + std::to_string(i), kNoon, i % 4 ? "1" : "2");
    const double expected = (0.75 - 0.5) * std::log(1.5) + (0.25 - 0.5) * std::log(0.5);
    EXPECT_NEAR(on.shown(kNoon)["ai"]["psi"].get<double>(), expected, 0.0001);
    EXPECT_NEAR(on.metrics.value("psi", kNoon)->value, expected, 1e-9);
    EXPECT_EQ(on.metrics.value("psi", kNoon)->volume, 100U);
    EXPECT_TRUE(on.shown(kNoon + 40 * kDay)["ai"]["psi"].is_null());
}

}  // namespace
}  // namespace tidegate::analytics
