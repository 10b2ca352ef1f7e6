#include "preferences.hpp"

#include <gtest/gtest.h>

namespace tidegate::notification {
namespace {

Preferences preferences(const std::string& json) {
    auto read = read_preferences(json);
    EXPECT_TRUE(std::holds_alternative<Preferences>(read)) << std::get<std::string>(read);
    return std::get<Preferences>(read);
}
std::string why(const std::string& json) {
    const auto read = read_preferences(json);
    return std::holds_alternative<std::string>(read) ? std::get<std::string>(read) : "";
}

Notice of(Level level, const std::string& topic = "") {
    Notice out;
    out.level = level;
    out.topic = topic;
    return out;
}

constexpr std::int64_t kDay = 86'400'000;
constexpr std::int64_t at(std::int64_t unix_s) { return unix_s * 1000; }

TEST(Preferences, AreKeptAsTheyAreGiven) {
    const std::string text =
        R"({"min_level":"warning","muted_topics":["a"],"quiet_hours":{"from":"22:05","to":"07:00","zone":"Europe/Paris"}})";
    EXPECT_EQ(preferences(text).json(), text);
    EXPECT_EQ(preferences("{}").json(), R"({"min_level":"info","muted_topics":[],"quiet_hours":null})");
}

TEST(Preferences, RefuseWhatTheyDoNotKnow) {
    for (const char* text : {"[]", R"({"min_level":"x"})", R"({"muted_topics":"a"})", R"({"muted_topics":[""]})",
                             R"({"x":1})", R"({"quiet_hours":{"from":"22:00","to":"22:00","zone":"UTC"}})",
                             R"({"quiet_hours":{"from":"24:00","to":"7:00","zone":"UTC"}})",
                             R"({"quiet_hours":{"from":"22:00","to":"07:00","zone":"Mars/Base"}})",
                             R"({"quiet_hours":{"from":"22:00","to":"07:00","zone":"../../etc/passwd"}})",
                             R"({"quiet_hours":{"from":"22:00","to":"07:00","zone":"/etc/passwd"}})",
                             R"({"quiet_hours":{"from":"22:00","to":"07:00"}})",
                             R"({"quiet_hours":{"from":"22:00","to":"07:00","zone":"UTC","x":"y"}})"})
        EXPECT_NE(why(text), "") << text;
}

TEST(Preferences, HoldBackByLevelAndTopicButNeverTheCritical) {
    const Preferences some = preferences(R"({"min_level":"warning","muted_topics":["ads"]})");
    EXPECT_EQ(some.held_until(of(Level::kInfo), 0), kNever);
    EXPECT_EQ(some.held_until(of(Level::kWarning), 0), 0);
    EXPECT_EQ(some.held_until(of(Level::kError, "ads"), 0), kNever);
    EXPECT_EQ(some.held_until(of(Level::kCritical, "ads"), 0), 0);
}

TEST(Preferences, QuietHoursOverMidnight) {
    const Preferences some = preferences(R"({"quiet_hours":{"from":"22:00","to":"07:00","zone":"UTC"}})");
    const std::int64_t midnight = at(1'700'006'400);  // 2023-11-15T00:00:00Z
    ASSERT_EQ(midnight % kDay, 0);
    const Notice one = of(Level::kInfo);
    EXPECT_EQ(some.held_until(one, midnight - 7'200'000), midnight + 7 * 3'600'000);
    EXPECT_EQ(some.held_until(one, midnight - 7'200'001), 0);
    EXPECT_EQ(some.held_until(one, midnight + 6 * 3'600'000 + 59'500), midnight + 7 * 3'600'000);
    EXPECT_EQ(some.held_until(one, midnight + 7 * 3'600'000), 0);
    EXPECT_EQ(some.held_until(of(Level::kCritical), midnight), 0);
}

// New York, 2023-11-05: the clock goes from 02:00 EDT back to 01:00 EST at 06:00Z.
TEST(Preferences, QuietHoursEndByTheClockThatStandsThen) {
    const Preferences some = preferences(R"({"quiet_hours":{"from":"22:00","to":"07:00","zone":"America/New_York"}})");
    const std::int64_t before = at(1'699'156'800);  // 2023-11-05T04:00:00Z, 00:00 EDT
    EXPECT_EQ(some.held_until(of(Level::kInfo), before), at(1'699'185'600)) << "07:00 EST is 12:00Z";
    // 2023-03-12: from 02:00 EST to 03:00 EDT at 07:00Z.
    EXPECT_EQ(some.held_until(of(Level::kInfo), at(1'678'597'200)), at(1'678'618'800)) << "07:00 EDT is 11:00Z";
}

}  // namespace
}  // namespace tidegate::notification
