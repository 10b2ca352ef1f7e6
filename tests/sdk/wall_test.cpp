// The wall around an author's code: what leaves it, and what the table offers.

#include "fake_host.hpp"

#include <tidegate/plugin.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

using tidegate::testing::FakeHost;
using tidegate::testing::str;
using tidegate::testing::text;

class Empty final : public tg::Plugin {};

class Plain final : public tg::Plugin {
public:
    tg::Status configure(std::string_view json) {
        if (json == "throw") throw std::runtime_error("cannot configure");
        return json == "{}" ? tg::Status() : tg::invalid("not an object");
    }
    tg::Status self_check() { return tg::unavailable("no table"); }
    tg::Status start() { return tg::Status(); }
    void stop() { throw 1; }
    tg::Status on_open(const tg::Open& o) {
        return o.principal().has("quotes:own") && o.owner() ? tg::forbidden("not you") : tg::Status();
    }
    void on_message(const tg::Message& m) {
        if (m.type() == "t:std") throw std::runtime_error("boom");
        if (m.type() == "t:int") throw 3;
        if (m.type() == "t:cancelled") throw tg::Cancelled(TG_E_CANCELLED);
        if (m.type() == "t:keep") kept.emplace(m.share());
        m.reply("{}");
    }
    void on_close(const tg::Close&) noexcept {}
    tg::Task<tg::Status> on_task(tg::TaskMessage t) {
        if (t.name() == "throw") throw std::runtime_error("before any await");
        co_await tg::Exec::sleep(1);
        if (t.name() == "throw later") throw std::runtime_error("after an await");
        if (t.name() == "throw int later") throw 3;
        if (t.name() == "refuse later") co_return tg::not_found("no such thing");
        for (int i = 0; t.name() == "swallow" && i < 3; ++i) {
            try {
                co_await tg::Exec::sleep(1);
            } catch (const std::exception&) {
                co_return tg::internal("Cancelled is no std::exception");
            }
        }
        co_return tg::Status();
    }
    static std::optional<tg::Message> kept;
};
std::optional<tg::Message> Plain::kept;

class Wall : public ::testing::Test {
protected:
    void SetUp() override { plugin = tg::detail::Adapter<Plain>::create(host.table()); }
    void TearDown() override {
        Plain::kept.reset();
        plugin->destroy(plugin);
        EXPECT_EQ(host.live_frames, 0);
        EXPECT_EQ(host.live_buffers, 0);
    }
    FakeHost host;
    tg_plugin* plugin = nullptr;
};

TEST_F(Wall, LeavesAbsentHooksNull) {
    tg_plugin* empty = tg::detail::Adapter<Empty>::create(host.table());
    ASSERT_NE(empty, nullptr);
    EXPECT_EQ(empty->size, sizeof(tg_plugin));
    EXPECT_EQ(empty->configure, nullptr);
    EXPECT_EQ(empty->on_open, nullptr);
    EXPECT_EQ(empty->on_message, nullptr);
    EXPECT_EQ(empty->on_http, nullptr);
    EXPECT_EQ(empty->stop, nullptr);
    EXPECT_EQ(empty->get_extension(empty, "tg.handover/1"), nullptr);
    empty->destroy(empty);
}

TEST_F(Wall, RefusesAHostOfAnotherMajor) {
    tg_host other = *host.table();
    other.abi_major = 9;
    EXPECT_EQ(tg::detail::Adapter<Empty>::create(&other), nullptr);
    other = *host.table();
    other.size = 8;
    EXPECT_EQ(tg::detail::Adapter<Empty>::create(&other), nullptr);
}

TEST_F(Wall, WritesTheReasonOfARefusedControlCall) {
    std::string reason;
    const tg_writer why{sizeof(tg_writer), &reason,
                        [](void* ctx, tg_str part) { *static_cast<std::string*>(ctx) += text(part); }};
    EXPECT_EQ(plugin->configure(plugin, str("{}"), &why), TG_OK);
    EXPECT_EQ(reason, "");
    EXPECT_EQ(plugin->configure(plugin, str("[]"), &why), TG_E_INVALID);
    EXPECT_EQ(reason, "not an object");
    reason.clear();
    EXPECT_EQ(plugin->configure(plugin, str("throw"), &why), TG_E_EXCEPTION);
    EXPECT_EQ(reason, "cannot configure");
    reason.clear();
    EXPECT_EQ(plugin->self_check(plugin, &why), TG_E_UNAVAILABLE);
    EXPECT_EQ(reason, "no table");
    EXPECT_EQ(plugin->start(plugin, &why), TG_OK);
    plugin->stop(plugin);
}

