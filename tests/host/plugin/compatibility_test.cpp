#include "plugin/compatibility.hpp"

#include <gtest/gtest.h>

namespace tidegate::plugin {
namespace {

Manifest version(const char* number) {
    Manifest manifest;
    manifest.version = number;
    manifest.messages.push_back({.prefix = "quote", .key_field = {}});
    manifest.endpoints.push_back({.path = "/ws/quotes", .connection_type = "quote", .channel = {}});
    manifest.channels.push_back({.pattern = "quote:*", .may_record = true});
    return manifest;
}

TEST(Compatibility, AcceptsMoreRoutesAndOtherLimits) {
    auto next = version("2");
    next.messages[0].deadline_ms = 100;
    next.messages.push_back({.prefix = "more", .key_field = {}});
    EXPECT_EQ(why_not_key_by_key(version("1"), next), std::nullopt);
    EXPECT_FALSE(same_routes(version("1"), next));
}

TEST(Compatibility, AcceptsOtherEventsAndOtherChannelsToPublishOn) {
    auto before = version("1"), next = version("2");
    before.events.push_back({.name = "a.*", .key = {}});
    before.publishes.push_back({.pattern = "room:*", .may_record = true});
    next.events.push_back({.name = "b", .key = "k"});
    EXPECT_EQ(why_not_key_by_key(before, next), std::nullopt);
    EXPECT_FALSE(same_routes(before, next));
    next.publishes = before.publishes;
    EXPECT_TRUE(same_routes(before, next));
}

TEST(Compatibility, WantsEachVersionToReadWhatTheOtherWrites) {
    auto next = version("2");
    next.state = {2, 1, 2, 2};
    const auto problem = why_not_key_by_key(version("1"), next);
    ASSERT_TRUE(problem);
    EXPECT_NE(problem->find("needs a gate: state schemas"), std::string::npos) << *problem;
    next.state = {2, 1, 2, 1};  // reads both, still writes the old one
    EXPECT_EQ(why_not_key_by_key(version("1"), next), std::nullopt);
}

TEST(Compatibility, RefusesWhatWouldSendAMessageAnotherWay) {
    auto next = version("2");
    next.messages[0].key = routing::KeyKind::kChannel;
    EXPECT_TRUE(why_not_key_by_key(version("1"), next));
    next = version("2");
    next.messages[0].mode = routing::Mode::kStartOrder;
    EXPECT_TRUE(why_not_key_by_key(version("1"), next));
    for (auto member : {&Manifest::messages}) {
        next = version("2");
        (next.*member).clear();
        EXPECT_TRUE(why_not_key_by_key(version("1"), next));
    }
    next = version("2");
    next.endpoints.clear();
    EXPECT_TRUE(why_not_key_by_key(version("1"), next));
    next = version("2");
    next.channels[0].may_record = false;
    EXPECT_TRUE(why_not_key_by_key(version("1"), next));
}

}  // namespace
}  // namespace tidegate::plugin
