// Leases, presence, the bus and their hooks: what reaches the host, and what is made of its answers.

#include "fake_host.hpp"

#include <tidegate/plugin.hpp>

#include <gtest/gtest.h>

#include <type_traits>

namespace {

using tidegate::testing::FakeHost;
using Lines = std::vector<std::string>;

std::string lease_json(const std::string& path, int token, const std::string& more = R"(,"data":{"name":"Ada"})") {
    return R"({"path":")" + path + R"(","holder":"u1","session":"s1","token":)" + std::to_string(token) +
           R"(,"implicit":true,"expires_ms":1700000000500,"ttl_ms":500)" + more + "}";
}

std::string said(const tg::Lease& l) {
    return l.path() + " " + l.holder() + "/" + l.session() + " #" + std::to_string(l.token()) +
           (l.implicit() ? " implicit " : " ") + std::to_string(l.expires_ms()) + " " + std::to_string(l.ttl_ms()) +
           " " + l.data();
}

class Caller final : public tg::Plugin {
public:
    tg::Task<> on_message(tg::Message m) {
        seen.clear();
        if (m.type() == "t:lease") co_await lease_calls();
        if (m.type() == "t:presence") co_await presence_calls(m.session());
        if (m.type() == "t:bus") co_await bus_calls();
    }
    tg::Task<> lease_calls() {
        auto grant = co_await tg::Leases::acquire(tg::LeaseRequest("quote:q1")
                                                      .path("vehicles/V1")
                                                      .path("drivers")
                                                      .holder("u1")
                                                      .session("s1")
                                                      .data(R"({"name":"Ada"})")
                                                      .ttl_ms(5000)
                                                      .implicit()
                                                      .reuse_own()
                                                      .holder_limit(7)
                                                      .take_over_up_to(40));
        if (grant) {
            say((grant->granted() ? "granted " : "blocked ") + std::to_string(grant->token()));
            for (const tg::Lease& lease : grant->leases()) say("has " + said(lease));
            for (const tg::Lease& lease : grant->blocked_by()) say("blocked by " + said(lease));
            for (const tg::Lease& lease : grant->evicted()) say("evicted " + said(lease));
        } else {
            say(grant.text());
        }
        auto renewed = co_await tg::Leases::renew("quote:q1", "s1", 15000);
        say(renewed ? std::to_string(*renewed) : renewed.text());
        auto released = co_await tg::Leases::release(tg::LeaseMatch("quote:q1").path("drivers").holder("u1").token(41));
        say(released ? "released " + std::to_string(released->size()) : released.text());
        auto unlocked = co_await tg::Leases::unlock("quote:q1", "drivers", "u1");
        say(unlocked ? "unlocked " + std::to_string(unlocked->size()) : unlocked.text());
        auto all = co_await tg::Leases::list("quote:q1");
        say(all ? "all " + std::to_string(all->size()) : all.text());
    }
    tg::Task<> presence_calls(tg::Session session) {
        auto sessions = co_await tg::Presence::join(
            tg::PresenceEntry("quote:q1").user("u1").session(session).info(R"({"name":"Ada"})").grace_ms(3000));
        say(sessions ? std::to_string(*sessions) : sessions.text());
        const tg::Status updated = co_await tg::Presence::update("quote:q1", session, R"({"focus":"a"})");
        say(updated.ok() ? "updated" : updated.text());
        auto who = co_await tg::Presence::list("quote:q1");
        if (!who) say(who.text());
        if (who) {
            for (const tg::PresentUser& user : who->users())
                say(user.user() + user.info() + user.state() + std::to_string(user.connections()));
            say("of " + std::to_string(who->total()));
        }
        auto left = co_await tg::Presence::leave("quote:q1", session);
        say(left ? std::to_string(*left) : left.text());
    }
    tg::Task<> bus_calls() {
        auto page = co_await tg::Bus::read(10, 100);
        if (!page) say(page.text());
        if (!page) co_return;
        for (const tg::StoredEvent& e : page->events())
            say(std::to_string(e.sequence()) + e.name() + e.data() + e.actor() + e.doc_type() + e.doc_id() +
                std::to_string(e.revision()) + " " + std::to_string(e.at_ms()));
        say("up to " + std::to_string(page->up_to()));
    }