TEST_F(Wall, GivesARefusalItsReason) {
    tg_hook hook;
    EXPECT_EQ(host.open(plugin, hook), TG_E_FORBIDDEN);
    EXPECT_EQ(hook.reason, "not you");
}

TEST_F(Wall, ContainsExceptionsOfPlainHooks) {
    tg_hook first, second, third;
    EXPECT_EQ(host.message(plugin, first, R"({"type":"t:std"})", "t:std"), TG_E_EXCEPTION);
    EXPECT_EQ(first.reason, "boom");
    EXPECT_EQ(host.message(plugin, second, R"({"type":"t:int"})", "t:int"), TG_E_EXCEPTION);
    EXPECT_NE(second.reason, "");
    EXPECT_EQ(host.message(plugin, third, R"({"type":"t:cancelled"})", "t:cancelled"), TG_E_CANCELLED);
}

TEST_F(Wall, ContainsExceptionsOfCoroutines) {
    const std::pair<const char*, std::pair<tg_rc, const char*>> cases[] = {
        {"throw", {TG_E_EXCEPTION, "before any await"}},
        {"throw later", {TG_E_EXCEPTION, "after an await"}},
        {"throw int later", {TG_E_EXCEPTION, "an exception that is no std::exception"}},
        {"refuse later", {TG_E_NOT_FOUND, "no such thing"}},
        {"fine", {TG_OK, ""}},
    };
    for (const bool inline_answers : {true, false}) {
        host.inline_answers = inline_answers;
        for (const auto& [name, end] : cases) {
            tg_hook hook;
            host.task(plugin, hook, name, "");
            if (!host.pending.empty()) host.complete();
            EXPECT_TRUE(hook.ended) << name;
            EXPECT_EQ(hook.rc, end.first) << name;
            EXPECT_EQ(hook.reason, end.second) << name;
        }
    }
}

TEST_F(Wall, LetsCancelledPassACatchOfStandardExceptions) {
    host.inline_answers = false;
    tg_hook hook;
    host.task(plugin, hook, "swallow", "");
    host.complete();
    host.stop(hook, TG_E_CANCELLED);
    EXPECT_EQ(hook.rc, TG_E_CANCELLED);
}

TEST_F(Wall, LendsTheBufferToAPlainHookAndSharesItOnDemand) {
    tg_hook hook;
    host.message(plugin, hook, R"({"type":"t:other"})", "t:other");
    EXPECT_EQ(host.live_buffers, 0);
    host.message(plugin, hook, R"({"type":"t:keep"})", "t:keep");
    EXPECT_EQ(host.live_buffers, 1);
    EXPECT_EQ(Plain::kept->payload(), R"({"type":"t:keep"})");
}

TEST_F(Wall, ReadsStructsOfOlderAndNewerHosts) {
    tg_close older{};
    older.size = offsetof(tg_close, client_id);
    older.code = 1001;
    older.client_id = str("never looked at");
    const tg::Close close(older, nullptr, tg::detail::Keep::kBorrow);
    EXPECT_EQ(close.code(), 1001u);
    EXPECT_EQ(close.client_id(), "");
    struct Newer {
        tg_close known;
        char more[64];
    } newer{};
    newer.known.size = sizeof(newer);
    newer.known.code = 1000;
    EXPECT_EQ(tg::Close(newer.known, nullptr, tg::detail::Keep::kBorrow).code(), 1000u);
}

// An aggregate temporary beside co_await is destroyed twice by g++ 12: no public type is one.
template <class... T>
constexpr bool none_is_an_aggregate = (true && ... && !std::is_aggregate_v<T>);
static_assert(none_is_an_aggregate<tg::Status, tg::Result<int>, tg::Cancelled, tg::Bytes, tg::Message, tg::Open,
                                   tg::Close, tg::Subscribe, tg::HttpRequest, tg::TaskMessage, tg::Principal,
                                   tg::Session, tg::Publication, tg::Patch, tg::Query, tg::Document, tg::Patched,
                                   tg::Counter, tg::Histogram, tg::json::Reader, tg::json::Writer, tg::Task<>>);
static_assert(!std::is_copy_constructible_v<tg::Message> && std::is_move_constructible_v<tg::Message>);

}  // namespace
