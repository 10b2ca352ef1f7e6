#include "config/change.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidegate::config {
namespace {

using testing::Contains;
using testing::Field;
using testing::SizeIs;

TEST(Change, IsNoneBetweenEqualSettings) { EXPECT_THAT(changes(Settings{}, Settings{}), SizeIs(0)); }

TEST(Change, NamesEachKeyAndHidesSecrets) {
    Settings running, next;
    next.listen.loops = 5;
    next.auth.hs256_key = "a-new-secret-a-new-secret-a-new-secret";
    next.features["quote"].config = R"({"a":1})";
    const auto found = changes(running, next);
    EXPECT_THAT(found, Contains(Field(&Change::key, "listen.loops")));
    EXPECT_THAT(found, Contains(Field(&Change::key, "auth.hs256_key")));
    for (const auto& change : found) EXPECT_EQ(change.after.find("a-new-secret"), std::string::npos);
}

}  // namespace
}  // namespace tidegate::config
