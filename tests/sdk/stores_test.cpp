// Streams, values and emissions: what reaches the host, and what is made of its answers.

#include "fake_host.hpp"

#include <tidegate/plugin.hpp>

#include <gtest/gtest.h>

#include <map>

namespace {

using tidegate::testing::FakeHost;
using Lines = std::vector<std::string>;

class Caller final : public tg::Plugin {
public:
    tg::Task<> on_message(tg::Message m) {
        seen.clear();
        if (m.type() == "t:streams") co_await stream_calls();
        if (m.type() == "t:texts") co_await text_calls();
        if (m.type() == "t:lists") co_await list_calls();
        if (m.type() == "t:emit") co_await emit_calls();
    }
    tg::Task<> stream_calls() {
        tg::StreamAppend append("inbox:u1");
        append.entry(R"({"n":1})").entry("2").max_entries(10'000).idempotency_key("k1");
        auto done = co_await tg::Streams::append(std::move(append));
        say(done ? number(done->first()) + "-" + number(done->last()) + " trimmed " + number(done->trimmed()) +
                       (done->replayed() ? " again" : "")
                 : done.text());
        auto page = co_await tg::Streams::read("inbox:u1", 7, 100);
        if (!page) say(page.text());
        if (page) {
            for (const tg::StreamEntry& entry : *page)
                say(number(entry.position()) + entry.data() + " " + std::to_string(entry.at_ms()));
        }
        auto state = co_await tg::Streams::state("inbox:u1");
        say(state ? number(state->first()) + "-" + number(state->last()) + " of " + number(state->count())
                  : state.text());
        auto trimmed = co_await tg::Streams::trim("inbox:u1", 9);
        say(said(trimmed));
        auto stands = co_await tg::Streams::ack("inbox:u1", "phone", 12);
        say(said(stands));
        auto stood = co_await tg::Streams::acked("inbox:u1", "phone");
        say(said(stood));
    }
    tg::Task<> text_calls() {
        auto value = co_await tg::Values::get("a");
        say(value ? value->text() + " v" + number(value->version()) : value.text());
        tg::ValuePut put("a", "text");
        put.ttl_ms(1000).expected(7);
        auto version = co_await tg::Values::put(std::move(put));
        say(said(version));
        version = co_await tg::Values::put(tg::ValuePut("b", "for ever"));
        say(said(version));
        auto sum = co_await tg::Values::increment("n", -3, 500);
        say(said(sum));
        auto removed = co_await tg::Values::remove("a");
        say(said(removed));
        auto ends = co_await tg::Values::expire("a", 20);
        say(said(ends));
    }
    tg::Task<> list_calls() {
        auto changed = co_await tg::Values::set_add("s", "m");
        say(said(changed));
        changed = co_await tg::Values::set_remove("s", "m");
        say(said(changed));
        auto members = co_await tg::Values::set_members("s");
        if (!members) say(members.text());
        if (members)
            for (const std::string& member : *members) say("member " + member);
        changed = co_await tg::Values::hash_set("h", "f", "v");
        say(said(changed));
        changed = co_await tg::Values::hash_remove("h", "f");
        say(said(changed));
        auto fields = co_await tg::Values::hash_all("h");
        if (!fields) say(fields.text());
        if (fields)
            for (const auto& [name, text] : *fields) say(name + "=" + text);
    }
    tg::Task<> emit_calls() {
        tg::Emission emission("session.joined", R"({"user_id":"u1"})");
        emission.doc("quote", "q1").actor("u1").idempotency_key("k");
        auto sequence = co_await tg::Bus::emit(std::move(emission));
        say(said(sequence));
        auto bare = co_await tg::Bus::emit(tg::Emission("alert.raised", "{}"));
        say(said(bare));
    }
    static std::string number(std::uint64_t value) { return std::to_string(value); }
    template <class T>
    static std::string said(const tg::Result<T>& result) {
        return result ? std::to_string(*result) : result.text();
    }
    static void say(std::string line) { seen.push_back(std::move(line)); }
    static Lines seen;
};
Lines Caller::seen;

class Stores : public ::testing::Test {
protected:
    void message(std::string_view type) {
        tg_plugin* plugin = tg::detail::Adapter<Caller>::create(host.table());
        hook = tg_hook();
        host.message(plugin, hook, "{\"type\":\"" + std::string(type) + "\"}", type);
        while (!host.pending.empty()) host.complete();
        EXPECT_TRUE(hook.ended);
        EXPECT_EQ(hook.reason, "");
        plugin->destroy(plugin);
        EXPECT_EQ(host.live_frames, 0);
        EXPECT_EQ(host.live_buffers, 0);
    }
    void answer(const std::string& call, std::string bytes, std::uint64_t number = 0) {
        host.answers[call] = {TG_OK, std::move(bytes), number, "", true};
    }

