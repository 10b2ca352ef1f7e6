#include "time_zone/zone.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>

#include "time_zone/zone_file.hpp"

namespace tidegate::time_zone {
namespace {

constexpr std::int64_t kMinuteMs = 60'000, kHour = 60 * kMinuteMs, kDay = 24 * kHour;
constexpr std::int64_t kNoon = 1'794'052'800'000;  // 2026-11-07T12:00:00Z

Zone zone(const std::string& name) {
    auto out = Zone::named(name);
    EXPECT_TRUE(out.ok()) << out.text();
    return out.ok() ? *std::move(out) : Zone();
}

// Hours of the calendar day that `inside_ms` is in, and how many buckets they make.
std::pair<std::int64_t, std::size_t> hours_of_day(const Zone& of, std::int64_t inside_ms) {
    std::map<std::int64_t, int> minutes_by_hour;
    for (std::int64_t at = inside_ms - 2 * kDay; at < inside_ms + 2 * kDay; at += kMinuteMs) {
        if (of.day_of(at) == of.day_of(inside_ms)) ++minutes_by_hour[of.hour_start_ms(at)];
    }
    std::int64_t minutes = 0;
    for (const auto& [hour, count] : minutes_by_hour) minutes += count;
    return {minutes / 60, minutes_by_hour.size()};
}

constexpr std::int64_t kSpringNoon = 1'772'985'600'000;  // 2026-03-08T16:00:00Z, noon of summer time in New York
constexpr std::int64_t kAutumnNoon = 1'793'552'400'000;  // 2026-11-01T17:00:00Z

TEST(Zone, DaysHave23Or25HoursWhenTheClockIsChanged) {
    const Zone new_york = zone("America/New_York");
    EXPECT_EQ(hours_of_day(new_york, kSpringNoon), std::make_pair(std::int64_t{23}, std::size_t{23}));
    EXPECT_EQ(hours_of_day(new_york, kAutumnNoon), std::make_pair(std::int64_t{25}, std::size_t{25}));
    EXPECT_EQ(hours_of_day(new_york, kAutumnNoon + 2 * kDay), std::make_pair(std::int64_t{24}, std::size_t{24}));
    EXPECT_EQ(hours_of_day(zone("Europe/Berlin"), 1'792'929'600'000).first, 25);  // 2026-10-25
    EXPECT_EQ(hours_of_day(Zone(), kAutumnNoon).first, 24);
}

TEST(Zone, NamesTheRepeatedHourTwice) {
    const Zone new_york = zone("America/New_York");
    const std::int64_t change_ms = 1'793'512'800'000;
    EXPECT_EQ(new_york.text(change_ms - kHour), "2026-11-01T01:00:00-04:00");
    EXPECT_EQ(new_york.text(change_ms), "2026-11-01T01:00:00-05:00");
    EXPECT_EQ(new_york.hour_start_ms(change_ms - 1), change_ms - kHour);
    EXPECT_EQ(new_york.hour_start_ms(change_ms), change_ms);
    EXPECT_EQ(day_text(new_york.day_of(change_ms)), "2026-11-01");
}

TEST(Zone, KnowsTimesBeforeAndAfterItsListedChanges) {
    const Zone new_york = zone("America/New_York");
    EXPECT_EQ(new_york.text(4'102'444'800'000 + 182 * kDay), "2100-07-01T20:00:00-04:00");
    EXPECT_EQ(new_york.text(4'102'444'800'000), "2099-12-31T19:00:00-05:00");
    EXPECT_EQ(new_york.text(0), "1969-12-31T19:00:00-05:00");
    EXPECT_EQ(Zone().text(951'782'400'000), "2000-02-29T00:00:00+00:00");
}

TEST(Zone, BeginsHoursWhereAHalfHourZoneDoes) {
    const Zone kolkata = zone("Asia/Kolkata");
    EXPECT_EQ(kolkata.text(kolkata.hour_start_ms(kNoon)), "2026-11-07T17:00:00+05:30");
    EXPECT_EQ(kolkata.text(kolkata.hour_start_ms(kolkata.hour_start_ms(kNoon) - 1)), "2026-11-07T16:00:00+05:30");
}

TEST(Zone, RefusesWhatIsNoZone) {
    for (const char* name : {"", "Mars/Olympus", "Europe/", "..", "a b", "../../etc/passwd", "/etc/passwd", "America",
                             "zone.tab", "US/\xff"}) {
        EXPECT_FALSE(Zone::named(name).ok()) << name;
    }
}

TEST(Zone, ReadsNoFileThatWasCutOrChanged) {
    const std::string name = "America/New_York";
    std::ifstream file("/usr/share/zoneinfo/" + name, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    ASSERT_TRUE(ZoneFile::parse(name, bytes).ok());
    for (std::size_t size = 0; size + 30 < bytes.size(); ++size) {
        EXPECT_FALSE(ZoneFile::parse(name, bytes.substr(0, size)).ok()) << size;
    }
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        std::string changed = bytes;
        changed[at] = static_cast<char>(0xFF);
        if (const auto read = ZoneFile::parse(name, changed)) read.value().text(kNoon);
    }
}

}  // namespace
}  // namespace tidegate::time_zone
