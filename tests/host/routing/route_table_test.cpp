#include "routing/route_table.hpp"

#include "tests/support/fake_plugin.hpp"

#include <gtest/gtest.h>

namespace tidegate::routing {
namespace {

using testing::FakePlugin;
using testing::message_route;

class RouteTableTest : public ::testing::Test {
protected:
    PluginRoutes of(FakePlugin& plugin) {
        PluginRoutes routes;
        routes.plugin = &plugin;
        return routes;
    }
    std::string why(std::vector<PluginRoutes> plugins) {
        const auto table = RouteTable::build(std::move(plugins));
        return table ? "" : table.error().text;
    }
    FakePlugin a{"alpha"}, b{"beta"}, c{"gamma"};
};

TEST_F(RouteTableTest, TheLongestPrefixThatEndsAtAColonWins) {
    auto x = of(a), y = of(b);
    x.messages = {message_route("quote"), message_route("notification")};
    y.messages = {message_route("quote:draft")};
    y.available = false;
    const auto table = RouteTable::build({x, y}).value();
    EXPECT_EQ(table->match_message("quote:update").plugin, &a);
    EXPECT_EQ(table->match_message("quote:draft").plugin, &b);
    EXPECT_EQ(table->match_message("quote:draft:save").plugin, &b);
    EXPECT_FALSE(table->match_message("quote:draft:save").available);
    EXPECT_EQ(table->match_message("quote:drafts").plugin, &a);
    EXPECT_EQ(table->match_message("notification").plugin, &a);
    EXPECT_EQ(table->match_message("quotes:update").plugin, nullptr);
    EXPECT_EQ(table->match_message("notifications").plugin, nullptr);
}

TEST_F(RouteTableTest, AnEndpointNamesItsOwnerChannelAndAttachedPluginsInDependsOrder) {
    auto x = of(a), y = of(b), z = of(c);
    x.endpoints = {{"/ws/quotes/{quote_id}", "quote", "quote:{quote_id}", 30'000}};
    y.attaches = {"quote"};
    y.depends = {"gamma"};
    z.attaches = {"quote"};
    const auto table = RouteTable::build({x, y, z}).value();
    const auto match = table->match_endpoint("/ws/quotes/7");
    EXPECT_TRUE(match.found);
    EXPECT_EQ(match.owner, &a);
    EXPECT_EQ(match.channel, "quote:7");
    EXPECT_EQ(match.connection_type, "quote");
    EXPECT_EQ(match.json_ping_ms, 30'000u);
    EXPECT_EQ(match.attached, (std::vector<PluginPort*>{&c, &b}));
    EXPECT_FALSE(table->match_endpoint("/ws/other").found);
}

TEST_F(RouteTableTest, TheHostsEndpointIsAlwaysThere) {
    const auto table = RouteTable::build({}).value();
    const auto match = table->match_endpoint("/ws");
    EXPECT_TRUE(match.found);
    EXPECT_EQ(match.owner, nullptr);
    EXPECT_EQ(match.connection_type, "general");
}

TEST_F(RouteTableTest, HttpTellsAWrongMethodFromAWrongPath) {
    auto x = of(a);
    x.http = {{"GET", "/api/quotes/{id}", "quote:{id}", 5000},
              {"POST", "/api/quotes", "", 5000},
              {"GET", "/api/quotes/all", "", 5000}};
    const auto table = RouteTable::build({x}).value();
    EXPECT_EQ(table->match_http("GET", "/api/quotes/7").key, "quote:7");
    EXPECT_EQ(table->match_http("GET", "/api/quotes/all").key, "");
    EXPECT_TRUE(table->match_http("DELETE", "/api/quotes/7").method_mismatch);
    EXPECT_FALSE(table->match_http("GET", "/api/other").method_mismatch);
    EXPECT_EQ(table->match_http("GET", "/api/other").plugin, nullptr);
}

TEST_F(RouteTableTest, ChannelsMatchExactlyOrByTheirBeginning) {
    auto x = of(a), y = of(b);
    x.channels = {{"quote:*", true}};
    y.channels = {{"system", true}, {"room:*", false}};
    const auto table = RouteTable::build({x, y}).value();
    EXPECT_EQ(table->match_channel("quote:7").plugin, &a);
    EXPECT_TRUE(table->match_channel("quote:7").may_record);
    EXPECT_EQ(table->match_channel("system").plugin, &b);
    EXPECT_EQ(table->match_channel("quote:").plugin, nullptr);
    EXPECT_EQ(table->match_channel("systems").plugin, nullptr);
}

TEST_F(RouteTableTest, RefusesWhatTwoPluginsClaimAndNamesBoth) {
    auto x = of(a), y = of(b);
    x.messages = y.messages = {message_route("quote")};
    EXPECT_EQ(why({x, y}), "message prefix 'quote' is claimed by plugin 'alpha' and by plugin 'beta'");
    x = of(a), y = of(b);
    x.endpoints = {{"/ws/a/{x}", "t", "", 0}};
    y.endpoints = {{"/ws/a/{y}", "t", "", 0}};
    EXPECT_NE(why({x, y}).find("endpoint '/ws/a/{x}'"), std::string::npos);
    x = of(a), y = of(b);
    x.http = {{"GET", "/api/{x}", "", 1}};
    y.http = {{"GET", "/api/{y}", "", 1}};
    EXPECT_NE(why({x, y}).find("HTTP route 'GET /api/{x}'"), std::string::npos);
    x = of(a), y = of(b);
    x.channels = {{"quote:*", true}};
    y.channels = {{"quote:special", true}};
    EXPECT_NE(why({x, y}).find("channel pattern 'quote:*'"), std::string::npos);
    y.channels = {{"q*", true}};
    EXPECT_NE(why({x, y}).find("'beta'"), std::string::npos);
}

TEST_F(RouteTableTest, RefusesRecordedEventsOnALiveChannelOfAnother) {
    auto x = of(a), y = of(b);
    x.channels = {{"room:*", false}};
    y.publishes = {{"room:1", true}};
    EXPECT_EQ(why({x, y}),
              "plugin 'beta' would publish recorded events on 'room:1', and 'room:*' of plugin 'alpha' is live");
    EXPECT_EQ(why({y}), "") << "the owner need not be there";
    y.publishes = {{"room:1", false}};
    EXPECT_EQ(why({x, y}), "");
    x.channels = {{"room:*", true}};
    y.publishes = {{"room:*", true}};
    EXPECT_EQ(why({x, y}), "");
}

TEST_F(RouteTableTest, TheHostsOwnPrefixesAndEndpointAreRefused) {
    for (const char* prefix : {"connection", "channel", "ping", "pong", "error", "channel:extra"}) {
        auto x = of(a);
        x.messages = {message_route(prefix)};
        EXPECT_NE(why({x}).find("is the host's"), std::string::npos) << prefix;
    }
    auto x = of(a);
    x.endpoints = {{"/ws", "t", "", 0}};
    EXPECT_NE(why({x}).find("is the host's"), std::string::npos);
}

}  // namespace
}  // namespace tidegate::routing
