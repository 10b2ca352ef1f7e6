#include "wire/http_target.hpp"

#include <gtest/gtest.h>

namespace tidegate {
namespace {

TEST(HttpTarget, SplitsPathAndQueryAndDecodesThePath) {
    const TargetResult result = parse_target("/ws/caf%C3%A9%20x?token=a%20b&x");
    ASSERT_TRUE(result.target) << result.reason;
    EXPECT_EQ(result.target->path, "/ws/caf\xC3\xA9 x");
    EXPECT_EQ(result.target->query, "token=a%20b&x");
}

TEST(HttpTarget, AcceptsOrdinaryPaths) {
    for (const char* good :
         {"/", "/ws", "/a/", "/a/b.c", "/..a", "/a..", "/.well-known/x", "/a?", "/a?b?c=//../", "/%7Euser"}) {
        EXPECT_TRUE(parse_target(good).target) << good;
    }
}

TEST(HttpTarget, RefusesWhatIsNotOnePlainPath) {
    for (const char* bad : {"",       "*",       "ws",     "http://host/ws", "host:443",    "/a#b",
                            "/a?b#c", "/a b",    "/a\\b",  "/caf\xC3\xA9",   "/a%",         "/a%2",
                            "/a%zz",  "/a%00b",  "/a%0Ab", "/a%7F",          "/a%FF",       "/a%2Fb",
                            "/a%2fb", "/a/../b", "/a/..",  "/./a",           "/a/%2e%2E/b", "//a",
                            "/a//b"}) {
        const TargetResult result = parse_target(bad);
        EXPECT_FALSE(result.target) << bad;
        EXPECT_NE(result.reason, nullptr) << bad;
    }
}

TEST(HttpTarget, FindsAndDecodesAParameter) {
    const std::string_view query = "a=1&token=x%2By+z&empty=&flag&a=2&n%61me=v";
    EXPECT_EQ(query_parameter(query, "a"), "1");
    EXPECT_EQ(query_parameter(query, "token"), "x+y z");
    EXPECT_EQ(query_parameter(query, "empty"), "");
    EXPECT_EQ(query_parameter(query, "flag"), "");
    EXPECT_EQ(query_parameter(query, "name"), "v");
    EXPECT_EQ(query_parameter(query, "absent"), std::nullopt);
    EXPECT_EQ(query_parameter("", "a"), std::nullopt);
}

TEST(HttpTarget, AParameterThatIsNotCleanTextIsNone) {
    EXPECT_EQ(query_parameter("a=%", "a"), std::nullopt);
    EXPECT_EQ(query_parameter("a=%0A", "a"), std::nullopt);
    EXPECT_EQ(query_parameter("a=%00", "a"), std::nullopt);
    EXPECT_EQ(query_parameter("a=%FF", "a"), std::nullopt);
}

}  // namespace
}  // namespace tidegate
