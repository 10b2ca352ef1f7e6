#include "metrics/sketch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace tidegate::analytics {
namespace {

void expect_within_error(std::vector<std::int64_t> values, const Sketch& sketch) {
    std::sort(values.begin(), values.end());
    ASSERT_EQ(sketch.count(), values.size());
    for (const unsigned thousandths : {0U, 1U, 250U, 500U, 900U, 990U, 999U, 1000U}) {
        const auto exact = static_cast<double>(values[(values.size() - 1) * thousandths / 1000]);
        EXPECT_NEAR(static_cast<double>(*sketch.quantile_ms(thousandths)), exact, exact * Sketch::kRelativeError + 0.5)
            << thousandths;
    }
}

TEST(Sketch, HasQuantilesWithinItsErrorForAnyDistribution) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 40; ++round) {
        std::vector<std::int64_t> values;
        Sketch sketch;
        std::lognormal_distribution<double> bell(std::uniform_real_distribution<double>(0, 18)(random), round % 5);
        const int count = 1 + static_cast<int>(random() % 3000);
        for (int i = 0; i < count; ++i) {
            const auto value =
                static_cast<std::int64_t>(std::min(bell(random), static_cast<double>(Sketch::kLongestMs)));
            values.push_back(value);
            sketch.add(value);
        }
        expect_within_error(values, sketch);
    }
}

TEST(Sketch, MergedOrInAnotherOrderIsTheSame) {
    std::mt19937_64 random(8);
    std::vector<std::int64_t> values(5000);
    for (std::int64_t& value : values) value = static_cast<std::int64_t>(random() % 100'000'000);
    Sketch whole, left, right, backwards;
    for (std::size_t i = 0; i < values.size(); ++i) {
        whole.add(values[i]);
        (i % 3 == 0 ? left : right).add(values[i]);
        backwards.add(values[values.size() - 1 - i]);
    }
    left.merge(right);
    EXPECT_EQ(left, whole);
    EXPECT_EQ(backwards, whole);
    Sketch none;
    none.merge(whole);
    EXPECT_EQ(none, whole);
    EXPECT_EQ(Sketch::from(whole.buckets(), whole.sum_ms()), whole);
}

TEST(Sketch, TakenBackIsAsNeverAdded) {
    Sketch sketch, other;
    for (std::int64_t value = 0; value < 1000; ++value) sketch.add(value * value);
    for (std::int64_t value = 0; value < 1000; value += 2) other.add(value * value);
    for (std::int64_t value = 1; value < 1000; value += 2) sketch.take_back(value * value);
    EXPECT_EQ(sketch, other);
    for (std::int64_t value = 0; value < 1000; value += 2) sketch.take_back(value * value);
    EXPECT_EQ(sketch, Sketch());
    EXPECT_EQ(sketch.quantile_ms(500), std::nullopt);
}

TEST(Sketch, IsBoundedWhateverComes) {
    Sketch sketch;
    std::mt19937_64 random(9);
    for (int i = 0; i < 200'000; ++i) sketch.add(static_cast<std::int64_t>(random() >> (random() % 64)));
    sketch.add(-5);
    EXPECT_LE(sketch.buckets().size(), 1300U);
    EXPECT_EQ(sketch.quantile_ms(0), 0);
    EXPECT_NEAR(static_cast<double>(*sketch.quantile_ms(1000)), static_cast<double>(Sketch::kLongestMs),
                static_cast<double>(Sketch::kLongestMs) * 0.01);
}

}  // namespace
}  // namespace tidegate::analytics
