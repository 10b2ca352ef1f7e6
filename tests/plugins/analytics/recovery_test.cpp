// Counts are the same whatever ended in between.

#include "analytics_host.hpp"

namespace tidegate::analytics::testing {
namespace {

class Recovery : public AnalyticsTest {
protected:
    Recovery() : AnalyticsTest({}, {{"snapshot_events", 50}}) {}

    void restart() {
        host.disable("analytics");
        load();
    }
};

TEST_F(Recovery, FromTheSnapshotAndWhatCameAfterIt) {
    for (int n = 0; n < 60; ++n) rate();
    const auto snapshots = counted("snapshots_total");
    EXPECT_GE(snapshots, 2u);
    restart();
    const auto replayed = counted("events_replayed_total");
    EXPECT_LT(replayed, 60u) << "the rest was in the snapshot";
    EXPECT_EQ(completed(), 60);
    rate();
    EXPECT_EQ(completed(), 61);
}

TEST_F(Recovery, EventsThatCameMeanwhileAreCounted) {
    for (int n = 0; n < 40; ++n) rate();
    host.disable("analytics");
    for (int n = 0; n < 40; ++n) rate();
    load();
    EXPECT_EQ(completed(), 80);
}

TEST_F(Recovery, WithoutASnapshotEverythingIsReadAgain) {
    config["snapshot_events"] = 1'000'000;
    restart();
    for (int n = 0; n < 1300; ++n) rate();
    restart();
    EXPECT_EQ(counted("snapshots_total"), 0u);
    EXPECT_EQ(counted("events_replayed_total"), 2600u)
        << counted("events_total") << " " << counted("events_seen_before_total");
    EXPECT_EQ(completed(), 1300);
}

TEST_F(Recovery, OldSnapshotsAreTrimmed) {
    for (int n = 0; n < 500; ++n) rate();
    EXPECT_GE(counted("snapshots_total"), 19u);
    const auto places = host.stream("analytics", "snapshot-places");
    ASSERT_EQ(places.size(), 2u);
    const auto entries = host.stream("analytics", "snapshots");
    ASSERT_FALSE(entries.empty());
    EXPECT_EQ(entries.front().position, places[0].data["first"]) << "the one before is kept, no more";
    EXPECT_EQ(entries.back().position, places[1].data["last"]);
}

TEST_F(Recovery, ASnapshotComesWithTimeToo) {
    rate();
    EXPECT_EQ(counted("snapshots_total"), 0u);
    host.advance_ms(303'000);
    EXPECT_EQ(counted("snapshots_total"), 1u);
    host.advance_ms(303'000);
    EXPECT_EQ(counted("snapshots_total"), 1u) << "nothing new";
}

TEST_F(Recovery, AnotherZoneCountsAnew) {
    for (int n = 0; n < 30; ++n) rate();
    config["zone"] = "America/New_York";
    restart();
    EXPECT_EQ(completed(), 30);
}

class Late : public ::testing::TestWithParam<int> {};

// Reloads and restarts at arbitrary moments of a store that answers late; events all the while.
TEST_P(Late, NothingIsLostAndNothingCountedTwice) {
    Options options;
    options.seed = static_cast<std::uint64_t>(GetParam());
    options.late_documents = true;
    Host host(options);
    const std::string config = R"({"snapshot_events":7})";
    const User mia = user('a', "manager", {"dashboard:*"});
    host.load(ANALYTICS_SO, config);
    std::uint32_t dice = static_cast<std::uint32_t>(GetParam()) * 2654435761u + 1;
    const auto roll = [&dice](std::uint32_t sides) {
        dice = dice * 1664525u + 1013904223u;
        return (dice >> 16) % sides;
    };
    int quotes = 0;
    Client client = host.connect(mia, "/ws/dashboard");
    for (int n = 0; n < 120; ++n) {
        const std::string quote = "q" + std::to_string(++quotes);
        host.emit("quote.created", {{"quote_id", quote}, {"user_id", "u1"}}, "quote", quote);
        host.emit("quote.rated",
                  {{"quote_id", quote}, {"product", "auto"}, {"state", "US-TX"}, {"total", 1}, {"first", true}},
                  "quote", quote);
        if (roll(10) == 0) host.reload("analytics");
        if (roll(20) == 0) {
            host.disable("analytics");
            host.load(ANALYTICS_SO, config);
        }
        if (roll(4) == 0) host.advance_ms(roll(3000));
    }
    host.advance_ms(10'000);
    Client late = host.connect(mia, "/ws/dashboard");
    host.advance_ms(4000);
    for (Client viewer : {late, client}) {
        ASSERT_TRUE(viewer.is_open());
        EXPECT_EQ(viewer.last("metrics:update")["data"]["quotes"]["completed_today"], quotes);
    }
    EXPECT_EQ(late.received("metrics:update").size(), 2u);
    EXPECT_EQ(host.stop(), "");
}

INSTANTIATE_TEST_SUITE_P(Seeds, Late, ::testing::Range(1, 21));

}  // namespace
}  // namespace tidegate::analytics::testing
