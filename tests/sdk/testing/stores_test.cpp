// Streams, values and emitted events through a real plugin and the host's own calls.

#include <tidegate/testing/expect.hpp>
#include <tidegate/testing/host.hpp>

#include <gtest/gtest.h>

#include <string>

namespace tg::testing {
namespace {

const User kAda{"00000000-0000-4000-8000-00000000000a", "Ada", "agent", {}};
const User kEve{"00000000-0000-4000-8000-00000000000e", "Eve", "agent", {}, "acme"};

// Inline and late: the same answers.
class StoresHost : public ::testing::TestWithParam<bool> {
protected:
    StoresHost() : host({.late_documents = GetParam()}) {
        host.load(STORES_SO);
        ada = host.connect(kAda, "/ws");
    }
    void TearDown() override { EXPECT_EQ(host.stop(), ""); }

    // What it gave, or the code of its refusal.
    Json ask(Json message) { return ask(*ada, std::move(message)); }
    Json ask(Client client, Json message) {
        message.update({{"type", "stores:ask"}, {"id", ++last_id_}});
        client.push(message);
        const Json reply = client.reply(last_id_);
        if (reply.is_null()) return "no answer";
        return reply.contains("got") ? reply["got"] : reply["code"];
    }
    Json append(Json entries, Json more = Json::object()) {
        more.update({{"do", "stream.append"}, {"entries", std::move(entries)}});
        return ask(std::move(more));
    }

