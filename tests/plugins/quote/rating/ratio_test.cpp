#include "rating/ratio.hpp"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <random>

#include "rating_fixture.hpp"

namespace tidegate::rating {
namespace {

using boost::multiprecision::cpp_rational;
using testing::dec;

cpp_rational reference(const Ratio& value) {
    return cpp_rational(static_cast<std::int64_t>(value.numerator()), static_cast<std::int64_t>(value.denominator()));
}

TEST(Ratio, InterpolatesThePublishedHomeownersExamples) {
    const Ratio inside = interpolate(dec("90000"), dec("229"), dec("91000"), dec("233"), dec("90500"));
    EXPECT_EQ(inside.text(), "231");
    const Decimal beyond = (Ratio(dec("745")) * Ratio(dec("1.0250"))).round_to({Decimal(1), RoundingMode::kHalfUp});
    EXPECT_EQ(beyond.to_string(), "764");
}

TEST(Ratio, KeepsAFactorNoDecimalIsEqualTo) {
    const Ratio third = interpolate(dec("80000"), dec("0.56"), dec("95000"), dec("0.63"), dec("80500"));
    EXPECT_EQ(third.text(), "1687/3000");
    EXPECT_FALSE(third.as_decimal());
    EXPECT_EQ(Ratio::parse("1687/3000"), third);
    EXPECT_EQ((Ratio(dec("500")) * third).round_to({dec("0.01"), RoundingMode::kHalfUp}).to_string(), "281.17");
}

TEST(Ratio, TellsWhetherARoundedInterpolationIsExact) {
    const auto exact =
        interpolate(dec("200000"), dec("1.00"), dec("215000"), dec("1.04"), dec("207500"), 6, RoundingMode::kHalfUp);
    EXPECT_TRUE(exact.exact);
    EXPECT_EQ(exact.value.to_string(), "1.02");
    const auto cut =
        interpolate(dec("80000"), dec("0.56"), dec("95000"), dec("0.63"), dec("80500"), 4, RoundingMode::kHalfUp);
    EXPECT_FALSE(cut.exact);
    EXPECT_EQ(cut.value.to_string(), "0.5623");
    EXPECT_THROW(interpolate(dec("1"), dec("1"), dec("1"), dec("2"), dec("1")), ArithmeticError);
}

TEST(Ratio, AgreesWithRationalsOnRandomOperations) {
    std::mt19937_64 random(11);
    const auto pick = [&] {
        return Ratio::of(static_cast<std::int64_t>(random() % 200001) - 100000,
                         static_cast<std::int64_t>(random() % 9999) + 1);
    };
    for (int i = 0; i < 20000; ++i) {
        const Ratio a = pick();
        const Ratio b = pick();
        ASSERT_EQ(reference(a + b), reference(a) + reference(b));
        ASSERT_EQ(reference(a - b), reference(a) - reference(b));
        ASSERT_EQ(reference(a * b), reference(a) * reference(b));
        if (!b.is_zero()) {
            ASSERT_EQ(reference(a / b), reference(a) / reference(b));
        }
        ASSERT_EQ(a < b, reference(a) < reference(b));
        ASSERT_EQ(Ratio::parse(a.text()), a);
    }
}

TEST(Ratio, RefusesZeroDenominatorsAndOverflow) {
    EXPECT_THROW(Ratio::of(1, 0), ArithmeticError);
    EXPECT_THROW(Ratio(Decimal(1)) / Ratio(), ArithmeticError);
    const Ratio tiny = Ratio::of(1, power_of_ten(30));
    EXPECT_THROW(tiny * tiny, ArithmeticError);
    for (const char* bad : {"1/0", "1/-2", "1/2/3", "1.5/2", "/2", "1/", ""}) EXPECT_FALSE(Ratio::parse(bad)) << bad;
}

}  // namespace
}  // namespace tidegate::rating
