#include "base/time_text.hpp"

#include <gtest/gtest.h>

namespace tidegate {
namespace {

TEST(TimeText, WritesUtcWithMilliseconds) {
    EXPECT_EQ(iso8601_utc(1732444800123), "2024-11-24T10:40:00.123Z");
    EXPECT_EQ(iso8601_utc(0), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(iso8601_utc(951782400000), "2000-02-29T00:00:00.000Z");
}

}  // namespace
}  // namespace tidegate
