#include "routing/channel_hub.hpp"

#include "tests/support/fake_metrics.hpp"
#include "tests/support/manual_executor.hpp"

#include <gtest/gtest.h>

namespace tidegate::routing {
namespace {

struct RecordingSink final : ChannelSink {
    void on_event(const HubChannelRef& of, const EventRef& event) override {
        log.push_back(std::string(of->name()) + " " + std::string(event->frame->view().substr(2)));
    }
    void on_join(Join join) override {
        log.push_back("join at " + std::to_string(join.offset));
        channel = join.channel;
    }
    void on_leave(SessionId, const HubChannelRef&) override { log.push_back("leave"); }
    std::vector<std::string> log;
    HubChannelRef channel;
};

class ChannelHubTest : public ::testing::Test {
protected:
    ChannelHubTest() {
        hub.attach(0, inboxes[0], sinks[0]);
        hub.attach(1, inboxes[1], sinks[1]);
    }
    session::SessionInfoRef session(std::uint32_t loop, std::string tenant = "default") {
        session::SessionIdentity identity;
        identity.id = SessionId(loop, 0, 1);
        identity.tenant = std::move(tenant);
        return make_ref<session::SessionInfo>(std::move(identity), std::make_shared<const Principal>());
    }
    void join(const session::SessionInfoRef& who, std::string_view channel) {
        Join join;
        join.session = who;
        hub.join(std::move(join), channel);
    }
    Result<std::uint64_t> publish(std::string_view channel, bool recorded, std::string_view tenant = "default",
                                  std::string_view event = R"({"a":1})") {
        Publication publication;
        publication.tenant = tenant;
        publication.channel = channel;
        publication.event = event;
        publication.recorded = recorded;
        return hub.publish(publication);
    }
    void drain() {
        inboxes[0].drain();
        inboxes[1].drain();
    }

    ManualClock clock;
    testing::ManualExecutor executor{clock};
    testing::FakeMetrics registry;
    RoutingMetrics metrics{registry};
    LoopInbox inboxes[2] = {{executor, [] {}}, {executor, [] {}}};
    RecordingSink sinks[2];
    ChannelHub hub{2, "epoch", metrics};
};

TEST_F(ChannelHubTest, NumbersRecordedEventsAndPostsToInterestedLoopsOnly) {
    EXPECT_EQ(publish("quote:1", true).value(), 1u);
    join(session(1), "quote:1");
    EXPECT_EQ(publish("quote:1", true).value(), 2u);
    EXPECT_EQ(publish("quote:1", false).value(), 0u);
    EXPECT_EQ(publish("quote:2", true).value(), 1u);
    drain();
    EXPECT_TRUE(sinks[0].log.empty());
    EXPECT_EQ(sinks[1].log, (std::vector<std::string>{"join at 1", R"(quote:1 {"a":1,"channel":"quote:1","offset":2})",
                                                      R"(quote:1 {"a":1,"channel":"quote:1"})"}));
}

TEST_F(ChannelHubTest, TenantsDoNotMeet) {
    join(session(0, "acme"), "quote:1");
    publish("quote:1", true, "other");
    EXPECT_EQ(publish("quote:1", true, "acme").value(), 1u);
    drain();
    EXPECT_EQ(sinks[0].log.size(), 2u);
    EXPECT_EQ(hub.subscribers("acme", "quote:1"), 1u);
    EXPECT_EQ(hub.subscribers("other", "quote:1"), 0u);
}

TEST_F(ChannelHubTest, NumbersGoOnAfterTheLastSubscriberLeft) {
    join(session(0), "quote:1");
    publish("quote:1", true);
    drain();
    hub.release(0, sinks[0].channel);
    EXPECT_EQ(hub.subscribers("default", "quote:1"), 0u);
    EXPECT_EQ(publish("quote:1", true).value(), 2u);
}

TEST_F(ChannelHubTest, ALiveChannelIsForgottenWithItsLastSubscriberAndComesBack) {
    join(session(0), "room:1");
    drain();
    const HubChannelRef before = sinks[0].channel;
    hub.release(0, before);
    join(session(0), "room:1");
    drain();
    EXPECT_NE(sinks[0].channel, before);
    publish("room:1", false);
    drain();
    EXPECT_EQ(sinks[0].log.back(), R"(room:1 {"a":1,"channel":"room:1"})");
}

TEST_F(ChannelHubTest, TheAuthorsLoopGetsTheEventThoughNobodyThereIsSubscribed) {
    Publication publication;
    publication.tenant = "default";
    publication.channel = "room:1";
    publication.event = "{}";
    publication.author = SessionId(1, 5, 1);
    publication.author_event = R"({"ref":1})";
    ASSERT_TRUE(hub.publish(publication));
    drain();
    EXPECT_TRUE(sinks[0].log.empty());
    EXPECT_EQ(sinks[1].log.size(), 1u);
}

TEST_F(ChannelHubTest, RefusesWhatCannotBeAnEvent) {
    EXPECT_EQ(publish("bad\nname", true).error().code, Errc::kInvalid);
    EXPECT_EQ(publish("quote:1", true, "default", "[1]").error().code, Errc::kInvalid);
    EXPECT_EQ(publish("quote:1", true).value(), 1u) << "a refused event takes no number";
}

TEST_F(ChannelHubTest, RefusesWhenALoopDoesNotKeepUp) {
    for (int i = 0; i < 65'536; ++i) inboxes[1].push([] {});
    EXPECT_EQ(publish("quote:1", true).error().code, Errc::kBusy);
    Publication commit;
    commit.tenant = "default";
    commit.channel = "quote:1";
    commit.event = "{}";
    commit.recorded = commit.committed = true;
    EXPECT_EQ(hub.publish(commit).value(), 1u) << "what happened is told";
    drain();
    EXPECT_EQ(publish("quote:1", true).value(), 2u);
}

}  // namespace
}  // namespace tidegate::routing
