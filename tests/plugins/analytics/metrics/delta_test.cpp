#include <gtest/gtest.h>

#include "events.hpp"

namespace tidegate::analytics {
namespace {

using nlohmann::json;

// A merge patch cannot set null: what has no value is missing behind it.
json without_nulls(const json& value) {
    if (!value.is_object()) return value;
    json out = json::object();
    for (const auto& [name, member] : value.items()) {
        if (!member.is_null()) out[name] = without_nulls(member);
    }
    return out;
}

TEST(Delta, TurnsOneDashboardIntoTheNext) {
    Folding on;
    std::string before = on.metrics.dashboard(DashboardType::kSales, kNoon);
    json client = json::parse(before);
    std::int64_t at_ms = kNoon;
    const auto step = [&] {
        const std::string after = on.metrics.dashboard(DashboardType::kSales, at_ms);
        client.merge_patch(json::parse(delta(before, after)));
        EXPECT_EQ(without_nulls(client), without_nulls(json::parse(after)));
        before = after;
    };
    for (int i = 0; i < 30; ++i) {
        on.created("q" + std::to_string(i), at_ms);
        step();
        on.rated("q" + std::to_string(i), at_ms + kMinuteMs);
        step();
        if (i % 3 == 0) on.bound("q" + std::to_string(i / 2), at_ms += 7 * kHour);
        step();
    }
    at_ms += 60 * kDay;  // ratios lose their values again
    step();
    EXPECT_FALSE(client["conversions"].contains("hit_ratio"));
}

TEST(Delta, OfNoChangeIsEmptyAndOfOneIsSmall) {
    Folding on;
    on.created("a", kNoon);
    const std::string before = on.metrics.dashboard(DashboardType::kGeneral, kNoon);
    EXPECT_EQ(delta(before, before), "{}");
    on.fold("field.updated", {{"quote_id", "a"}, {"by", "u1"}}, kNoon);
    const json patch = json::parse(delta(before, on.metrics.dashboard(DashboardType::kGeneral, kNoon)));
    EXPECT_EQ(patch, json({{"activity", {{"edits_today", 1}}}}));
}

TEST(Delta, FromWhatIsNoDashboardIsTheWholeOne) {
    EXPECT_EQ(delta("", R"({"a":1})"), R"({"a":1})");
    EXPECT_EQ(delta("[1]", R"({"a":1})"), R"({"a":1})");
}

}  // namespace
}  // namespace tidegate::analytics
