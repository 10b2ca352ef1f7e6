#include "rating/decimal.hpp"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <random>

#include "rating_fixture.hpp"

namespace tidegate::rating {
namespace {

using boost::multiprecision::cpp_int;
using testing::dec;

constexpr RoundingMode kAllModes[] = {RoundingMode::kHalfUp, RoundingMode::kHalfEven, RoundingMode::kHalfDown,
                                      RoundingMode::kUp,     RoundingMode::kDown,     RoundingMode::kCeiling,
                                      RoundingMode::kFloor};

cpp_int big(Int128 value) {
    const bool negative = value < 0;
    cpp_int out = 0;
    cpp_int unit = 1;
    for (; value != 0; value /= 10, unit *= 10) {
        const int digit = static_cast<int>(value % 10);
        out += unit * (negative ? -digit : digit);
    }
    return negative ? cpp_int(-out) : out;
}

cpp_int ten_to(int exponent) { return boost::multiprecision::pow(cpp_int(10), static_cast<unsigned>(exponent)); }

// floor-based reference, unlike the truncating one under test
cpp_int reference_round(const cpp_int& n, const cpp_int& d, RoundingMode mode) {
    cpp_int floor = n / d;
    if (floor * d > n) --floor;
    const cpp_int twice = 2 * (n - floor * d);
    if (twice == 0) return floor;
    const bool negative = n < 0;
    switch (mode) {
        case RoundingMode::kFloor:
            return floor;
        case RoundingMode::kCeiling:
            return floor + 1;
        case RoundingMode::kDown:
            return negative ? cpp_int(floor + 1) : floor;
        case RoundingMode::kUp:
            return negative ? floor : cpp_int(floor + 1);
        default:
            break;
    }
    if (twice < d) return floor;
    if (twice > d) return floor + 1;
    if (mode == RoundingMode::kHalfEven) return floor % 2 == 0 ? floor : cpp_int(floor + 1);
    return (mode == RoundingMode::kHalfUp) == negative ? floor : cpp_int(floor + 1);
}

Decimal random_decimal(std::mt19937_64& random) {
    const auto mantissa = static_cast<std::int64_t>(random()) >> (random() % 60);
    return Decimal::from_parts(mantissa, static_cast<int>(random() % 10));
}

TEST(Decimal, RoundsThePublishedVectors) {
    const struct {
        const char *value, *quantum, *half_up, *half_even;
    } vectors[] = {{"1.005", "0.01", "1.01", "1.00"}, {"2.675", "0.01", "2.68", "2.68"},
                   {"0.125", "0.01", "0.13", "0.12"}, {"1.575", "0.01", "1.58", "1.58"},
                   {"790.5", "1", "791", "790"},      {"231.50", "1", "232", "232"},
                   {"-1.5", "1", "-2", "-2"},         {"-2.5", "1", "-3", "-2"}};
    for (const auto& v : vectors) {
        EXPECT_EQ(dec(v.value).round_to(dec(v.quantum), RoundingMode::kHalfUp), dec(v.half_up)) << v.value;
        EXPECT_EQ(dec(v.value).round_to(dec(v.quantum), RoundingMode::kHalfEven), dec(v.half_even)) << v.value;
    }
}

TEST(Decimal, RoundsByEveryModeOnBothSidesOfZero) {
    const struct {
        const char* value;
        std::array<const char*, 7> expected;  // in the order of kAllModes
    } rows[] = {{"2.5", {"3", "2", "2", "3", "2", "3", "2"}}, {"-2.5", {"-3", "-2", "-2", "-3", "-2", "-2", "-3"}},
                {"1.1", {"1", "1", "1", "2", "1", "2", "1"}}, {"-1.1", {"-1", "-1", "-1", "-2", "-1", "-1", "-2"}},
                {"1.6", {"2", "2", "2", "2", "1", "2", "1"}}, {"-1.6", {"-2", "-2", "-2", "-2", "-1", "-1", "-2"}},
                {"7", {"7", "7", "7", "7", "7", "7", "7"}}};
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < 7; ++i) {
            EXPECT_EQ(dec(row.value).round_to(Decimal(1), kAllModes[i]), dec(row.expected[i]))
                << row.value << " " << rounding_mode_name(kAllModes[i]);
        }
    }
}

TEST(Decimal, RoundsToQuantaThatAreNoPowersOfTen) {
    EXPECT_EQ(dec("1.075").round_to(dec("0.05"), RoundingMode::kHalfUp).to_string(), "1.1");
    EXPECT_EQ(dec("1.07").round_to(dec("0.05"), RoundingMode::kDown).to_string(), "1.05");
    EXPECT_EQ(dec("12.5").round_to(dec("5"), RoundingMode::kHalfEven).to_string(), "10");
    EXPECT_EQ(dec("12.5").round_to(dec("5"), RoundingMode::kHalfUp).to_string(), "15");
    EXPECT_THROW(dec("1").round_to(Decimal(0), RoundingMode::kUp), ArithmeticError);
    EXPECT_THROW(dec("1").round_to(Decimal(-1), RoundingMode::kUp), ArithmeticError);
}