    tg::Task<tg::Status> on_event(tg::Event e) {
        co_await tg::Exec::sleep(1);
        say(std::string(e.key()) + " " + std::string(e.name()) + std::string(e.data()) + std::string(e.actor()) + " " +
            std::string(e.doc_type()) + "/" + std::string(e.doc_id()) + " " + std::to_string(e.sequence()) + " " +
            std::to_string(e.revision()) + " " + std::to_string(e.at_ms()) + " " + std::to_string(e.scope()));
        co_return e.data() == "{}" ? tg::Status() : tg::unavailable("not yet");
    }
    tg::Task<> on_lease(tg::LeaseNotice n) {
        co_await tg::Exec::sleep(1);
        say(n.space() + " " + std::to_string(n.scope()));
        for (const tg::Lease& lease : n.expired()) say(said(lease));
    }
    void on_presence(const tg::PresenceNotice& n) {
        say(n.channel() + " " + std::to_string(n.scope()));
        for (const tg::PresenceJoined& joined : n.joined()) {
            std::string line = "joined " + joined.user() + joined.info();
            for (const tg::Session session : joined.sessions()) line += " " + std::to_string(session.id());
            say(line);
        }
        for (const tg::PresenceLeft& left : n.left()) say("left " + left.user() + left.info());
    }
    static void say(std::string line) { seen.push_back(std::move(line)); }
    static Lines seen;
};
Lines Caller::seen;

// Takes events together, and looks at them again after a wait.
class Gatherer final : public tg::Plugin {
public:
    tg::Task<tg::Status> on_events(tg::Events events) {
        co_await tg::Exec::sleep(1);
        Caller::say(std::to_string(events.size()) + " of " + std::to_string(events.scope()));
        for (const tg::Event& e : events) {
            Caller::say(std::string(e.key()) + std::string(e.data()) + " " + std::to_string(e.sequence()));
            co_await tg::Exec::sleep(1);
        }
        tg::Status outcome = tg::unavailable("not yet");
        for (const tg::Event& e : events)
            if (e.data() == "{}") outcome = tg::Status();
        co_return outcome;
    }
};

class Silent final : public tg::Plugin {};

class Coordination : public ::testing::Test {
protected:
    void SetUp() override { Caller::seen.clear(); }
    // Runs one call of the table to its end; `enter` makes it.
    template <class Of = Caller, class Enter>
    void run(Enter enter) {
        tg_plugin* plugin = tg::detail::Adapter<Of>::create(host.table());
        hook = tg_hook();
        enter(plugin);
        while (!host.pending.empty()) host.complete();
        EXPECT_TRUE(hook.ended);
        plugin->destroy(plugin);
        EXPECT_EQ(host.live_frames, 0);
        EXPECT_EQ(host.live_buffers, 0);
    }
    void message(std::string_view type) {
        run([&](tg_plugin* p) { host.message(p, hook, "{\"type\":\"" + std::string(type) + "\"}", type); });
        EXPECT_EQ(hook.reason, "");
    }
    void answer(const std::string& call, std::string bytes, std::uint64_t number = 0) {
        host.answers[call] = {TG_OK, std::move(bytes), number, "", true};
    }

