#include "plugin/worker_pool.hpp"

#include "tests/host/plugin/harness.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace tidegate::plugin {
namespace {

bool is_event(const testing::Sent& sent) { return sent.text.rfind("probe:events ", 0) == 0; }

class WorkerPoolTest : public testing::PumpedEngine {
protected:
    void SetUp() override { slot.publish(&load()); }
    void append(const std::string& key, const std::string& more = {}) {
        documents.append("probe.x", R"({"k":")" + key + "\"" + more + "}");
    }
    // Events of the keys k:e0, k:e1…, which now wait for a worker.
    void append_and_read(int count) {
        for (int i = 0; i < count; ++i) append("e" + std::to_string(i));
        read_events();
    }
    void read_events() {
        clock.advance_ms(1);
        engine->timers.pump();
    }
    void ask(int count) {
        for (int i = 0; i < count; ++i) say("probe:say", "m" + std::to_string(i));
    }
    // What was served when all are pumped, in order: e for an event, m for a message.
    std::string served() {
        pump();
        std::string order;
        for (const auto& sent : gateway.take()) {
            if (is_event(sent)) order += 'e';
            if (sent.what == "reply") order += 'm';
        }
        return order;
    }
};

TEST_F(WorkerPoolTest, WhoAsksIsServedBeforeEvents) {
    append_and_read(3);
    ask(4);
    EXPECT_EQ(served(), "mmmmeee");
}

TEST_F(WorkerPoolTest, EventsGetEveryEighthTurnWhateverIsAsked) {
    append_and_read(3);
    ask(20);
    EXPECT_EQ(served(), "mmmmmmmemmmmmmmemmmmmme");
}

TEST_F(WorkerPoolTest, AMessageBehindAnEventOfItsKeyDoesNotWaitForOtherEvents) {
    append_and_read(3);
    say("probe:say", "k:e2");
    EXPECT_EQ(served(), "emee");
}

TEST_F(WorkerPoolTest, WhatFollowsAnEventThatWaitedRunsLaterToo) {
    append("a", R"(,"sleep":1)");
    append("a");
    read_events();
    ASSERT_EQ(served(), "e");
    clock.advance_ms(1000);
    engine->timers.pump();
    ask(3);
    EXPECT_EQ(served(), "mmme");
}

TEST_F(WorkerPoolTest, EventsNeverOccupyMoreThanHalfOfTheWorkers) {
    constexpr int kEvents = 8;
    std::mutex mutex;
    std::condition_variable changed;
    int inside = 0, most = 0, finished = 0, answered = 0;
    bool opened = false;
    // Called on the worker: an event stays there until the gate is opened.
    gateway.on_answer = [&](const testing::Sent& sent) {
        std::unique_lock lock(mutex);
        if (sent.what == "reply") ++answered;
        if (is_event(sent)) {
            most = std::max(most, ++inside);
            changed.notify_all();
            changed.wait(lock, [&] { return opened; });
            --inside;
            ++finished;
        }
        changed.notify_all();
    };
    const auto until = [&](const auto& holds) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, std::chrono::seconds(10), holds);
    };
    engine->workers.start(4);
    append_and_read(kEvents);
    EXPECT_TRUE(until([&] { return inside == 2; }));
    ask(20);
    EXPECT_TRUE(until([&] { return answered == 20; })) << "the others are free for who asks";
    {
        const std::lock_guard lock(mutex);
        opened = true;
    }
    changed.notify_all();
    EXPECT_TRUE(until([&] { return finished == kEvents; }));
    EXPECT_EQ(most, 2);
    engine->workers.stop();
    gateway.on_answer = nullptr;
}

}  // namespace
}  // namespace tidegate::plugin