TEST(Decimal, ParsesOnlyPlainDecimals) {
    for (const char* good : {"0", "-0", "1", "-1", "0.5", "10.00", "123456789012345678901234567890.12345678"}) {
        EXPECT_TRUE(Decimal::parse(good)) << good;
    }
    for (const char* bad :
         {"", "-", "+1", ".5", "5.", "01", "1e3", "1E3", " 1", "1 ", "1,000", "0x1", "--1", "1.2.3", "NaN", "Infinity",
          "1_000", "0.1234567890123456789", "999999999999999999999999999999999999999"}) {
        EXPECT_FALSE(Decimal::parse(bad)) << bad;
    }
    EXPECT_FALSE(Decimal::parse(std::string_view("1\0", 2)));
}

TEST(Decimal, AppliesTheExponentOfAJsonNumberExactly) {
    EXPECT_EQ(Decimal::parse_json_number("2.075e5"), dec("207500"));
    EXPECT_EQ(Decimal::parse_json_number("2075E+2"), dec("207500"));
    EXPECT_EQ(Decimal::parse_json_number("-125e-3"), dec("-0.125"));
    EXPECT_FALSE(Decimal::parse_json_number("1e-19"));
    EXPECT_FALSE(Decimal::parse_json_number("1e99"));
    EXPECT_FALSE(Decimal::parse_json_number("1e400"));
    EXPECT_FALSE(Decimal::parse_json_number("1e"));
}

TEST(Decimal, WritesCanonicalAndFixedText) {
    EXPECT_EQ(dec("1.500").to_string(), "1.5");
    EXPECT_EQ(dec("-0.00").to_string(), "0");
    EXPECT_EQ(dec("-0.05").to_string(), "-0.05");
    EXPECT_EQ(dec("501").to_fixed(2), "501.00");
    EXPECT_EQ(dec("501.125").to_fixed(2), "501.125");
    EXPECT_EQ(dec("0.5").to_fixed(2), "0.50");
}

TEST(Decimal, ChecksOverflowInsteadOfWrapping) {
    const Decimal huge = Decimal::from_parts(power_of_ten(38), 0);
    EXPECT_THROW(huge + huge, ArithmeticError);
    EXPECT_THROW(huge * Decimal(2), ArithmeticError);
    EXPECT_THROW(huge * huge, ArithmeticError);
    EXPECT_THROW(-huge - huge, ArithmeticError);
    EXPECT_THROW(Decimal::from_parts(1, 18) * Decimal::from_parts(1, 18), ArithmeticError);
    EXPECT_GT(huge, Decimal::from_parts(1, 18));
    EXPECT_LT(-huge, Decimal::from_parts(1, 18));
}

TEST(Decimal, AgreesWithBigIntegersOnRandomOperations) {
    std::mt19937_64 random(20260301);
    for (int i = 0; i < 20000; ++i) {
        const Decimal a = random_decimal(random);
        const Decimal b = random_decimal(random);
        const cpp_int left = big(a.mantissa()) * ten_to(18 - a.scale());
        const cpp_int right = big(b.mantissa()) * ten_to(18 - b.scale());
        const auto at_18 = [](const Decimal& v) { return cpp_int(big(v.mantissa()) * ten_to(18 - v.scale())); };
        ASSERT_EQ(at_18(a + b), left + right);
        ASSERT_EQ(at_18(a - b), left - right);
        ASSERT_EQ(at_18(a * b) * ten_to(18), left * right);
        ASSERT_EQ(a < b, left < right);
        ASSERT_EQ(a == b, left == right);
        ASSERT_EQ(Decimal::parse(a.to_string()), a);
    }
}

TEST(Decimal, AgreesWithBigIntegersOnRandomRoundings) {
    std::mt19937_64 random(7);
    const Decimal quanta[] = {dec("0.01"), dec("1"), dec("0.05"), dec("5"), dec("0.001"), dec("2.5")};
    for (int i = 0; i < 20000; ++i) {
        // Few digits, so that ties are common.
        const Decimal value =
            Decimal::from_parts(static_cast<std::int64_t>(random() % 200001) - 100000, static_cast<int>(random() % 5));
        const Decimal& quantum = quanta[random() % 6];
        const RoundingMode mode = kAllModes[random() % 7];
        const cpp_int n = big(value.mantissa()) * ten_to(quantum.scale());
        const cpp_int d = big(quantum.mantissa()) * ten_to(value.scale());
        const cpp_int expected = reference_round(n, d, mode) * big(quantum.mantissa());
        ASSERT_EQ(big(value.round_to(quantum, mode).mantissa()), expected)
            << value.to_string() << " to " << quantum.to_string() << " " << rounding_mode_name(mode);
    }
}

TEST(Decimal, NamesEveryRoundingMode) {
    for (const RoundingMode mode : kAllModes) EXPECT_EQ(parse_rounding_mode(rounding_mode_name(mode)), mode);
    EXPECT_FALSE(parse_rounding_mode("half_up"));
}

}  // namespace
}  // namespace tidegate::rating
