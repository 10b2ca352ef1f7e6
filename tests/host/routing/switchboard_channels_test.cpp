#include "tests/host/routing/fixture.hpp"

namespace tidegate::routing {
namespace {

class SwitchboardChannels : public RoutingFixture {
protected:
    void subscribe(FakeTransport& transport, const std::string& channel) {
        say(transport, R"({"type":"channel:subscribe","channel":")" + channel + R"("})");
        transport.take_texts();
    }
    std::vector<std::string> members(FakeTransport& transport, const char* name) {
        std::vector<std::string> out;
        for (const std::string& text : transport.take_texts()) out.push_back(Json::parse(text).value(name, ""));
        return out;
    }
    std::vector<std::uint64_t> offsets(FakeTransport& transport) {
        std::vector<std::uint64_t> out;
        for (const std::string& text : transport.take_texts()) out.push_back(Json::parse(text).value("offset", 0));
        return out;
    }
};

TEST_F(SwitchboardChannels, SubscribeIsAuthorizedByTheChannelsOwnerUnderTheChannelsKey) {
    FakeTransport transport;
    open_quietly("/ws", transport);
    publish("quote:1", "{}");
    say(transport, R"({"type":"channel:subscribe","channel":"quote:1","id":"s"})");
    ASSERT_EQ(quote.count(InvocationKind::kSubscribe), 1u);
    EXPECT_EQ(quote.seen[0].key, "quote:1");
    EXPECT_EQ(quote.seen[0].channel, "quote:1");
    EXPECT_FALSE(quote.seen[0].recheck);
    const Json answer = only(transport);
    EXPECT_EQ(answer.at("type"), "channel:subscribed");
    EXPECT_EQ(answer.at("channel"), "quote:1");
    EXPECT_EQ(answer.at("kind"), "recorded");
    EXPECT_EQ(answer.at("offset"), 1);
    EXPECT_EQ(answer.at("epoch"), commons.hub.epoch());
    EXPECT_EQ(answer.at("recovered"), false);
    EXPECT_EQ(answer.at("ref"), "s");
    publish("quote:1", R"({"type":"quote:patched"})");
    executor.settle();
    EXPECT_EQ(transport.take_texts(),
              (std::vector<std::string>{R"({"type":"quote:patched","channel":"quote:1","offset":2})"}));
    EXPECT_EQ(gateway.find(quote.seen[0].session->id())->in_flight_messages, 0u);
}

TEST_F(SwitchboardChannels, ARefusedSubscribeIsACodedError) {
    FakeTransport transport;
    open_quietly("/ws", transport);
    quote.outcome = Error{Errc::kForbidden, "no"};
    say(transport, R"({"type":"channel:subscribe","channel":"quote:1","id":1})");
    const Json answer = only(transport);
    EXPECT_EQ(answer.at("code"), "forbidden");
    EXPECT_EQ(answer.at("ref"), 1);
    quote.outcome = Error{Errc::kNotFound, "no"};
    say(transport, R"({"type":"channel:subscribe","channel":"quote:1"})");
    EXPECT_EQ(only(transport).at("code"), "not_found");
    say(transport, R"({"type":"channel:subscribe","channel":"nobodys:1"})");
    EXPECT_EQ(only(transport).at("code"), "not_found");
    say(transport, R"({"type":"channel:subscribe"})");
    EXPECT_EQ(only(transport).at("code"), "invalid");
    EXPECT_EQ(gateway.subscribers("default", "quote:1"), 0u);
}

TEST_F(SwitchboardChannels, AnExcludedSessionGetsNothingOfALiveEventAndEverythingElseInOrder) {
    FakeTransport in, out;
    open_quietly("/ws", in);
    const SessionId excluded[] = {open_quietly("/ws", out).id(), SessionId(0, 77, 1)};
    for (FakeTransport* transport : {&in, &out}) subscribe(*transport, "room:1");
    Publication publication;
    publication.tenant = "default";
    publication.channel = "room:1";
    publication.event = R"({"type":"echo:moved"})";
    publication.excluded = excluded;
    publish("room:1", R"({"type":"echo:first"})", false);
    ASSERT_TRUE(gateway.publish(publication));
    publish("room:1", R"({"type":"echo:last"})", false);
    executor.settle();
    EXPECT_EQ(types(in), (std::vector<std::string>{"echo:first", "echo:moved", "echo:last"}));
    EXPECT_EQ(types(out), (std::vector<std::string>{"echo:first", "echo:last"}));
    ASSERT_TRUE(gateway.publish(publication));
    executor.settle();
    EXPECT_EQ(types(in), (std::vector<std::string>{"echo:moved"}));
    EXPECT_TRUE(types(out).empty());
    publication.recorded = true;
    publication.channel = "quote:1";
    for (FakeTransport* transport : {&in, &out}) subscribe(*transport, "quote:1");
    ASSERT_TRUE(gateway.publish(publication));
    executor.settle();
    EXPECT_EQ(types(out).size(), 1u) << "recorded events have no holes";
}

TEST_F(SwitchboardChannels, UnsubscribeEndsDelivery) {
    FakeTransport transport;
    open_quietly("/ws", transport);
    subscribe(transport, "room:1");
    EXPECT_EQ(gateway.subscribers("default", "room:1"), 1u);
    say(transport, R"({"type":"channel:unsubscribe","channel":"room:1","id":2})");
    EXPECT_EQ(transport.take_texts(),
              (std::vector<std::string>{R"({"type":"channel:unsubscribed","channel":"room:1","ref":2})"}));
    EXPECT_EQ(gateway.subscribers("default", "room:1"), 0u);
    publish("room:1", "{}", false);
    executor.settle();
    EXPECT_TRUE(transport.take_texts().empty());
}

TEST_F(SwitchboardChannels, UnsubscribeWaitsForTheSubscriptionInFlight) {
    FakeTransport transport;
    open_quietly("/ws", transport);
    echo.ends_at_once = false;
    transport.feed(testing::client_frame(1, R"({"type":"channel:subscribe","channel":"room:1"})") +
                   testing::client_frame(1, R"({"type":"channel:unsubscribe","channel":"room:1"})"));
    executor.settle();
    EXPECT_TRUE(transport.paused);
    echo.seen[0].on_end({});
    executor.settle();
    EXPECT_EQ(types(transport), (std::vector<std::string>{"channel:subscribed", "channel:unsubscribed"}));
    EXPECT_FALSE(transport.paused);
    EXPECT_EQ(gateway.subscribers("default", "room:1"), 0u);
}

TEST_F(SwitchboardChannels, SubscribingTwiceCountsOnce) {
    FakeTransport transport;
    open_quietly("/ws", transport);
    subscribe(transport, "room:1");
    subscribe(transport, "room:1");
    EXPECT_EQ(gateway.subscribers("default", "room:1"), 1u);
    publish("room:1", "{}", false);
    executor.settle();
    EXPECT_EQ(transport.take_texts().size(), 1u);
}

TEST_F(SwitchboardChannels, ASessionHasABoundedNumberOfChannels) {
    FakeTransport transport;
    open_quietly("/ws", transport);
    for (int i = 0; i < 256; ++i) subscribe(transport, "room:" + std::to_string(i));
    say(transport, R"({"type":"channel:subscribe","channel":"room:more"})");
    EXPECT_EQ(only(transport).at("code"), "invalid");
    EXPECT_EQ(gateway.subscribers("default", "room:more"), 0u);
}

TEST_F(SwitchboardChannels, ATurnsEventsOfAChannelAreOneWritePerSubscriber) {
    FakeTransport a, b;
    open_quietly("/ws", a);
    open_quietly("/ws", b);
    subscribe(a, "quote:1");
    subscribe(b, "quote:1");
    a.writes = b.writes = 0;
    for (int i = 0; i < 10; ++i) publish("quote:1", "{}");
    executor.settle();
    EXPECT_EQ(a.writes, 1);
    EXPECT_EQ(b.writes, 1);
    EXPECT_EQ(offsets(a), (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
    EXPECT_EQ(metrics.count("tidegate_events_published_total"), 10u);
    EXPECT_EQ(metrics.count("tidegate_deliveries_total"), 20u);
}

TEST_F(SwitchboardChannels, EventsOfSeveralChannelsAndDirectFramesAreOneWriteToo) {
    FakeTransport transport;
    session::Session& session = open_quietly("/ws", transport);
    subscribe(transport, "quote:1");
    subscribe(transport, "room:1");
    transport.writes = 0;
    publish("quote:1", "{}");
    publish("room:1", "{}", false);
    gateway.send(session.id(), R"({"type":"echo:said"})", Lane::kEvents);
    executor.settle();
    EXPECT_EQ(transport.writes, 1);
    EXPECT_EQ(transport.texts().size(), 3u);
}

TEST_F(SwitchboardChannels, ADirectFrameKeepsItsPlaceAmongEventsOfItsLane) {
    FakeTransport transport;
    session::Session& session = open_quietly("/ws", transport);
    subscribe(transport, "quote:1");
    publish("quote:1", R"({"type":"e1"})");
    gateway.send(session.id(), R"({"type":"direct"})", Lane::kEvents);
    publish("quote:1", R"({"type":"e2"})");
    publish("quote:1", R"({"type":"progress"})", false, Lane::kEvents);
    publish("quote:1", R"({"type":"e3"})");
    executor.settle();
    EXPECT_EQ(types(transport), (std::vector<std::string>{"e1", "direct", "e2", "progress", "e3"}));
}

TEST_F(SwitchboardChannels, BulkComesAfterEventsOfTheSameTurn) {
    FakeTransport transport;
    open_quietly("/ws", transport);
    subscribe(transport, "quote:1");
    publish("quote:1", R"({"type":"cursor"})", false);
    publish("quote:1", R"({"type":"event"})");
    executor.settle();
    EXPECT_EQ(types(transport), (std::vector<std::string>{"event", "cursor"}));
}

TEST_F(SwitchboardChannels, TheAuthorGetsHisOwnCopyInItsPlace) {
    FakeTransport author, viewer;
    session::Session& session = open_quietly("/ws", author);
    open_quietly("/ws", viewer);
    subscribe(author, "quote:1");
    subscribe(viewer, "quote:1");
    publish("quote:1", R"({"type":"before"})");
    Publication publication;
    publication.tenant = "default";
    publication.channel = "quote:1";
    publication.event = R"({"type":"quote:updated"})";
    publication.recorded = true;
    publication.author = session.id();
    publication.author_event = R"({"type":"calculation:complete","ref":1})";
    EXPECT_EQ(gateway.publish(publication).value(), 2u);
    publish("quote:1", R"({"type":"after"})");
    executor.settle();
    const auto own = author.take_texts();
    ASSERT_EQ(own.size(), 3u);
    EXPECT_EQ(own[1], R"({"type":"calculation:complete","ref":1,"channel":"quote:1","offset":2})");
    EXPECT_EQ(Json::parse(own[2]).at("offset"), 3);
    EXPECT_EQ(types(viewer), (std::vector<std::string>{"before", "quote:updated", "after"}));

    publication.author_event = {};
    publication.recorded = false;
    EXPECT_TRUE(gateway.publish(publication));
    executor.settle();
    EXPECT_TRUE(author.take_texts().empty());
    EXPECT_EQ(viewer.take_texts().size(), 1u);
}

TEST_F(SwitchboardChannels, AnAuthorWhoIsNotSubscribedGetsHisCopy) {
    FakeTransport author;
    session::Session& session = open_quietly("/ws", author);
    Publication publication;
    publication.tenant = "default";
    publication.channel = "room:1";
    publication.event = "{}";
    publication.author = session.id();
    publication.author_event = R"({"ref":1})";
    EXPECT_TRUE(gateway.publish(publication));
    executor.settle();
    EXPECT_EQ(author.take_texts(), (std::vector<std::string>{R"({"ref":1,"channel":"room:1"})"}));
}

TEST_F(SwitchboardChannels, AStuckSubscriberGetsTheNewestOfAKeyAndDelaysNobody) {
    FakeTransport stuck, well;
    open_quietly("/ws", stuck);
    open_quietly("/ws", well);
    subscribe(stuck, "room:1");
    subscribe(well, "room:1");
    stuck.room = 0;
    const auto move = [&](int position) {
        Publication publication;
        publication.tenant = "default";
        publication.channel = "room:1";
        const std::string event = R"({"type":"cursor:)" + std::to_string(position) + "\"}";
        publication.event = event;
        publication.conflate_key = "u1";
        EXPECT_TRUE(gateway.publish(publication));
        executor.settle();
    };
    for (int i = 0; i < 50; ++i) move(i);
    EXPECT_EQ(well.take_texts().size(), 50u);
    stuck.make_room(10'000);
    executor.settle();
    EXPECT_EQ(types(stuck), (std::vector<std::string>{"cursor:0", "cursor:49"}));
}

TEST_F(SwitchboardChannels, WhoKeepsUpGetsAllOfAKeyHoweverMuchOfItCameInOneTurn) {
    FakeTransport well;
    const SessionId excluded[] = {open_quietly("/ws", well).id()};
    subscribe(well, "room:1");
    Publication publication;
    publication.tenant = "default";
    publication.channel = "room:1";
    publication.conflate_key = "calculation";
    for (const char* event : {R"({"type":"step:1"})", R"({"type":"step:2"})", R"({"type":"step:3"})"}) {
        publication.event = event;
        EXPECT_TRUE(gateway.publish(publication));
    }
    // One that he does not get makes the rest come one by one.
    publication.conflate_key = {};
    publication.event = R"({"type":"step:others"})";
    publication.excluded = excluded;
    EXPECT_TRUE(gateway.publish(publication));
    executor.settle();
    EXPECT_EQ(types(well), (std::vector<std::string>{"step:1", "step:2", "step:3"}));
}

TEST_F(SwitchboardChannels, ASubscriberThatNeverReadsIsClosed4008AndTheOthersGoOn) {
    FakeTransport stuck, well;
    open_quietly("/ws", stuck);
    open_quietly("/ws", well);
    subscribe(stuck, "quote:1");
    subscribe(well, "quote:1");
    stuck.room = 0;
    const std::string event = R"({"x":")" + std::string(100'000, 'x') + R"("})";
    for (int i = 0; i < 12; ++i) {
        publish("quote:1", event);
        executor.settle();
    }
    EXPECT_EQ(metrics.count("tidegate_closes_total{4008}"), 1u);
    EXPECT_GE(metrics.count("tidegate_dropped_total{slow_consumer}"), 10u);
    EXPECT_EQ(offsets(well).back(), 12u);
    EXPECT_EQ(gateway.subscribers("default", "quote:1"), 1u);
}

TEST_F(SwitchboardChannels, AJoinByAPluginIsToldOnceAndLeaveEndsIt) {
    FakeTransport transport;
    session::Session& session = open_quietly("/ws", transport);
    gateway.join(session.info(), "room:1");
    gateway.join(session.info(), "room:1");
    publish("room:1", R"({"type":"m"})", false);
    gateway.leave(session.info(), "room:1");
    publish("room:1", R"({"type":"m"})", false);
    executor.settle();
    EXPECT_EQ(types(transport), (std::vector<std::string>{"channel:subscribed", "m"}));
    EXPECT_EQ(gateway.subscribers("default", "room:1"), 0u);
}

TEST_F(SwitchboardChannels, AJoinOfASessionThatIsGoneLeavesNoInterest) {
    FakeTransport transport;
    const session::SessionInfoRef info = open_quietly("/ws", transport).info();
    transport.disconnect();
    gateway.join(info, "room:1");
    executor.settle();
    gateway.join(info, "room:1");
    executor.settle();
    EXPECT_EQ(gateway.subscribers("default", "room:1"), 0u);
}

}  // namespace
}  // namespace tidegate::routing
