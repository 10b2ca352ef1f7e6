#include "session/heartbeat.hpp"
#include "session/ack_watch.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tidegate::session {
namespace {

using Due = Heartbeat::Due;

TEST(Heartbeat, PingsOnceThenCallsAMissingPongMissed) {
    Heartbeat heartbeat(0, 25'000, 0, 0);
    EXPECT_EQ(heartbeat.sweep(12'499), Due::kNothing);
    EXPECT_EQ(heartbeat.sweep(12'500), Due::kPing);
    EXPECT_EQ(heartbeat.sweep(37'499), Due::kNothing);
    EXPECT_EQ(heartbeat.sweep(37'500), Due::kMissed);
}

TEST(Heartbeat, APongKeepsItGoing) {
    Heartbeat heartbeat(0, 25'000, 0, 0);
    std::int64_t now = 12'500;
    for (int i = 0; i < 5; ++i, now += 25'000) {
        EXPECT_EQ(heartbeat.sweep(now), Due::kPing);
        heartbeat.on_pong();
    }
}

TEST(Heartbeat, SessionsOfOneMomentArePingedAtDifferentTimes) {
    std::set<std::int64_t> firsts;
    for (std::uint32_t slot = 0; slot < 50; ++slot) {
        Heartbeat heartbeat(0, 25'000, 0, slot);
        std::int64_t now = 0;
        while (heartbeat.sweep(now) == Due::kNothing) now += 100;
        EXPECT_LE(now, 25'000);
        firsts.insert(now);
    }
    EXPECT_GT(firsts.size(), 25u);
}

TEST(Heartbeat, WhatWasMissedWhileNotReadDoesNotCount) {
    Heartbeat heartbeat(0, 25'000, 0, 0);
    EXPECT_EQ(heartbeat.sweep(12'500), Due::kPing);
    heartbeat.restart(60'000);
    EXPECT_EQ(heartbeat.sweep(60'000), Due::kNothing);
    EXPECT_EQ(heartbeat.sweep(85'000), Due::kMissed);
}

TEST(Heartbeat, JsonPingsComeAtTheirOwnPace) {
    Heartbeat heartbeat(0, 25'000, 30'000, 0);
    EXPECT_FALSE(heartbeat.json_ping_due(29'999));
    EXPECT_TRUE(heartbeat.json_ping_due(30'000));
    EXPECT_FALSE(heartbeat.json_ping_due(30'001));
    EXPECT_FALSE(Heartbeat(0, 25'000, 0, 0).json_ping_due(1'000'000));
}

TEST(AckWatch, FindsAReaderThatAcknowledgesNothing) {
    AckWatch watch;
    EXPECT_FALSE(watch.is_watching());
    watch.wrote(1000);
    EXPECT_TRUE(watch.is_watching());
    EXPECT_FALSE(watch.is_stuck(1000, 1000, 10'000));
    EXPECT_FALSE(watch.is_stuck(10'999, 1000, 10'000));
    EXPECT_TRUE(watch.is_stuck(11'000, 1000, 10'000));
}

TEST(AckWatch, ASlowReaderThatGoesOnIsNotStuck) {
    AckWatch watch;
    watch.wrote(1000);
    for (int second = 0; second < 60; ++second) {
        EXPECT_FALSE(watch.is_stuck(second * 5000, 1000 - static_cast<std::size_t>(second), 10'000));
    }
    EXPECT_FALSE(watch.is_stuck(400'000, 0, 10'000));
    EXPECT_FALSE(watch.is_watching());
}

}  // namespace
}  // namespace tidegate::session
