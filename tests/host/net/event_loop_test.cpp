#include "net/event_loop.hpp"

#include "tests/host/net/loopback.hpp"

#include <stdexcept>

namespace tidegate::net {
namespace {

using test::eventually;
using test::RunningLoop;

TEST(EventLoop, RunsWhatEachThreadPostsInThatThreadsOrder) {
    constexpr int kThreads = 4;
    constexpr int kPosts = 5000;
    RunningLoop loop;
    std::vector<int> next(kThreads, 0);
    int out_of_order = 0;
    std::atomic<int> ran{0};
    std::vector<std::thread> posters;
    for (int t = 0; t < kThreads; ++t) {
        posters.emplace_back([&, t] {
            for (int i = 0; i < kPosts; ++i) {
                loop->post([&, t, i] {
                    if (next[static_cast<std::size_t>(t)]++ != i) ++out_of_order;
                    ++ran;
                });
            }
        });
    }
    for (auto& poster : posters) poster.join();
    EXPECT_TRUE(eventually([&] { return ran == kThreads * kPosts; }));
    loop.stop();
    EXPECT_EQ(out_of_order, 0);
}

TEST(EventLoop, WakesForEveryPostThatFindsItAsleep) {
    RunningLoop loop;
    for (int i = 0; i < 2000; ++i) {
        std::promise<void> ran;
        loop->post([&] { ran.set_value(); });
        ASSERT_EQ(ran.get_future().wait_for(std::chrono::milliseconds(test::kPatienceMs)), std::future_status::ready);
    }
}

TEST(EventLoop, KnowsItsOwnThread) {
    RunningLoop one(0);
    RunningLoop other(1);
    EXPECT_FALSE(one->is_current());
    one.call([&] {
        EXPECT_TRUE(one->is_current());
        EXPECT_FALSE(other->is_current());
    });
}

TEST(EventLoop, RunsATimerNotBeforeItsDelay) {
    ManualClock clock;
    EventLoop loop(0, clock);
    std::thread thread([&] { loop.run(); });
    std::atomic<int> early{0};
    std::atomic<int> late{0};
    std::promise<void> set;
    loop.post([&] {
        loop.run_after(10, [&] { ++early; });
        loop.run_after(20, [&] { ++late; });
        loop.cancel_timer(loop.run_after(5, [] { FAIL() << "was cancelled"; }));
        set.set_value();
    });
    set.get_future().wait();
    const auto turn = [&] {
        std::promise<void> turned;
        loop.post([&] { loop.post([&] { turned.set_value(); }); });
        turned.get_future().wait();
    };
    clock.advance_ms(9);
    turn();
    EXPECT_EQ(early, 0);
    clock.advance_ms(1);
    turn();
    EXPECT_EQ(early, 1);
    EXPECT_EQ(late, 0);
    clock.advance_ms(10);
    turn();
    EXPECT_EQ(late, 1);
    EXPECT_EQ(loop.stats().timers.value(), 0U);
    loop.stop();
    thread.join();
}

TEST(EventLoop, WakesByItselfForATimer) {
    RunningLoop loop;
    std::promise<void> ran;
    loop.call([&] { loop->run_after(3, [&] { ran.set_value(); }); });
    EXPECT_EQ(ran.get_future().wait_for(std::chrono::milliseconds(test::kPatienceMs)), std::future_status::ready);
}

TEST(EventLoop, CarriesThousandsOfTimers) {
    RunningLoop loop;
    std::atomic<int> ran{0};
    loop.call([&] {
        for (int i = 0; i < 20'000; ++i) {
            const auto timer = loop->run_after(i % 7, [&] { ++ran; });
            if (i % 2 == 0) loop->cancel_timer(timer);
        }
    });
    EXPECT_TRUE(eventually([&] { return ran == 10'000; }));
    EXPECT_TRUE(eventually([&] { return loop->stats().timers.value() == 0; }));
}

TEST(EventLoop, RunsTurnEndTasksAfterEverythingElseOfTheTurn) {
    RunningLoop loop;
    std::string order;
    std::promise<void> done;
    loop.call([&] {
        // Both are in the inbox before the turn that runs them begins.
        loop->post([&] {
            loop->at_turn_end([&] { order += 'c'; });
            order += 'a';
        });
        loop->post([&] { order += 'b'; });
        loop->post([&] {
            loop->at_turn_end([&] {
                order += 'd';
                loop->at_turn_end([&] {
                    order += 'e';
                    done.set_value();
                });
            });
        });
    });
    done.get_future().wait();
    loop.stop();
    EXPECT_EQ(order, "abcde");
}

TEST(EventLoop, TurnEndTasksThatBreedForEverStarveNobody) {
    RunningLoop loop;
    std::atomic<bool> over{false};
    std::function<void()> breed = [&] {
        if (!over) loop->at_turn_end([&] { breed(); });
    };
    loop.call([&] { breed(); });
    loop.call([] {});
    over = true;
    loop.call([] {});
}

TEST(EventLoop, AnExceptionEndsOnlyTheTaskThatThrewIt) {
    RunningLoop loop;
    loop->post([] { throw std::runtime_error("on purpose"); });
    loop->post([] { throw 42; });
    loop->post([&] { loop->run_after(0, [] { throw std::runtime_error("on purpose"); }); });
    loop->post([&] { loop->at_turn_end([] { throw std::runtime_error("on purpose"); }); });
    EXPECT_TRUE(eventually([&] { return loop->stats().exceptions.value() == 4; }));
    loop.call([] {});
}

TEST(EventLoop, DropsWhatIsPostedAfterItStopped) {
    RunningLoop loop;
    loop.stop();
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = held;
    loop->post([held = std::move(held)] { FAIL() << "ran after the end"; });
    EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace tidegate::net
