#include "plugin/manifest.hpp"

#include "plugin/config_schema.hpp"

#include <gtest/gtest.h>

namespace tidegate::plugin {
namespace {

constexpr const char* kSmallest = R"({"manifest":1,"id":"quote","version":"1.0.0","abi":"0.1"})";

TEST(Manifest, FillsInWhatIsAbsent) {
    const auto manifest = parse_manifest(
        R"({"manifest":1,"id":"quote","version":"1.0.0","abi":"0.1","routes":{"ws":[{"prefix":"quote:"}]}})");
    ASSERT_TRUE(manifest) << manifest.error().text;
    ASSERT_EQ(manifest->messages.size(), 1u);
    const auto& route = manifest->messages[0];
    EXPECT_EQ(route.prefix, "quote");
    EXPECT_EQ(route.key, routing::KeyKind::kSession);
    EXPECT_EQ(route.mode, routing::Mode::kStrict);
    EXPECT_EQ(route.max_in_flight, 32u);
    EXPECT_EQ(route.deadline_ms, 5000u);
    EXPECT_FALSE(route.runs_inline);
    EXPECT_TRUE(parse_manifest(kSmallest));
}

TEST(Manifest, NamesEveryProblemWithItsPlace) {
    const auto manifest = parse_manifest(R"({"manifest":1,"id":"Quote","abi":"0.1","surprise":1,"min_host":"9.0.0",
        "routes":{"ws":[{"prefix":"a","key":"planet"},{"prefix":"b","mode":"fast","extra":1}]},
        "channels":[{"pattern":"a*b"}],"state":{"schema":1,"reads":[2,3],"writes":1}})");
    ASSERT_FALSE(manifest);
    const auto& text = manifest.error().text;
    for (const char* part :
         {"id: must be", "version: missing", "surprise: unknown key", "min_host", "routes.ws[0].key",
          "routes.ws[1].mode", "routes.ws[1].extra: unknown key", "channels[0].pattern", "state.reads"})
        EXPECT_NE(text.find(part), std::string::npos) << part << " in: " << text;
}

TEST(Manifest, RefusesWhatIsNoJsonObject) {
    for (const char* text : {"", "{", "[]", "7", "null"}) EXPECT_FALSE(parse_manifest(text)) << text;
}

TEST(Manifest, OwnsTypesAndChannelsByItsPrefixesAndPatterns) {
    const auto manifest = parse_manifest(
        R"({"manifest":1,"id":"quote","version":"1.0.0","abi":"0.1","routes":{"ws":[{"prefix":"quote:"}]},
            "channels":[{"pattern":"quote:*","kind":"recorded"},{"pattern":"lobby"}]})");
    ASSERT_TRUE(manifest);
    EXPECT_TRUE(manifest->owns_type("quote"));
    EXPECT_TRUE(manifest->owns_type("quote:updated"));
    EXPECT_FALSE(manifest->owns_type("quotes:updated"));
    EXPECT_FALSE(manifest->owns_type("error"));
    ASSERT_NE(manifest->channel_pattern("quote:7"), nullptr);
    EXPECT_TRUE(manifest->channel_pattern("quote:7")->may_record);
    EXPECT_FALSE(manifest->channel_pattern("lobby")->may_record);
    EXPECT_EQ(manifest->channel_pattern("lobby2"), nullptr);
}

TEST(Manifest, ReadsWhereItPublishesAndWhatItHears) {
    const auto manifest = parse_manifest(R"({"manifest":1,"id":"c","version":"1","abi":"0.1",
        "channels":[{"pattern":"mine:*","kind":"live"}],
        "publishes":[{"pattern":"quote:*","kind":"recorded"}],
        "events":[{"name":"quote.*","key":"quote:{quote_id}","from":"start"},{"name":"*"}]})");
    ASSERT_TRUE(manifest) << manifest.error().text;
    EXPECT_EQ(manifest->channel_pattern("quote:7"), nullptr);
    ASSERT_NE(manifest->publishing_pattern("quote:7"), nullptr);
    EXPECT_TRUE(manifest->publishing_pattern("quote:7")->may_record);
    EXPECT_FALSE(manifest->publishing_pattern("mine:1")->may_record);
    EXPECT_EQ(manifest->publishing_pattern("other:1"), nullptr);
    ASSERT_EQ(manifest->events.size(), 2u);
    EXPECT_TRUE(manifest->events[0].from_start);
    EXPECT_TRUE(manifest->events[0].matches("quote.rated"));
    EXPECT_FALSE(manifest->events[0].matches("quotes.rated"));
    EXPECT_FALSE(manifest->events[1].from_start);
    EXPECT_TRUE(manifest->events[1].matches("anything"));
}

TEST(Manifest, NamesWhatIsWrongWithThem) {
    const auto manifest = parse_manifest(R"({"manifest":1,"id":"c","version":"1","abi":"0.1",
        "publishes":[{"pattern":"a*b","kind":"loud","x":1}],
        "events":[{"name":"quo*"},{"name":"a*.b"},{"key":"{"},{"name":"a","from":"then","x":1}]})");
    ASSERT_FALSE(manifest);
    const auto& text = manifest.error().text;
    for (const char* part :
         {"publishes[0].pattern", "publishes[0].kind", "publishes[0].x: unknown key", "events[0].name",
          "events[1].name", "events[2].name: missing", "events[2].key", "events[3].from", "events[3].x: unknown key"})
        EXPECT_NE(text.find(part), std::string::npos) << part << " in: " << text;
}

TEST(Manifest, ComparesVersionsByNumber) {
    EXPECT_TRUE(version_less("0.9.0", "0.10.0"));
    EXPECT_FALSE(version_less("1.0.0", "1.0"));
    EXPECT_FALSE(version_less("2", "1.9.9"));
}

TEST(ConfigSchema, NamesWhatIsWrong) {
    const char* schema = R"({"type":"object","properties":{"speed":{"type":"integer"}},"additionalProperties":false})";
    EXPECT_TRUE(check_config(schema, R"({"speed":3})"));
    const auto wrong = check_config(schema, R"({"speed":"fast"})");
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().text.find("speed"), std::string::npos) << wrong.error().text;
    EXPECT_FALSE(check_config(schema, "[]"));
    EXPECT_TRUE(check_config("", "{}"));
}

}  // namespace
}  // namespace tidegate::plugin
