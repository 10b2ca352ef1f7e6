#include "routing/loop_inbox.hpp"

#include "tests/support/manual_executor.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace tidegate::routing {
namespace {

class LoopInboxTest : public ::testing::Test {
protected:
    ManualClock clock;
    testing::ManualExecutor executor{clock};
    int turn_ends = 0;
    LoopInbox inbox{executor, [this] { ++turn_ends; }};
    std::vector<int> ran;
};

TEST_F(LoopInboxTest, WorkOfTheLoopItselfWaitsForTheEndOfItsTurn) {
    inbox.push([this] { ran.push_back(1); });
    inbox.push([this] { ran.push_back(2); });
    EXPECT_EQ(turn_ends, 1);
    EXPECT_TRUE(ran.empty());
    EXPECT_FALSE(executor.has_work());
    inbox.drain();
    EXPECT_EQ(ran, (std::vector<int>{1, 2}));
}

TEST_F(LoopInboxTest, AnotherThreadWakesTheLoopOnce) {
    std::thread([this] {
        for (int i = 0; i < 3; ++i) inbox.push([this, i] { ran.push_back(i); });
    }).join();
    EXPECT_EQ(turn_ends, 0);
    executor.turn();
    EXPECT_EQ(ran, (std::vector<int>{0, 1, 2}));
}

TEST_F(LoopInboxTest, WhatIsPushedWhileDrainingComesAfter) {
    inbox.push([this] {
        inbox.push([this] { ran.push_back(2); });
        ran.push_back(1);
    });
    inbox.drain();
    EXPECT_EQ(ran, (std::vector<int>{1}));
    EXPECT_EQ(turn_ends, 2);
    inbox.drain();
    EXPECT_EQ(ran, (std::vector<int>{1, 2}));
}

TEST_F(LoopInboxTest, SaysWhenTheLoopDoesNotKeepUp) {
    for (int i = 0; i < 65'536; ++i) inbox.push([] {});
    EXPECT_TRUE(inbox.is_full());
    inbox.drain();
    EXPECT_FALSE(inbox.is_full());
}

TEST_F(LoopInboxTest, GoesOnAfterATaskThatThrows) {
    inbox.push([] { throw std::runtime_error("no memory"); });
    inbox.push([this] { ran.push_back(1); });
    inbox.drain();
    inbox.push([this] { ran.push_back(2); });
    inbox.drain();
    EXPECT_EQ(ran, (std::vector<int>{1, 2}));
    EXPECT_FALSE(inbox.is_full());
}

}  // namespace
}  // namespace tidegate::routing
