#include "rating/table.hpp"

#include <gtest/gtest.h>

#include "rating_fixture.hpp"

namespace tidegate::rating {
namespace {

using testing::dec;

InputValues one_number(const char* text) {
    InputValue value;
    value.present = true;
    value.number = dec(text);
    value.text = value.number.to_string();
    return {value};
}

Table ordered_table(Match match, std::vector<std::array<const char*, 3>> rows) {
    Table table;
    table.name = "t";
    TableKey key;
    key.name = "x";
    key.match = match;
    table.keys.push_back(key);
    for (const auto& [low, high, value] : rows) {
        table.rows.push_back({{{std::string(low), dec(low), dec(high)}}, dec(value)});
    }
    return table;
}

std::string found(const Table& table, const char* x) {
    const auto lookup = look_up(table, one_number(x));
    return lookup ? lookup->value.text() + " " + lookup->row + " " + lookup->match : "nothing";
}

TEST(Table, InterpolatesBetweenRowsAndExtrapolatesOnlyAsDeclared) {
    Table table = ordered_table(Match::kInterpolate, {{"80", "80", "0.56"}, {"95", "95", "0.63"}});
    EXPECT_EQ(found(table, "80"), "0.56 80 exact");
    EXPECT_EQ(found(table, "81"), "847/1500 80..95 interpolated");
    EXPECT_EQ(found(table, "79"), "nothing");
    EXPECT_EQ(found(table, "96"), "nothing");
    table.keys[0].extrapolation = Extrapolation{dec("95"), dec("15"), dec("0.03")};
    EXPECT_EQ(found(table, "110"), "0.66 95+ extrapolated");
    table.factor_rounding = Rounding{dec("0.001"), RoundingMode::kHalfUp};
    EXPECT_EQ(found(table, "81"), "0.565 80..95 interpolated");
}

TEST(Table, FindsTheBracketUpToAndIncludingItsLimit) {
    const Table table = ordered_table(Match::kUpToAndIncluding, {{"25000", "25000", "328"}, {"25500", "25500", "331"}});
    EXPECT_EQ(found(table, "1"), "328 25000 up_to_and_including");
    EXPECT_EQ(found(table, "25000"), "328 25000 exact");
    EXPECT_EQ(found(table, "25000.01"), "331 25500 up_to_and_including");
    EXPECT_EQ(found(table, "25501"), "nothing");
}

TEST(Table, FindsTheRangeThatHoldsBothItsEnds) {
    const Table table = ordered_table(Match::kRange, {{"1", "4", "0.9"}, {"5", "5", "1"}});
    EXPECT_EQ(found(table, "1"), "0.9 1 range");
    EXPECT_EQ(found(table, "4"), "0.9 1 range");
    EXPECT_EQ(found(table, "5"), "1 5 exact");
    EXPECT_EQ(found(table, "6"), "nothing");
}

}  // namespace
}  // namespace tidegate::rating
