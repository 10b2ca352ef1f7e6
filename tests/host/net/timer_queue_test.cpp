#include "net/timer_queue.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace tidegate::net {
namespace {

TEST(TimerQueue, GivesWhatIsDueInOrderOfDueTimeThenOfAdding) {
    TimerQueue timers;
    std::string order;
    timers.add(20, [&] { order += 'c'; });
    timers.add(10, [&] { order += 'a'; });
    timers.add(10, [&] { order += 'b'; });
    timers.add(30, [&] { order += 'd'; });
    while (Task task = timers.take_due(20)) task();
    EXPECT_EQ(order, "abc");
    EXPECT_EQ(timers.next_due_ns(), 30);
    EXPECT_EQ(timers.size(), 1U);
}

TEST(TimerQueue, ACancelledTimerNeverRunsAndIsForgottenAtOnce) {
    TimerQueue timers;
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = held;
    const auto number = timers.add(10, [held = std::move(held)] {});
    timers.cancel(number);
    EXPECT_TRUE(watched.expired());
    EXPECT_FALSE(timers.take_due(100));
    EXPECT_FALSE(timers.next_due_ns());
}

TEST(TimerQueue, AnOldNumberDoesNotCancelTheTimerThatTookItsPlace) {
    TimerQueue timers;
    const auto first = timers.add(10, [] {});
    timers.cancel(first);
    const auto second = timers.add(10, [] {});
    timers.cancel(first);
    timers.cancel(0);
    EXPECT_NE(first, second);
    EXPECT_TRUE(timers.take_due(10));
    timers.cancel(second);
    EXPECT_EQ(timers.size(), 0U);
}

TEST(TimerQueue, KeepsTheLivingThroughManyCancellations) {
    TimerQueue timers;
    int ran = 0;
    for (int i = 0; i < 20'000; ++i) {
        const auto number = timers.add(i, [] { FAIL() << "was cancelled"; });
        if (i % 100 == 0) timers.add(i, [&] { ++ran; });
        timers.cancel(number);
    }
    EXPECT_EQ(timers.size(), 200U);
    while (Task task = timers.take_due(20'000)) task();
    EXPECT_EQ(ran, 200);
}

}  // namespace
}  // namespace tidegate::net