    Host host;
    std::optional<Client> ada;

private:
    int last_id_ = 0;
};

INSTANTIATE_TEST_SUITE_P(InlineAndLate, StoresHost, ::testing::Bool());

TEST_P(StoresHost, AStreamIsAppendedReadAcknowledgedAndTrimmed) {
    EXPECT_EQ(append({1, {{"a", 1.5}}}), Json::parse("[1,2,0,false]"));
    EXPECT_EQ(append({"[ \"x\" ]"}, {{"max", 2}}), Json::parse("[3,3,1,false]"));
    const auto at = host.wall_ms();
    EXPECT_EQ(ask({{"do", "stream.read"}}), Json::array({{2, at, {{"a", 1.5}}}, {3, at, Json::array({"x"})}}));
    EXPECT_EQ(ask({{"do", "stream.read"}, {"position", 2}, {"limit", 1}}), Json::array({{3, at, Json::array({"x"})}}));
    EXPECT_EQ(ask({{"do", "stream.read"}, {"position", 3}}), Json::array());
    EXPECT_EQ(ask({{"do", "stream.state"}}), Json::parse("[2,3,2]"));
    EXPECT_EQ(ask({{"do", "stream.acked"}}), 0);
    EXPECT_EQ(ask({{"do", "stream.ack"}, {"position", 3}}), 3);
    EXPECT_EQ(ask({{"do", "stream.ack"}, {"position", 2}}), 3);
    EXPECT_EQ(ask({{"do", "stream.acked"}}), 3);
    EXPECT_EQ(ask({{"do", "stream.trim"}, {"position", 9}}), 2);
    EXPECT_EQ(ask({{"do", "stream.state"}}), Json::parse("[0,3,0]"));
    EXPECT_EQ(host.counter("tidegate_plugin_stream_entries_total{stores}"), 3u);
}

TEST_P(StoresHost, AnAppendOfOneKeyIsMadeOnce) {
    EXPECT_EQ(append({1, 2}, {{"key", "k"}}), Json::parse("[1,2,0,false]"));
    EXPECT_EQ(append({1, 2}, {{"key", "k"}}), Json::parse("[1,2,0,true]"));
    EXPECT_EQ(host.stream("stores", "s").size(), 2u);
    EXPECT_EQ(host.counter("tidegate_plugin_stream_entries_total{stores}"), 2u);
}

TEST_P(StoresHost, AStreamTakesNoDeeperThanItCanBeReadBack) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_EQ(append({nested(57)}), "invalid");
    EXPECT_EQ(append({nested(56)}), Json::parse("[1,1,0,false]"));
    const Json read = ask({{"do", "stream.read"}});
    ASSERT_TRUE(read.is_array()) << read;
    EXPECT_EQ(read.size(), 1u);
}

TEST_P(StoresHost, StreamsRefuseWhatIsNoneAndWhatIsTooLarge) {
    EXPECT_EQ(append(Json::array()), "invalid");
    EXPECT_EQ(append({"{"}), "invalid");
    EXPECT_EQ(append({1}, {{"name", ""}}), "invalid");
    EXPECT_EQ(append({1}, {{"name", "a\nb"}}), "invalid");
    EXPECT_EQ(append({1}, {{"name", std::string(257, 'n')}}), "invalid");
    EXPECT_EQ(append(std::vector<int>(257, 1)), "invalid");
    EXPECT_EQ(append({1}, {{"key", std::string(257, 'k')}}), "invalid");
    const std::string large(64 * 1024 - 1, 'x');
    EXPECT_EQ(ask({{"do", "stream.append"}, {"entries", {"\"" + large.substr(0, 60'000) + "\""}}}),
              Json::parse("[1,1,0,false]"));
    EXPECT_EQ(ask({{"do", "stream.read"}, {"limit", 0}}), "invalid");
    EXPECT_EQ(ask({{"do", "stream.read"}, {"limit", 1001}}), "invalid");
    EXPECT_EQ(ask({{"do", "stream.ack"}, {"reader", ""}}), "invalid");
    EXPECT_EQ(host.stream("stores", "s").size(), 1u);
}

TEST_P(StoresHost, AStreamAndAValueAreTheTenantsOwn) {
    Client eve = host.connect(kEve, "/ws");
    append({1});
    EXPECT_EQ(ask({{"do", "kv.put"}, {"text", "mine"}}), 1);
    EXPECT_EQ(ask(eve, {{"do", "stream.read"}}), Json::array());
    EXPECT_EQ(ask(eve, {{"do", "kv.get"}}), "not_found");
    EXPECT_EQ(ask(eve, {{"do", "stream.append"}, {"entries", {2}}}), Json::parse("[1,1,0,false]"));
    EXPECT_EQ(host.stream("stores", "s").size(), 1u);
    EXPECT_EQ(host.stream("stores", "s", "acme")[0].data, 2);
    EXPECT_TRUE(host.stream("somebody else", "s").empty());
}

TEST_P(StoresHost, AStreamOutlivesAReload) {
    append({1});
    host.reload("stores");
    EXPECT_EQ(append({2}), Json::parse("[2,2,0,false]"));
}

TEST_P(StoresHost, ATextIsComparedAndSetAndExpires) {
    EXPECT_EQ(ask({{"do", "kv.get"}}), "not_found");
    const Json first = ask({{"do", "kv.put"}, {"text", "a"}, {"expected", 0}});
    ASSERT_TRUE(first.is_number()) << first;
    EXPECT_EQ(ask({{"do", "kv.put"}, {"text", "b"}, {"expected", 0}}), "conflict");
    const Json second = ask({{"do", "kv.put"}, {"text", "b"}, {"expected", first}, {"ttl_ms", 1500}});
    EXPECT_GT(second, first);
    EXPECT_EQ(ask({{"do", "kv.get"}}), Json({{"text", "b"}, {"version", second}}));
    host.advance_ms(1499);
    EXPECT_EQ(ask({{"do", "kv.get"}})["text"], "b");
    host.advance_ms(1);
    EXPECT_EQ(ask({{"do", "kv.get"}}), "not_found");
    EXPECT_EQ(ask({{"do", "kv.remove"}}), false);
}

TEST_P(StoresHost, ANumberIsCountedAndKeepsItsEnd) {
    EXPECT_EQ(ask({{"do", "kv.increment"}, {"by", 5}, {"ttl_ms", 1000}}), 5);
    host.advance_ms(900);
    EXPECT_EQ(ask({{"do", "kv.increment"}, {"by", -7}, {"ttl_ms", 1000}}), -2);
    EXPECT_EQ(ask({{"do", "kv.get"}}), "invalid") << "it is no text";
    host.advance_ms(100);
    EXPECT_EQ(ask({{"do", "kv.increment"}}), 1);
    EXPECT_EQ(ask({{"do", "kv.expire"}, {"ttl_ms", 10}}), true);
    EXPECT_EQ(ask({{"do", "kv.expire"}, {"key", "none"}, {"ttl_ms", 10}}), false);
    host.advance_ms(10);
    EXPECT_EQ(ask({{"do", "kv.remove"}}), false);
    EXPECT_EQ(ask({{"do", "kv.increment"}, {"by", INT64_MAX}}), INT64_MAX);
    EXPECT_EQ(ask({{"do", "kv.increment"}}), "invalid");
}

TEST_P(StoresHost, SetsAndHashesGiveBackWhatWentIn) {
    EXPECT_EQ(ask({{"do", "list.set_members"}}), Json::array());
    EXPECT_EQ(ask({{"do", "list.set_add"}, {"text", "b \"quoted\" \n"}}), true);
    EXPECT_EQ(ask({{"do", "list.set_add"}, {"text", "a"}}), true);
    EXPECT_EQ(ask({{"do", "list.set_add"}, {"text", "a"}}), false);
    EXPECT_EQ(ask({{"do", "list.set_members"}}), Json({"a", "b \"quoted\" \n"}));
    EXPECT_EQ(ask({{"do", "list.set_remove"}, {"text", "a"}}), true);
    EXPECT_EQ(ask({{"do", "list.set_remove"}, {"text", "a"}}), false);
    EXPECT_EQ(ask({{"do", "list.hash_set"}, {"key", "h"}, {"text", "1"}}), true);
    EXPECT_EQ(ask({{"do", "list.hash_set"}, {"key", "h"}, {"text", "2"}}), false);
    EXPECT_EQ(ask({{"do", "list.hash_set"}, {"key", "h"}, {"field", ""}, {"text", ""}}), true);
    EXPECT_EQ(ask({{"do", "list.hash_all"}, {"key", "h"}}), Json::parse(R"([["",""],["f","2"]])"));
    EXPECT_EQ(ask({{"do", "list.hash_remove"}, {"key", "h"}}), true);
    EXPECT_EQ(ask({{"do", "list.hash_remove"}, {"key", "h"}}), false);
    EXPECT_EQ(ask({{"do", "list.hash_all"}}), "invalid") << "it is a set";
}

TEST_P(StoresHost, ValuesRefuseWhatIsNoneAndWhatIsTooLarge) {
    EXPECT_EQ(ask({{"do", "kv.put"}, {"key", ""}}), "invalid");
    EXPECT_EQ(ask({{"do", "kv.put"}, {"key", std::string(257, 'k')}}), "invalid");
    EXPECT_EQ(ask({{"do", "kv.put"}, {"ttl_ms", UINT64_MAX}}), "invalid");
    EXPECT_EQ(ask({{"do", "list.set_add"}, {"bad_utf8", true}}), "invalid");
    EXPECT_EQ(ask({{"do", "list.hash_set"}, {"bad_utf8", true}}), "invalid");
    EXPECT_EQ(ask({{"do", "list.set_members"}}), Json::array());
    const std::string large(60'000, 'x');
    for (int n = 0; n < 69; ++n)
        ASSERT_EQ(ask({{"do", "list.set_add"}, {"text", std::to_string(n) + large}}), true) << n;
    EXPECT_EQ(ask({{"do", "list.set_members"}}).size(), 69u);
    for (int n = 69; n < 72; ++n)
        ASSERT_EQ(ask({{"do", "list.set_add"}, {"text", std::to_string(n) + large}}), true) << n;
    EXPECT_EQ(ask({{"do", "list.set_members"}}), "too_large");
}

TEST_P(StoresHost, AnEmittedEventIsHeardLikeThoseOfPatches) {
    const Json sequence =
        ask({{"do", "emit"}, {"name", "heard.one"}, {"data", {{"n", 1}}}, {"doc_id", "q1"}, {"actor", "ada"}});
    EXPECT_EQ(sequence, 1);
    host.pump();
    const auto events = host.events();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].name, "heard.one");
    EXPECT_EQ(events[0].doc_type, "quote");
    EXPECT_EQ(events[0].doc_id, "q1");
    EXPECT_EQ(events[0].revision, 0u);
    EXPECT_EQ(events[0].at_ms, host.wall_ms());
    const auto heard = host.stream("stores", "heard");
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_EQ(heard[0].data, Json({{"name", "heard.one"},
                                   {"data", {{"n", 1}}},
                                   {"sequence", 1},
                                   {"revision", 0},
                                   {"doc_id", "q1"},
                                   {"actor", "ada"}}));
    EXPECT_EQ(host.counter("tidegate_plugin_events_emitted_total{stores}"), 1u);
}

TEST_P(StoresHost, ATestEmitsToo) {
    EXPECT_EQ(host.emit("heard.two", {{"n", 2}}), 1u);
    ASSERT_EQ(host.stream("stores", "heard").size(), 1u);
    EXPECT_EQ(host.emit("unheard", Json::object(), "quote", "q", "ada", "acme"), 2u);
    EXPECT_EQ(host.stream("stores", "heard").size(), 1u);
    EXPECT_THROW(host.emit("x", Json::array()), std::runtime_error);
}

TEST_P(StoresHost, AnEmissionOfOneKeyIsMadeOnce) {
    const Json emission{{"do", "emit"}, {"name", "heard.one"}, {"data", Json::object()}, {"key", "k"}};
    EXPECT_EQ(ask(emission), 1);
    EXPECT_EQ(ask(emission), 1);
    EXPECT_EQ(host.stream("stores", "heard").size(), 1u);
}

TEST_P(StoresHost, EmissionsAreRefusedThatAreNone) {
    const auto emit = [&](Json name, Json data, Json more = Json::object()) {
        more.update({{"do", "emit"}, {"name", std::move(name)}, {"data", std::move(data)}});
        return ask(std::move(more));
    };
    EXPECT_EQ(emit("", Json::object()), "invalid");
    EXPECT_EQ(emit("a\u0001", Json::object()), "invalid");
    EXPECT_EQ(emit("a", 1), "invalid");
    EXPECT_EQ(emit("a", Json::object(), {{"doc_id", ""}}), "invalid");
    EXPECT_EQ(emit("a", Json::object(), {{"doc_id", "q"}, {"doc_type", ""}}), "invalid");
    EXPECT_EQ(emit("a", Json::object(), {{"key", std::string(129, 'k')}}), "invalid");
    EXPECT_EQ(host.events().size(), 0u);
    EXPECT_EQ(host.counter("tidegate_plugin_events_emitted_total{stores}"), 0u);
}

TEST(StoresHeld, AnswerWhenTheyAreReleasedAndNotWhenTheHookIsOver) {
    Host host({.late_documents = true});
    host.load(STORES_SO);
    Client ada = host.connect(kAda, "/ws");
    host.hold_documents();
    ada.push({{"type", "stores:ask"}, {"id", 1}, {"do", "stream.append"}, {"entries", {1}}});
    ada.push({{"type", "stores:ask"}, {"id", 2}, {"do", "emit"}, {"name", "heard.one"}, {"data", Json::object()}});
    EXPECT_TRUE(ada.reply(1).is_null());
    EXPECT_EQ(host.waiting_documents(), 1u) << "the second waits behind the first";
    host.advance_ms(3000);
    EXPECT_ERROR(ada, 1, "unavailable");
    host.release_documents();
    host.pump();
    EXPECT_EQ(host.stream("stores", "s").size(), 1u) << "what was asked is done, whoever still waits";
    EXPECT_EQ(host.stop(), "");
}

}  // namespace
}  // namespace tg::testing
