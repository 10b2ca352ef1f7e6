// Every hook, suspended at each await, then resumed or ended from outside.

#include "fake_host.hpp"

#include <tidegate/plugin.hpp>

#include <gtest/gtest.h>

namespace {

using tidegate::testing::FakeHost;

int g_guards = 0;  // destructors that have not run yet

class Guard {
public:
    Guard() : text_("long enough to live on the heap, so that a leak is seen") { ++g_guards; }
    Guard(const Guard& from) : text_(from.text_) { ++g_guards; }
    ~Guard() { --g_guards; }
    std::size_t size() const { return text_.size(); }

private:
    std::string text_;
};

constexpr int kAwaits = 5;

class Waiter final : public tg::Plugin {
public:
    tg::Task<int> child(Guard guard) {
        co_await tg::Exec::sleep(2);
        co_return static_cast<int>(guard.size());
    }
    tg::Task<> work(std::string label) {
        const Guard first;
        co_await tg::Exec::sleep(1);
        const auto document = co_await tg::Docs::get("quote", label);
        const int n = co_await child(Guard());
        (void)co_await tg::Docs::patch(tg::Patch("quote", label).set("n", std::to_string(n)).event("e", "{}"));
        (void)co_await tg::Channel::publish(tg::Publication("quote:1", "{}").recorded());
        finished += document ? 1 : 0;
    }
    tg::Task<tg::Status> on_open(tg::Open o) {
        co_await work(std::string(o.param("quote_id")));
        co_return o.channel() == "quote:q1" ? tg::Status() : tg::internal("the channel is gone");
    }
    tg::Task<> on_message(tg::Message m) {
        co_await work(std::string(m.type()));
        if (m.payload() != R"({"type":"t:a","id":5})") throw std::runtime_error("the payload is gone");
        m.reply(R"({"type":"t:b")" + m.ref() + "}");
    }
    tg::Task<> on_close(tg::Close c) { co_await work(std::string(c.channel())); }
    tg::Task<tg::Status> on_subscribe(tg::Subscribe s) {
        co_await work(std::string(s.channel()));
        co_return s.channel() == "quote:1" ? tg::Status() : tg::internal("the channel is gone");
    }
    tg::Task<tg::Status> on_http(tg::HttpRequest q) {
        co_await work(std::string(q.route()));
        q.respond(200, q.body());
        co_return tg::Status();
    }
    tg::Task<> on_task(tg::TaskMessage t) {
        co_await work(std::string(t.name()));
        if (t.payload() != "payload") throw std::runtime_error("the payload is gone");
    }
    tg::Task<> on_event(tg::Event e) {
        co_await work(std::string(e.name()));
        if (e.data() != R"({"a":1})") throw std::runtime_error("the data is gone");
    }
    tg::Task<> on_lease(tg::LeaseNotice n) {
        co_await work(n.space());
        if (!n.expired().empty()) throw std::runtime_error("nothing expired");
    }
    tg::Task<> on_presence(tg::PresenceNotice n) {
        co_await work(n.channel());
        if (n.left().at(0).user() != "u2") throw std::runtime_error("the user is gone");
    }
    static int finished;
};
int Waiter::finished = 0;

class Hooks : public ::testing::TestWithParam<int> {
protected:
    void SetUp() override {
        Waiter::finished = 0;
        host.answers["docs.get"] = {TG_OK, R"({"a":1})", 4, "", true};
        plugin = tg::detail::Adapter<Waiter>::create(host.table());
        ASSERT_NE(plugin, nullptr);
    }
    void TearDown() override {
        plugin->destroy(plugin);
        EXPECT_EQ(host.live_frames, 0);
        EXPECT_EQ(host.frame_size_errors, 0);
        EXPECT_EQ(host.live_buffers, 0);
        EXPECT_EQ(g_guards, 0);
    }
    tg_rc enter(tg_hook& hook) {
        switch (GetParam()) {
            case 0:
                return host.open(plugin, hook);
            case 1:
                return host.message(plugin, hook, R"({"type":"t:a","id":5})", "t:a", "5");
            case 2:
                return host.close(plugin, hook);
            case 3:
                return host.subscribe(plugin, hook, "quote:1");
            case 4:
                return host.http(plugin, hook, "GET", "/api/x", R"({"x":1})");
            case 5:
                return host.task(plugin, hook, "name", "payload");
            case 6:
                return host.event(plugin, hook, R"({"a":1})");
            case 7:
                return host.lease(plugin, hook, R"({"expired":[]})");
            default:
                return host.presence(plugin, hook, R"({"joined":[],"left":[{"user":"u2","info":{}}]})");
        }
    }

    FakeHost host;
    tg_plugin* plugin = nullptr;
};

TEST_P(Hooks, RunThroughWhenEveryAwaitCompletesInline) {
    tg_hook hook;
    EXPECT_EQ(enter(hook), TG_OK);
    EXPECT_EQ(hook.reason, "");
    EXPECT_EQ(Waiter::finished, 1);
}

TEST_P(Hooks, ResumeAtEachAwaitAndEndOnce) {
    host.inline_answers = false;
    tg_hook hook;
    ASSERT_EQ(enter(hook), TG_PENDING);
    for (int i = 0; i < kAwaits; ++i) {
        ASSERT_FALSE(hook.ended);
        ASSERT_EQ(host.pending.size(), 1u);
        EXPECT_GT(host.live_frames, 0);
        host.complete();
    }
    EXPECT_TRUE(hook.ended);
    EXPECT_EQ(hook.rc, TG_OK);
    EXPECT_EQ(hook.reason, "");
    EXPECT_EQ(Waiter::finished, 1);
    EXPECT_EQ(host.live_frames, 0);
}

TEST_P(Hooks, UnwindFromEachAwaitWhenCancelled) {
    host.inline_answers = false;
    for (int at = 0; at < kAwaits; ++at) {
        for (const tg_rc why : {TG_E_CANCELLED, TG_E_DEADLINE}) {
            tg_hook hook;
            ASSERT_EQ(enter(hook), TG_PENDING);
            for (int i = 0; i < at; ++i) host.complete();
            ASSERT_FALSE(hook.ended);
            host.stop(hook, why);
            EXPECT_TRUE(hook.ended);
            EXPECT_EQ(hook.rc, why);
            EXPECT_EQ(host.live_frames, 0);
            EXPECT_EQ(g_guards, 0);
        }
    }
    EXPECT_EQ(Waiter::finished, 0);
}

TEST_P(Hooks, EndAtTheFirstAwaitWhenStoppedBefore) {
    tg_hook hook;
    hook.stopped = TG_E_CANCELLED;
    EXPECT_EQ(enter(hook), TG_E_CANCELLED);
    EXPECT_TRUE(host.calls.empty());
}

TEST_P(Hooks, EndWithAnExceptionWhenAFrameHasNoMemory) {
    for (int frame = 0; frame < 4; ++frame) {
        tg_hook hook;
        host.failing_frame = frame;
        EXPECT_EQ(enter(hook), TG_E_EXCEPTION) << frame;
        EXPECT_EQ(host.live_frames, 0);
    }
    host.failing_frame = -1;
}

INSTANTIATE_TEST_SUITE_P(All, Hooks, ::testing::Range(0, 9));

}  // namespace