    FakeHost host;
    tg_hook hook;
};

TEST_F(Stores, StreamsAreAskedForInFullAndReadInFull) {
    answer("stream.append", R"({"first":8,"last":9,"trimmed":2,"replayed":true,"later":1})", 9);
    answer("stream.read",
           R"({"entries":[{"position":8,"at_ms":1700000000001,"data":{"n":1}},{"position":9,"at_ms":5,"data":2}]})", 2);
    answer("stream.state", R"({"first":3,"last":9,"count":7})", 9);
    answer("stream.trim", "", 6);
    answer("stream.ack", "", 12);
    answer("stream.acked", "", 13);
    for (const bool inline_answers : {true, false}) {
        host.calls.clear();
        host.inline_answers = inline_answers;
        message("t:streams");
        EXPECT_EQ(host.calls,
                  (Lines{R"(append inbox:u1 {"n":1} 2 max=10000 key=k1)", "read inbox:u1 after 7 limit 100",
                         "state inbox:u1", "trim inbox:u1 9", "ack inbox:u1 phone 12", "acked inbox:u1 phone"}));
        EXPECT_EQ(Caller::seen,
                  (Lines{"8-9 trimmed 2 again", R"(8{"n":1} 1700000000001)", "92 5", "3-9 of 7", "6", "12", "13"}));
    }
}

TEST_F(Stores, ValuesAreAskedForInFullAndReadInFull) {
    answer("kv.get", "any text", 7);
    answer("kv.put", "", 8);
    answer("kv.increment", "", static_cast<std::uint64_t>(-2));
    answer("kv.flag", "", 1);
    answer("kv.set_members", R"({"members":["a","\"b\""]})", 2);
    answer("kv.hash_all", R"({"fields":[["f","v"],["",""]]})", 2);
    for (const bool inline_answers : {true, false}) {
        host.calls.clear();
        host.inline_answers = inline_answers;
        message("t:texts");
        EXPECT_EQ(host.calls, (Lines{"get a", "put a=text ttl=1000 expected=7", "put b=for ever ttl=0",
                                     "increment n -3 ttl=500", "remove a", "expire a 20"}));
        EXPECT_EQ(Caller::seen, (Lines{"any text v7", "8", "8", "-2", "1", "1"}));
        host.calls.clear();
        message("t:lists");
        EXPECT_EQ(host.calls, (Lines{"set_add s m", "set_remove s m", "set_members s", "hash_set h f=v",
                                     "hash_remove h f", "hash_all h"}));
        EXPECT_EQ(Caller::seen, (Lines{"1", "1", "member a", "member \"b\"", "1", "1", "f=v", "="}));
    }
}

TEST_F(Stores, AnEmissionSaysAllItWasGiven) {
    answer("bus.emit", "", 41);
    for (const bool inline_answers : {true, false}) {
        host.calls.clear();
        host.inline_answers = inline_answers;
        message("t:emit");
        EXPECT_EQ(host.calls, (Lines{R"(emit session.joined {"user_id":"u1"} of quote/q1 by u1 key=k)",
                                     "emit alert.raised {} of / by  key="}));
        EXPECT_EQ(Caller::seen, (Lines{"41", "41"}));
    }
}