    FakeHost host;
    tg_hook hook;
};

TEST_F(Coordination, LeasesAreAskedForInFullAndReadInFull) {
    answer("lease.acquire",
           R"({"granted":true,"leases":[)" + lease_json("vehicles/V1", 41) + "," +
               lease_json("drivers", 41, R"(,"data":null)") + R"(],"blocked_by":[],"evicted":[)" +
               lease_json("drivers", 39, R"(,"later":[1])") + "]}",
           41);
    answer("lease.renew", "", 2);
    answer("lease.release", R"({"released":[)" + lease_json("drivers", 41) + "]}");
    answer("lease.unlock", R"({"released":[)" + lease_json("drivers", 41) + "]}");
    answer("lease.list", R"({"leases":[]})");
    for (const bool inline_answers : {true, false}) {
        host.calls.clear();
        host.inline_answers = inline_answers;
        message("t:lease");
        EXPECT_EQ(
            host.calls,
            (Lines{
                R"(acquire quote:q1 [vehicles/V1] [drivers] by u1/s1 {"name":"Ada"} ttl=5000 implicit over=40 reuse limit=7)",
                "renew quote:q1 s1 ttl=15000", "release quote:q1 [drivers] u1 41", "unlock quote:q1 [drivers] u1",
                "leases quote:q1"}));
        EXPECT_EQ(
            Caller::seen,
            (Lines{"granted 41", R"(has vehicles/V1 u1/s1 #41 implicit 1700000000500 500 {"name":"Ada"})",
                   "has drivers u1/s1 #41 implicit 1700000000500 500 ",
                   "evicted drivers u1/s1 #39 implicit 1700000000500 500 ", "2", "released 1", "unlocked 1", "all 0"}));
    }
}

TEST_F(Coordination, ABlockedRequestIsNoError) {
    answer("lease.acquire",
           R"({"granted":false,"leases":[],"blocked_by":[)" + lease_json("vehicles", 7) + R"(],"evicted":[]})");
    message("t:lease");
    EXPECT_EQ(Caller::seen[0], "blocked 0");
    EXPECT_EQ(Caller::seen[1], R"(blocked by vehicles u1/s1 #7 implicit 1700000000500 500 {"name":"Ada"})");
}

TEST_F(Coordination, PresenceIsToldInFullAndReadInFull) {
    answer("presence.join", "", 2);
    answer("presence.leave", "", 1);
    answer("presence.list",
           R"({"users":[{"user":"u1","info":{"name":"Ada"},"state":{"focus":"a"},"connections":2},)"
           R"({"user":"u2","info":{},"state":null,"connections":0}]})",
           1200);
    message("t:presence");
    EXPECT_EQ(host.calls, (Lines{R"(present quote:q1 u1/7 {"name":"Ada"} grace=3000)",
                                 R"(state quote:q1 7 {"focus":"a"})", "who quote:q1", "absent quote:q1 7"}));
    EXPECT_EQ(Caller::seen, (Lines{"2", "updated", R"(u1{"name":"Ada"}{"focus":"a"}2)", "u2{}0", "of 1200", "1"}));
}

TEST_F(Coordination, TheBusGivesEventsAndHowFarItLooked) {
    answer("bus.read",
           R"({"events":[{"sequence":11,"name":"field.updated","data":{"a":[1]},"actor":"u1","doc_type":"quote",)"
           R"("doc_id":"q1","revision":5,"at_ms":1700000000001}]})",
           17);
    message("t:bus");
    EXPECT_EQ(host.calls, Lines{"bus after 10 limit 100"});
    EXPECT_EQ(Caller::seen, (Lines{R"(11field.updated{"a":[1]}u1quoteq15 1700000000001)", "up to 17"}));
}

TEST_F(Coordination, AMalformedAnswerIsAnInternalErrorThatNamesTheCall) {
    const std::string good = lease_json("a", 1);
    const std::vector<std::string> texts = {std::string(),
                                            std::string("{}"),
                                            std::string("[]"),
                                            R"({"leases":[)" + good + "]} x",
                                            R"({"leases":[)" + good + "],\"leases\":[]}",
                                            R"({"leases":[{"path":"a"}]})",
                                            R"({"leases":{}})",
                                            R"({"leases":[)" + lease_json("a", -1) + "]}",
                                            R"({"leases":[)" + lease_json("a", 1, R"(,"data":"x")") + "]}",
                                            R"({"leases":[)" + lease_json("a", 1, R"(,"path":"b")") + "]}"};
    for (const std::string& bytes : texts) {
        for (const char* call :
             {"lease.acquire", "lease.release", "lease.unlock", "lease.list", "presence.list", "bus.read"})
            answer(call, bytes);
        message("t:lease");
        const auto of = [](const std::string& call) { return call + ": malformed answer of the host"; };
        EXPECT_EQ(Caller::seen,
                  (Lines{of("Leases::acquire"), "0", of("Leases::release"), of("Leases::unlock"), of("Leases::list")}))
            << bytes;
        message("t:presence");
        EXPECT_EQ(Caller::seen[2], of("Presence::list")) << bytes;
        message("t:bus");
        EXPECT_EQ(Caller::seen, Lines{of("Bus::read")}) << bytes;
    }
    EXPECT_EQ(tg::detail::malformed("x").rc(), TG_E_INTERNAL);
}

TEST_F(Coordination, RefusalsAndAbsentExtensionsAreResults) {
    host.answers["lease.acquire"] = {TG_E_FORBIDDEN, "", 0, "not your space", false};
    host.answers["presence.update"] = {TG_E_NOT_FOUND, "", 0, "not there", false};
    message("t:lease");
    EXPECT_EQ(Caller::seen[0], "not your space");
    message("t:presence");
    EXPECT_EQ(Caller::seen[1], "not there");
    host.absent_extensions = {TG_EXT_LEASE, TG_EXT_PRESENCE, TG_EXT_BUS};
    message("t:lease");
    EXPECT_EQ(Caller::seen, Lines(5, TG_EXT_LEASE));
    message("t:presence");
    EXPECT_EQ(Caller::seen, Lines(4, TG_EXT_PRESENCE));
    message("t:bus");
    EXPECT_EQ(Caller::seen, Lines{TG_EXT_BUS});
}

TEST_F(Coordination, ADeadlineEndsTheHookAtEachCall) {
    const std::string grant = R"({"granted":true,"leases":[],"blocked_by":[],"evicted":[]})";
    answer("lease.acquire", grant);
    answer("lease.release", R"({"released":[]})");
    answer("presence.list", R"({"users":[]})");
    host.inline_answers = false;
    for (const auto& [type, awaits] : std::map<std::string, int>{{"t:lease", 4}, {"t:presence", 4}, {"t:bus", 1}}) {
        for (int at = 0; at < awaits; ++at) {
            run([&](tg_plugin* p) {
                host.message(p, hook, "{\"type\":\"" + type + "\"}", type);
                for (int i = 0; i < at; ++i) host.complete();
                EXPECT_FALSE(hook.ended);
                host.stop(hook, TG_E_DEADLINE);
            });
            EXPECT_EQ(hook.rc, TG_E_DEADLINE) << type << at;
        }
    }
}

TEST_F(Coordination, AnEventHoldsItsTextsOverAnAwaitAndItsEndIsTheAnswer) {
    for (const bool inline_answers : {true, false}) {
        Caller::seen.clear();
        host.inline_answers = inline_answers;
        run([&](tg_plugin* p) { host.event(p, hook, "{}"); });
        EXPECT_EQ(hook.rc, TG_OK);
        EXPECT_EQ(Caller::seen, Lines{"quote:q1 field.updated{}user-1 quote/q1 12 5 1700000000001 3"});
        run([&](tg_plugin* p) { host.event(p, hook, R"({"a":1})"); });
        EXPECT_EQ(hook.rc, TG_E_UNAVAILABLE);
        EXPECT_EQ(hook.reason, "not yet");
    }
}

TEST_F(Coordination, NoticesAreReadOnceAndOwnWhatTheySay) {
    host.inline_answers = false;
    run([&](tg_plugin* p) { host.lease(p, hook, R"({"expired":[)" + lease_json("a/b", 9) + "]}"); });
    EXPECT_EQ(Caller::seen, (Lines{"quote:q1 3", R"(a/b u1/s1 #9 implicit 1700000000500 500 {"name":"Ada"})"}));
    Caller::seen.clear();
    run([&](tg_plugin* p) {
        host.presence(p, hook,
                      R"({"joined":[{"user":"u1","info":{"name":"Ada"},"sessions":["7","18446744073709551615"]}],)"
                      R"("left":[{"user":"u2","info":{}}]})");
    });
    EXPECT_EQ(Caller::seen, (Lines{"quote:q1 3", R"(joined u1{"name":"Ada"} 7 18446744073709551615)", "left u2{}"}));
    EXPECT_TRUE(host.log_lines.empty());
}

TEST_F(Coordination, EventsComeTogetherAndStayWhileAHookWaits) {
    for (const bool inline_answers : {true, false}) {
        Caller::seen.clear();
        host.inline_answers = inline_answers;
        run<Gatherer>([&](tg_plugin* p) { host.events(p, hook, "{}"); });
        EXPECT_EQ(hook.rc, TG_OK);
        EXPECT_EQ(Caller::seen, (Lines{"2 of 3", "quote:q1{} 12", "quote:q1{} 13"}));
    }
    run<Gatherer>([&](tg_plugin* p) { host.events(p, hook, R"({"later":1})"); });
    EXPECT_EQ(hook.rc, TG_E_UNAVAILABLE) << "all of them again";
}

TEST_F(Coordination, AMalformedNoticeIsLoggedAndEmpty) {
    run([&](tg_plugin* p) { host.lease(p, hook, R"({"expired":[)" + lease_json("a", 9) + ",{}]}"); });
    run([&](tg_plugin* p) {
        host.presence(p, hook, R"({"left":[{"user":"u2","info":{}}],"joined":[{"user":"u1","sessions":["7x"]}]})");
    });
    EXPECT_EQ(Caller::seen, (Lines{"quote:q1 3", "quote:q1 3"}));
    EXPECT_EQ(host.log_lines, (Lines{"on_lease quote:q1: malformed notice of the host",
                                     "on_presence quote:q1: malformed notice of the host"}));
}

TEST(CoordinationTable, HooksThatAClassLacksAreNull) {
    FakeHost host;
    tg_plugin* plugin = tg::detail::Adapter<Silent>::create(host.table());
    EXPECT_EQ(plugin->on_event, nullptr);
    EXPECT_EQ(plugin->on_events, nullptr);
    EXPECT_EQ(plugin->on_lease, nullptr);
    EXPECT_EQ(plugin->on_presence, nullptr);
    plugin->destroy(plugin);
}

// May be parameters and results of coroutines: g++ 12 destroys the temporary of an aggregate twice.
template <class... T>
constexpr bool no_aggregates() {
    return (!std::is_aggregate_v<T> && ...) && (std::is_nothrow_move_constructible_v<T> && ...);
}
static_assert(
    no_aggregates<tg::Patch, tg::VersionQuery, tg::Publication, tg::LeaseRequest, tg::LeaseMatch, tg::Lease,
                  tg::LeaseGrant, tg::LeaseNotice, tg::PresenceEntry, tg::PresentUser, tg::PresenceList,
                  tg::PresenceJoined, tg::PresenceLeft, tg::PresenceNotice, tg::StoredEvent, tg::BusPage, tg::Event>());

}  // namespace
