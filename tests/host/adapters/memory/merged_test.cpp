#include "adapters/memory/merged.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace tidegate {
namespace {

using Numbers = std::vector<int>;

Numbers all_of(const std::vector<Numbers>& ranges) {
    Merged<Numbers::const_iterator, std::less<>> merged{std::less<>()};
    for (const auto& range : ranges) merged.add(range.begin(), range.end());
    Numbers found;
    while (const auto at = merged.next()) found.push_back(**at);
    return found;
}

TEST(Merged, GivesAllOfAllRangesInOneOrder) {
    EXPECT_EQ(all_of({{1, 4, 9}, {2, 3}, {}, {5}}), (Numbers{1, 2, 3, 4, 5, 9}));
    EXPECT_EQ(all_of({{2, 2}, {2}}), (Numbers{2, 2, 2}));
    EXPECT_EQ(all_of({{}, {7}}), Numbers{7});
}

TEST(Merged, EndsWhenNothingIsLeft) {
    EXPECT_EQ(all_of({}), Numbers());
    EXPECT_EQ(all_of({{}, {}}), Numbers());
}

}  // namespace
}  // namespace tidegate
