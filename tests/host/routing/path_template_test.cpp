#include "routing/path_template.hpp"

#include <gtest/gtest.h>

namespace tidegate::routing {
namespace {

TEST(PathTemplate, MatchesSegmentBySegment) {
    EXPECT_EQ(match_path("/ws/quotes/{id}", "/ws/quotes/7"), (Params{{"id", "7"}}));
    EXPECT_EQ(match_path("/a/{x}/b/{y}", "/a/1/b/2"), (Params{{"x", "1"}, {"y", "2"}}));
    EXPECT_EQ(match_path("/a", "/a"), Params{});
    EXPECT_FALSE(match_path("/ws/quotes/{id}", "/ws/quotes/"));
    EXPECT_FALSE(match_path("/ws/quotes/{id}", "/ws/quotes/7/8"));
    EXPECT_FALSE(match_path("/ws/quotes/{id}", "/ws/quotes"));
    EXPECT_FALSE(match_path("/a", "/b"));
}

TEST(PathTemplate, FillsNamesAndLeavesUnknownPlaceholders) {
    EXPECT_EQ(fill_template("quote:{id}", {{"id", "7"}}), "quote:7");
    EXPECT_EQ(fill_template("dashboard:{kind=general}", {}), "dashboard:{kind=general}");
    EXPECT_EQ(fill_rest("dashboard:{kind=general}", {}), "dashboard:general");
    EXPECT_EQ(fill_rest("dashboard:{kind=general}", {{"kind", "sales"}}), "dashboard:sales");
    EXPECT_EQ(fill_rest("dashboard:{kind}", {}), std::nullopt);
    EXPECT_EQ(fill_rest("", {}), "");
}

TEST(PathTemplate, ALiteralIsMoreExactThanAPlaceholder) {
    EXPECT_TRUE(is_more_exact("/a/b", "/a/{x}"));
    EXPECT_FALSE(is_more_exact("/a/{x}", "/a/b"));
    EXPECT_FALSE(is_more_exact("/a/{x}", "/a/{y}"));
    EXPECT_TRUE(same_shape("/a/{x}", "/a/{y}"));
    EXPECT_FALSE(same_shape("/a/{x}", "/a/b"));
}

}  // namespace
}  // namespace tidegate::routing