TEST_F(Stores, AMalformedAnswerIsAnInternalErrorThatNamesTheCall) {
    for (const std::string bytes :
         {"", "{}", "[]",
          R"({"entries":[{"position":1}],"members":[1],"fields":[["a"]],"first":1,"last":-1,"count":1})",
          R"({"entries":{},"members":{},"fields":[["a",1]],"first":"1","last":2,"count":1,"trimmed":0})",
          R"({"entries":[],"members":[],"fields":[]} x)"}) {
        for (const char* call : {"stream.append", "stream.read", "stream.state", "kv.set_members", "kv.hash_all"})
            answer(call, bytes);
        const auto of = [](const std::string& call) { return call + ": malformed answer of the host"; };
        message("t:streams");
        EXPECT_EQ(Caller::seen,
                  (Lines{of("Streams::append"), of("Streams::read"), of("Streams::state"), "0", "0", "0"}))
            << bytes;
        message("t:lists");
        EXPECT_EQ(Caller::seen[2], of("Values::set_members")) << bytes;
        EXPECT_EQ(Caller::seen.back(), of(R"(Values::hash_all)")) << bytes;
    }
}

TEST_F(Stores, RefusalsAndAbsentExtensionsAreResults) {
    host.answers["stream.append"] = {TG_E_BUSY, "", 0, "full", false};
    host.answers["kv.put"] = {TG_E_CONFLICT, "", 0, "not that version", false};
    host.answers["bus.emit"] = {TG_E_TOO_LARGE, "", 0, "too much", false};
    answer("stream.read", R"({"entries":[]})");
    answer("stream.state", R"({"first":0,"last":0,"count":0})");
    message("t:streams");
    EXPECT_EQ(Caller::seen[0], "full");
    message("t:texts");
    EXPECT_EQ(Caller::seen[1], "not that version");
    message("t:emit");
    EXPECT_EQ(Caller::seen, Lines(2, "too much"));
    host.absent_extensions = {TG_EXT_STREAM, TG_EXT_KV, TG_EXT_BUS};
    message("t:streams");
    EXPECT_EQ(Caller::seen, Lines(6, TG_EXT_STREAM));
    message("t:texts");
    EXPECT_EQ(Caller::seen, Lines(6, TG_EXT_KV));
    message("t:lists");
    EXPECT_EQ(Caller::seen, Lines(6, TG_EXT_KV));
    message("t:emit");
    EXPECT_EQ(Caller::seen, Lines(2, TG_EXT_BUS));
}

// A host that was built before events could be emitted: its table ends earlier.
TEST_F(Stores, AnOlderHostsBusReadsAndDoesNotEmit) {
    host.bus().size = offsetof(tg_ext_bus, emit);
    message("t:emit");
    EXPECT_EQ(Caller::seen, Lines(2, TG_EXT_BUS));
    EXPECT_TRUE(host.calls.empty());
    EXPECT_NE(tg::detail::g_bus, nullptr);
}

// What a compiled plugin knows of these tables stays where it is.
TEST(StoresLayout, IsThatOfTheFirstVersion) {
    EXPECT_EQ(offsetof(tg_ext_bus, read), 8u);
    EXPECT_EQ(offsetof(tg_ext_bus, emit), 16u);
    EXPECT_EQ(sizeof(tg_ext_bus), 24u);
    EXPECT_EQ(sizeof(tg_emission), 104u);
    EXPECT_EQ(offsetof(tg_emission, idempotency_key), 88u);
    EXPECT_EQ(sizeof(tg_ext_kv), 96u);
    EXPECT_EQ(offsetof(tg_ext_kv, hash_all), 88u);
    EXPECT_EQ(sizeof(tg_kv_put), 56u);
    EXPECT_EQ(offsetof(tg_kv_put, expected), 48u);
    EXPECT_EQ(sizeof(tg_ext_stream), 56u);
    EXPECT_EQ(offsetof(tg_ext_stream, acked), 48u);
    EXPECT_EQ(sizeof(tg_stream_append), 56u);
    EXPECT_EQ(offsetof(tg_stream_append, idempotency_key), 40u);
}

}  // namespace
