#include "protocol/codes.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tidegate::protocol {
namespace {

TEST(Codes, EveryErrorIsFoundByItsName) {
    std::set<std::string_view> names;
    for (const ErrorRow& candidate : kErrorRows) {
        EXPECT_TRUE(names.insert(candidate.name).second) << candidate.name;
        EXPECT_EQ(find_error(candidate.name), candidate.code);
        EXPECT_EQ(row(candidate.code).name, candidate.name);
        EXPECT_FALSE(candidate.message.empty());
    }
    EXPECT_EQ(kErrorCodes, 14u);
    EXPECT_EQ(find_error("no_such_code"), std::nullopt);
}

TEST(Codes, CloseCodesSayWhetherToReconnect) {
    EXPECT_EQ(find_close(4001)->reason, "Unauthorized");
    EXPECT_EQ(find_close(4001)->reconnect, Reconnect::kWithNewToken);
    EXPECT_EQ(find_close(4003)->reconnect, Reconnect::kNo);
    EXPECT_EQ(find_close(4008)->reconnect, Reconnect::kYes);
    EXPECT_EQ(find_close(1001)->reconnect, Reconnect::kAfterDelay);
    EXPECT_EQ(find_close(1001)->reason, "reconnect_after_ms=1500");
    EXPECT_EQ(find_close(4013)->reconnect, Reconnect::kWithBackOff);
    EXPECT_EQ(find_close(4999), nullptr);
    EXPECT_EQ(close::kExpired, 4010);
}

}  // namespace
}  // namespace tidegate::protocol
