#include "runtime/loop_group.hpp"

#include <gtest/gtest.h>

#include <array>
#include <thread>

namespace tidegate::runtime {
namespace {

TEST(LoopGroup, RunsABodyOnEachLoopsOwnThreadAndWaits) {
    const SystemClock clock;
    LoopGroup loops(3, clock);
    loops.start();
    std::array<std::thread::id, 3> threads;
    loops.on_each_and_wait([&](std::size_t index) {
        EXPECT_TRUE(loops.loop(index).is_current());
        threads[index] = std::this_thread::get_id();
    });
    EXPECT_NE(threads[0], threads[1]);
    EXPECT_NE(threads[1], threads[2]);
    EXPECT_NE(threads[0], std::this_thread::get_id());
}

TEST(LoopGroup, CanBeStoppedTwice) {
    const SystemClock clock;
    LoopGroup loops(2, clock);
    loops.start();
    loops.stop_and_join();
    loops.stop_and_join();
}

}  // namespace
}  // namespace tidegate::runtime
