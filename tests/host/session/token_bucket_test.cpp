#include "session/token_bucket.hpp"

#include <gtest/gtest.h>

namespace tidegate::session {
namespace {

TEST(TokenBucket, AllowsEverythingWithoutARate) {
    TokenBucket bucket;
    for (int i = 0; i < 10'000; ++i) EXPECT_EQ(bucket.take(0, 1, 0), 0);
}

TEST(TokenBucket, AllowsTheBurstAndThenTheRate) {
    TokenBucket bucket;
    for (int i = 0; i < 200; ++i) EXPECT_EQ(bucket.take(50, 200, 1000), 0);
    EXPECT_EQ(bucket.take(50, 200, 1000), 20);
    EXPECT_GT(bucket.take(50, 200, 1019), 0);
    EXPECT_EQ(bucket.take(50, 200, 1020), 0);
    int allowed = 0;
    for (int now = 1021; now <= 11'020; ++now) allowed += bucket.take(50, 200, now) == 0;
    EXPECT_EQ(allowed, 500);
}

TEST(TokenBucket, NeverHoldsMoreThanTheBurst) {
    TokenBucket bucket;
    EXPECT_EQ(bucket.take(50, 3, 0), 0);
    int allowed = 0;
    for (int i = 0; i < 10; ++i) allowed += bucket.take(50, 3, 1'000'000'000) == 0;
    EXPECT_EQ(allowed, 3);
}

}  // namespace
}  // namespace tidegate::session
