#include "adapters/documents/path_ledger.hpp"

#include "adapters/documents/limits.hpp"

#include <gtest/gtest.h>

namespace tidegate {
namespace {

TEST(PathLedger, FindsTheHighestAmongParentsAndChildrenOnly) {
    PathLedger ledger;
    ledger.record("a/b", {3, 5});
    ledger.record("a/bc", {4, 9});
    EXPECT_EQ(ledger.highest("a/b").revision, 3u);
    EXPECT_EQ(ledger.highest("a/b/c").fence, 5u);
    EXPECT_EQ(ledger.highest("a").revision, 4u);
    EXPECT_EQ(ledger.highest("").fence, 9u);
    EXPECT_EQ(ledger.highest("x").revision, 0u);
}

TEST(PathLedger, AParentsChangeReplacesItsChildrensUnlessTheySawAHigherFence) {
    PathLedger ledger;
    ledger.record("a/low", {1, 2});
    ledger.record("a/high", {2, 9});
    ledger.record("a", {3, 4});
    EXPECT_EQ(ledger.find("a/low"), nullptr);
    ASSERT_NE(ledger.find("a/high"), nullptr);
    EXPECT_EQ(ledger.highest("a/low").fence, 4u);
    EXPECT_EQ(ledger.highest("a/high").fence, 9u);
    EXPECT_EQ(ledger.take_changed(), (std::set<std::string>{"a", "a/high", "a/low"}));
    EXPECT_TRUE(ledger.take_changed().empty());
}

TEST(PathLedger, FoldsTheDeepestPathsIntoTheirParentsWhenThereAreTooMany) {
    PathLedger ledger;
    for (std::uint64_t n = 0; n <= document_limits::kPaths; ++n) {
        ledger.record("p" + std::to_string(n % 8) + "/c" + std::to_string(n), {n + 1, n});
        ASSERT_LE(ledger.size(), document_limits::kPaths);
    }
    EXPECT_EQ(ledger.size(), 8u);
    // Coarser, but never lower than what was recorded.
    for (std::uint64_t n = 0; n <= document_limits::kPaths; ++n) {
        const auto highest = ledger.highest("p" + std::to_string(n % 8) + "/c" + std::to_string(n));
        EXPECT_GE(highest.revision, n + 1);
        EXPECT_GE(highest.fence, n);
    }
    EXPECT_EQ(ledger.highest("elsewhere").revision, 0u);
}

}  // namespace
}  // namespace tidegate
