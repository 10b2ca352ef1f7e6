// What each face hands to the host, and what it makes of the answer.

#include "fake_host.hpp"

#include <tidegate/plugin.hpp>

#include <gtest/gtest.h>

namespace {

using tidegate::testing::Answer;
using tidegate::testing::FakeHost;

class Caller final : public tg::Plugin {
public:
    tg::Task<> on_message(tg::Message m) {
        seen.clear();
        if (m.type() == "t:docs") co_await docs_calls();
        if (m.type() == "t:channel") co_await channel_calls(m.session());
        if (m.type() == "t:exec") co_await exec_calls();
        if (m.type() == "t:session") session_calls(m.session());
        if (m.type() == "t:fail") m.fail(tg::Status(TG_E_FENCED, "somebody else holds it"));
    }
    tg::Task<> docs_calls() {
        auto patched =
            co_await tg::Docs::patch(tg::Patch("quote", "q1")
                                         .set("a/b", "1")
                                         .insert("list", R"({"id":"x"})")
                                         .remove("c")
                                         .set("d", "2", 31)
                                         .insert("e", "3", 32)
                                         .remove("f", 33)
                                         .test("quote_id", R"("q1")")
                                         .test("review", "")
                                         .base_revision(4)
                                         .fence(9)
                                         .idempotency_key("k1")
                                         .actor("user-1")
                                         .event("quote.rated", "{}")
                                         .note(R"({"reason":"x"})")
                                         .publish(tg::Publication("quote:1", R"({"type":"t:e"})").recorded())
                                         .publish(tg::Publication("room:1", "{}").author(tg::Session(7), "{}")));
        say(patched ? "rev " + std::to_string(patched->revision()) + (patched->replayed() ? " replayed" : "")
                    : patched.text());
        auto document = co_await tg::Docs::get("quote", "q1");
        say(document ? std::to_string(document->revision()) + std::string(document->json()) : document.text());
        auto part = co_await tg::Docs::get_part("quote", "q1", "a/b");
        say(part ? std::to_string(part->revision()) + (part->stands() ? "" : "nothing") + std::string(part->json())
                 : part.text());
        auto page = co_await tg::Docs::list(tg::Query("quote").where("status", "open").after("c").limit(5));
        say(page ? page->str() : page.text());
        auto versions = co_await tg::Docs::versions("quote", "q1", tg::VersionQuery());
        say(versions ? versions->str() : versions.text());
        tg::VersionQuery window;
        window.after(3).before(9).newest_first().limit(7);
        versions = co_await tg::Docs::versions("quote", "q1", std::move(window));
        say(versions ? versions->str() : versions.text());
    }
    tg::Task<> channel_calls(tg::Session author) {
        auto offset = co_await tg::Channel::publish(
            tg::Publication("quote:1", R"({"type":"t:e"})").recorded().author(author, "{}"));
        say(offset ? std::to_string(*offset) : offset.text());
        tg::Publication named("quote:1", "{}");
        named.lane(tg::Lane::kEvents).conflate("k").exclude({author, tg::Session(8)});
        tg::Channel::publish_live(named);
        const tg::Status live = tg::Channel::publish_live("room:1", "{}", author, R"({"ref":1})");
        say(live.ok() ? "live" : live.text());
        say(std::to_string(tg::Channel::subscribers("room:1")));
    }
    tg::Task<> exec_calls() {
        tg::Exec::post("key", "name", "payload");
        auto timer = tg::Exec::post_after(50, "key", "later", "{}");
        say(timer ? std::to_string(*timer) + (tg::Exec::cancel(*timer).ok() ? " cancelled" : "")
                  : timer.status().text());
        say(tg::Exec::cancel(99).ok() ? "?" : "no such timer");
        const std::string word = "a text long enough for the heap, captured by value";
        auto length = [word] { return word.size(); };
        auto n = co_await tg::Exec::blocking(length);
        say(n ? std::to_string(*n) : n.text());
        auto nothing = [word] {};
        say((co_await tg::Exec::blocking(nothing)).ok() ? "done" : "failed");
        auto refusing = [] { return tg::not_found("no file"); };
        say((co_await tg::Exec::blocking(refusing)).text());
        auto throwing = [word]() -> int { throw std::runtime_error("disk"); };
        auto thrown = co_await tg::Exec::blocking(throwing);
        say(thrown ? "?" : thrown.text() + std::to_string(thrown.rc()));
    }
    void session_calls(tg::Session session) {
        session.push("{}", tg::Lane::kBulk);
        session.push("{}");
        session.join("quote:1");
        session.leave("quote:1");
        session.close(4003, "bye");
        session.set_attribute("seat", "4");
        const auto seat = session.attribute("seat");
        say(seat ? *seat : "none");
        say(session.attribute("nothing") ? "?" : "none");
    }
    static void say(std::string line) { seen.push_back(std::move(line)); }
    static std::vector<std::string> seen;
};
std::vector<std::string> Caller::seen;

class Faces : public ::testing::Test {
protected:
    void run(std::string_view type) {
        tg_plugin* plugin = tg::detail::Adapter<Caller>::create(host.table());
        host.message(plugin, hook, "{\"type\":\"" + std::string(type) + "\"}", type);
        while (!host.pending.empty()) host.complete();
        EXPECT_TRUE(hook.ended);
        EXPECT_EQ(hook.reason, "");
        plugin->destroy(plugin);
        EXPECT_EQ(host.live_frames, 0);
        EXPECT_EQ(host.live_buffers, 0);
    }
    using Lines = std::vector<std::string>;
    FakeHost host;
    tg_hook hook;
};

TEST_F(Faces, DocsPassEverythingOnAndKeepTheBytes) {
    host.answers["docs.patch"] = {TG_OK, R"({"revision":5,"replayed":true})", 5, "", false};
    host.answers["docs.list"] = {TG_OK, R"({"items":[]})", 0, "", false};
    host.answers["docs.versions"] = {TG_E_UNAVAILABLE, "", 0, "the store is away", false};
    for (const bool owned : {true, false}) {
        for (const bool inline_answers : {true, false}) {
            host.calls.clear();
            hook = tg_hook();
            host.inline_answers = inline_answers;
            host.answers["docs.get"] = {TG_OK, R"({"a":"a text that is longer than a short string"})", 5, "", owned};
            const bool stands = owned;
            host.answers["docs.get_part"] = {TG_OK, stands ? "[1]" : "", 6, "", owned};
            run("t:docs");
            EXPECT_EQ(host.calls,
                      (Lines{"patch quote/q1 0:a/b=1 1:list={\"id\":\"x\"} 2:c= 0:d=2#31 1:e=3#32 2:f=#33 "
                             "3:quote_id=\"q1\" 3:review= quote.rated{} base=4 fence=9 key=k1 actor=user-1 "
                             "note={\"reason\":\"x\"}; publish quote:1 recorded lane1 {\"type\":\"t:e\"}; "
                             "publish room:1 live lane2 {} author=7 {}",
                             "get quote/q1", "get quote/q1 at a/b", "list quote status=open after c limit 5",
                             "versions quote/q1 after 0 before 0 limit 100",
                             "versions quote/q1 after 3 before 9 newest first limit 7"}));
            EXPECT_EQ(Caller::seen, (Lines{"rev 5 replayed", R"(5{"a":"a text that is longer than a short string"})",
                                           stands ? "6[1]" : "6nothing", R"({"items":[]})", "the store is away",
                                           "the store is away"}));
        }
    }
}

TEST_F(Faces, ChannelPublishesRecordedAndLive) {
    host.answers["channel.publish"] = {TG_OK, "", 41, "", false};
    run("t:channel");
    EXPECT_EQ(host.calls, (Lines{R"(publish quote:1 recorded lane1 {"type":"t:e"} author=7 {})",
                                 "publish quote:1 live lane1 {} conflate=k not=7 not=8",
                                 R"(publish room:1 live lane2 {} author=7 {"ref":1})"}));
    EXPECT_EQ(Caller::seen, (Lines{"41", "live", "3"}));
}

TEST_F(Faces, ALiveEventThatCompletesLaterIsForgotten) {
    host.inline_answers = false;
    run("t:channel");
    EXPECT_EQ(Caller::seen, (Lines{"0", "live", "3"}));
}

TEST_F(Faces, ExecPostsAndRunsWhatBlocks) {
    for (const bool inline_answers : {true, false}) {
        hook = tg_hook();
        host.calls.clear();
        host.inline_answers = inline_answers;
        run("t:exec");
        EXPECT_EQ(host.calls, (Lines{"post key name payload", "post_after 50 key later {}"}));
        EXPECT_EQ(Caller::seen, (Lines{"11 cancelled", "no such timer", "50", "done", "no file", "disk-12"}));
    }
}

TEST_F(Faces, SessionCallsCarryTheHook) {
    run("t:session");
    EXPECT_EQ(host.calls,
              (Lines{"push 7 lane2 {}", "push 7 lane1 {}", "join quote:1", "leave quote:1", "close 7 4003 bye"}));
    EXPECT_EQ(Caller::seen, (Lines{"4", "none"}));
}

TEST_F(Faces, AFailedStatusBecomesAProtocolCode) {
    run("t:fail");
    EXPECT_EQ(hook.code, "field_locked");
    EXPECT_EQ(hook.answer, "somebody else holds it");
}

TEST_F(Faces, SayWhichExtensionIsAbsent) {
    host.absent_extensions = {TG_EXT_DOCS, TG_EXT_CHANNEL, TG_EXT_EXEC, TG_EXT_SESSION, TG_EXT_METRICS};
    run("t:docs");
    EXPECT_EQ(Caller::seen, Lines(6, TG_EXT_DOCS));
    run("t:channel");
    EXPECT_EQ(Caller::seen, (Lines{TG_EXT_CHANNEL, TG_EXT_CHANNEL, "0"}));
    run("t:exec");
    EXPECT_EQ(Caller::seen[0], TG_EXT_EXEC);
    tg::Counter("n", "h").add();
    EXPECT_TRUE(host.metrics.empty());
}

TEST_F(Faces, MetricsAndClocksReachTheHost) {
    run("t:none");
    const tg::Counter counter("things", "help");
    counter.add();
    counter.add(2);
    tg::Histogram("times", "help", {1, 10}).observe(4);
    EXPECT_EQ(host.metrics["things"].sum, 3);
    EXPECT_EQ(host.metrics["times"].sum, 4);
    tg::log::warn("careful");
    EXPECT_EQ(host.log_lines, Lines{"careful"});
    EXPECT_EQ(tg::random_uuid().size(), 36u);
    EXPECT_EQ(tg::wall_ms(), 1'700'000'000'000);
}

TEST(Principal, AllowsItsOwnItsFamilyAndEverything) {
    const tg_str held[] = {tidegate::testing::str("quotes:q1"), tidegate::testing::str("dashboard:*")};
    const tg_principal raw{sizeof(tg_principal), {}, {}, {}, held, 2, 0};
    const tg::Principal principal(&raw);
    EXPECT_TRUE(principal.allows("quotes:q1"));
    EXPECT_FALSE(principal.allows("quotes:q2"));
    EXPECT_TRUE(principal.allows("dashboard:underwriting"));
    EXPECT_FALSE(principal.allows("dash:underwriting"));
    EXPECT_FALSE(principal.has("dashboard:underwriting"));
    const tg_str all[] = {tidegate::testing::str("*")};
    const tg_principal admin{sizeof(tg_principal), {}, {}, {}, all, 1, 0};
    EXPECT_TRUE(tg::Principal(&admin).allows("anything:at"));
    EXPECT_FALSE(tg::Principal(nullptr).allows("anything"));
}

}  // namespace
