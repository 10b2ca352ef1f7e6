#include "cursors.hpp"

#include <gtest/gtest.h>

namespace tidegate::collaboration {
namespace {

const Cursors::Place kPlace{1, "quote:x"};

CursorMove at(const std::string& user, int n) {
    CursorMove move;
    move.user = user;
    move.position = std::to_string(n);
    return move;
}

TEST(Cursors, BeginOneChainOfFlushesAndKeepTheNewestOfEachUser) {
    Cursors cursors(100);
    const auto chain = cursors.move(kPlace, at("ada", 1));
    EXPECT_EQ(chain, 101u);
    EXPECT_EQ(cursors.move(kPlace, at("ada", 2)), 0u);
    EXPECT_EQ(cursors.move(kPlace, at("ben", 3)), 0u);
    const auto flush = cursors.flush(kPlace, chain);
    ASSERT_EQ(flush.moves.size(), 2u);
    EXPECT_EQ(flush.moves[0].position, "2");
    EXPECT_EQ(flush.moves[1].position, "3");
    EXPECT_EQ(flush.next_ms, 50u);
}

TEST(Cursors, AFlushOfNothingEndsTheChain) {
    Cursors cursors(0);
    const auto chain = cursors.move(kPlace, at("ada", 1));
    cursors.flush(kPlace, chain);
    EXPECT_EQ(cursors.move(kPlace, at("ada", 2)), 0u) << "the chain goes on";
    EXPECT_EQ(cursors.flush(kPlace, chain).moves.size(), 1u);
    EXPECT_EQ(cursors.flush(kPlace, chain).next_ms, 0u);
    EXPECT_NE(cursors.move(kPlace, at("ada", 3)), 0u) << "and begins anew";
}

TEST(Cursors, ATimerOfAnotherChainFlushesNothing) {
    Cursors cursors(0);
    const auto chain = cursors.move(kPlace, at("ada", 1));
    EXPECT_TRUE(cursors.flush(kPlace, chain + 1).moves.empty());
    EXPECT_EQ(cursors.flush(kPlace, chain).moves.size(), 1u);
}

TEST(Cursors, AChainThatCannotGoOnIsReplaced) {
    Cursors cursors(0);
    const auto chain = cursors.move(kPlace, at("ada", 1));
    cursors.stop(kPlace, chain);
    EXPECT_EQ(cursors.move(kPlace, at("ada", 2)), chain + 1);
}

TEST(Cursors, TenantsAndChannelsKnowNothingOfEachOther) {
    Cursors cursors(0);
    const auto mine = cursors.move(kPlace, at("ada", 1));
    const auto theirs = cursors.move({2, "quote:x"}, at("ada", 2));
    EXPECT_NE(mine, theirs);
    EXPECT_EQ(cursors.flush(kPlace, mine).moves.front().position, "1");
}

TEST(Cursors, SlowDownWhenManyMove) {
    EXPECT_EQ(flush_interval_ms(50, 1), 50u);
    EXPECT_EQ(flush_interval_ms(50, 20), 50u);
    EXPECT_EQ(flush_interval_ms(50, 21), 52u);
    EXPECT_EQ(flush_interval_ms(50, 1000), 2500u);
}

}  // namespace
}  // namespace tidegate::collaboration
