#include "alerts/trail.hpp"

#include <gtest/gtest.h>

namespace tidegate::analytics {
namespace {

TEST(Trail, IsTheMeanOfTheSameHourOfTheSameWeekday) {
    Trail trail;
    trail.note({100, 9}, 1, 4);
    trail.note({107, 9}, 2, 4);
    trail.note({107, 10}, 99, 4);
    trail.note({108, 9}, 99, 4);
    trail.note({114, 9}, 3, 4);
    EXPECT_EQ(trail.mean({121, 9}, 4, 3), 2);
    EXPECT_EQ(trail.mean({121, 9}, 2, 2), 2.5);
    EXPECT_EQ(trail.mean({121, 9}, 4, 4), std::nullopt) << "too few weeks";
    EXPECT_EQ(trail.mean({122, 11}, 4, 1), std::nullopt);
}

TEST(Trail, TheLastValueOfAnHourStandsForItAndTodayIsNotAmongThem) {
    Trail trail;
    trail.note({100, 9}, 1, 4);
    trail.note({100, 9}, 5, 4);
    EXPECT_EQ(trail.mean({100, 9}, 4, 1), std::nullopt);
    EXPECT_EQ(trail.mean({107, 9}, 4, 1), 5);
}

TEST(Trail, KeepsNoMoreThanItsWeeks) {
    Trail trail;
    for (int day = 0; day < 400; ++day)
        for (int hour = 0; hour < 24; ++hour) trail.note({day, hour}, 1, 4);
    EXPECT_LE(trail.hours().size(), 29u * 24u);
    EXPECT_EQ(trail.mean({400, 0}, 4, 4), 1);
}

}  // namespace
}  // namespace tidegate::analytics
