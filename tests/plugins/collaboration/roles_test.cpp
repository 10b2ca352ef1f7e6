#include "roles.hpp"

#include <gtest/gtest.h>

namespace tidegate::collaboration {
namespace {

TEST(Roles, RiseFromCustomerToAdmin) {
    EXPECT_LT(rank_of("customer"), rank_of("agent"));
    EXPECT_LT(rank_of("agent"), rank_of("underwriter"));
    EXPECT_LT(rank_of("underwriter"), rank_of("manager"));
    EXPECT_LT(rank_of("manager"), rank_of("admin"));
    EXPECT_LT(rank_of("root"), rank_of("customer"));
}

TEST(Roles, TakeLocksFromLowerOnesOnly) {
    EXPECT_TRUE(may_take_over("underwriter", "agent"));
    EXPECT_FALSE(may_take_over("agent", "agent"));
    EXPECT_FALSE(may_take_over("agent", "underwriter"));
    EXPECT_FALSE(may_take_over("", ""));
}

TEST(Roles, UnderwritersAndAboveEndAReview) {
    EXPECT_FALSE(may_end_review("agent"));
    EXPECT_TRUE(may_end_review("underwriter"));
    EXPECT_TRUE(may_end_review("admin"));
}

}  // namespace
}  // namespace tidegate::collaboration
