#include "plugin/hook.hpp"

#include "plugin/participants.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace tidegate::plugin {
namespace {

TEST(HookPool, KnowsAHookOnlyWhileItLives) {
    HookPool pool;
    Hook* hook = pool.allocate();
    tg_hook* const handle = hook->handle();
    EXPECT_EQ(pool.find(handle), hook);
    pool.release(hook);
    EXPECT_EQ(pool.find(handle), nullptr);
    Hook* again = pool.allocate();
    EXPECT_EQ(again, hook);
    EXPECT_EQ(pool.find(handle), nullptr);
    EXPECT_EQ(pool.find(nullptr), nullptr);
    EXPECT_EQ(pool.find(reinterpret_cast<tg_hook*>(std::uintptr_t{0xfffffff0})), nullptr);
    pool.release(again);
}

TEST(HookPool, GivesNoHookTwiceUnderContention) {
    HookPool pool;
    std::atomic<int> twice{0};
    const auto work = [&] {
        for (int i = 0; i < 20'000; ++i) {
            Hook* hook = pool.allocate();
            if (std::exchange(hook->in_call, true)) twice.fetch_add(1);
            hook->in_call = false;
            pool.release(hook);
        }
    };
    std::thread other(work);
    work();
    other.join();
    EXPECT_EQ(twice.load(), 0);
}

TEST(Participants, AGraceWaitsForTurnsThatWereOpen) {
    Participants participants;
    auto idle = participants.begin_grace();
    EXPECT_TRUE(idle.passed());
    std::optional<Participants::Turn> turn(std::in_place, participants, participants.current());
    auto grace = participants.begin_grace();
    EXPECT_FALSE(grace.passed());
    turn.reset();
    EXPECT_TRUE(grace.passed());
    // A turn that began later is not waited for.
    auto later = participants.begin_grace();
    const Participants::Turn next(participants, participants.current());
    EXPECT_TRUE(later.passed());
}

TEST(GenerationCounters, AreQuietWhenAllThatBeganHasEnded) {
    GenerationCounters counters;
    EXPECT_TRUE(counters.quiet());
    counters.started(1);
    counters.frame(1, 1);
    counters.ended(2);
    EXPECT_FALSE(counters.quiet());
    counters.frame(3, -1);
    EXPECT_TRUE(counters.quiet());
}

}  // namespace
}  // namespace tidegate::plugin
