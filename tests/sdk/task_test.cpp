// The trampoline: deep and long chains of awaits on a flat stack; values and exceptions through them.

#include "fake_host.hpp"

#include <tidegate/plugin.hpp>

#include <gtest/gtest.h>

namespace {

using tidegate::testing::FakeHost;

constexpr int kLong = 1'000'000;
constexpr int kDeep = 100'000;

class Deep final : public tg::Plugin {
public:
    tg::Task<int> one() { co_return 1; }
    tg::Task<int> waits_one() {
        co_await tg::Exec::sleep(1);
        co_return 1;
    }
    tg::Task<std::int64_t> down(int levels) {
        if (levels == 0) {
            co_await tg::Exec::sleep(1);
            co_return 0;
        }
        const std::int64_t below = co_await down(levels - 1);
        co_return below + 1;
    }
    tg::Task<std::int64_t> thrower(int levels) {
        if (levels == 0) throw std::runtime_error("from the bottom");
        co_return co_await thrower(levels - 1);
    }
    tg::Task<std::string> text() { co_return std::string(100, 'x'); }
    tg::Task<std::unique_ptr<int>> owner() { co_return std::make_unique<int>(3); }

    tg::Task<> on_message(tg::Message m) {
        std::int64_t sum = 0;
        if (m.type() == "t:long") {
            for (int i = 0; i < kLong; ++i) sum += co_await one();
        } else if (m.type() == "t:inline") {
            for (int i = 0; i < kDeep; ++i) sum += co_await waits_one();
        } else if (m.type() == "t:deep") {
            sum = co_await down(kDeep);
        } else if (m.type() == "t:throw") {
            sum = co_await thrower(kDeep);
        } else if (m.type() == "t:values") {
            const std::string long_text = co_await text();
            const auto pointer = co_await owner();
            tg::Task<int> later = one();
            sum = static_cast<std::int64_t>(long_text.size()) + *pointer + co_await std::move(later);
            tg::Task<int> never_started = one();
        }
        m.reply(std::to_string(sum));
    }
};

class Tasks : public ::testing::Test {
protected:
    void SetUp() override { plugin = tg::detail::Adapter<Deep>::create(host.table()); }
    void TearDown() override {
        plugin->destroy(plugin);
        EXPECT_EQ(host.live_frames, 0);
        EXPECT_EQ(host.live_buffers, 0);
    }
    std::string run(std::string_view type) {
        tg_hook hook;
        host.message(plugin, hook, "{\"type\":\"" + std::string(type) + "\"}", type);
        while (!host.pending.empty()) host.complete();
        EXPECT_TRUE(hook.ended);
        return hook.rc == TG_OK ? hook.answer : hook.reason;
    }
    FakeHost host;
    tg_plugin* plugin = nullptr;
};

TEST_F(Tasks, AMillionChildrenInARowLeaveTheStackFlat) { EXPECT_EQ(run("t:long"), "1000000"); }

TEST_F(Tasks, AHundredThousandInlineCompletionsLeaveTheStackFlat) { EXPECT_EQ(run("t:inline"), "100000"); }

TEST_F(Tasks, AHundredThousandNestedChildrenSuspendAndReturn) {
    host.inline_answers = false;
    EXPECT_EQ(run("t:deep"), "100000");
}

TEST_F(Tasks, AnExceptionClimbsAHundredThousandLevels) { EXPECT_EQ(run("t:throw"), "from the bottom"); }

TEST_F(Tasks, ValuesAreMovedOutAndAnUnstartedTaskIsFreed) { EXPECT_EQ(run("t:values"), "104"); }

}  // namespace
