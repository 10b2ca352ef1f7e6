#include "plugin/event_key.hpp"

#include <gtest/gtest.h>

namespace tidegate::plugin {
namespace {

StoredEvent event(const std::string& data) {
    StoredEvent made;
    made.key = {"default", "quote", "7"};
    made.data = data;
    return made;
}

TEST(EventKey, IsFilledFromTheDataAndTheDocument) {
    EXPECT_EQ(event_key("quote:{quote_id}", event(R"({"quote_id":"q1"})")), "quote:q1");
    EXPECT_EQ(event_key("{doc_type}/{doc_id}", event("not read")), "quote/7");
    EXPECT_EQ(event_key("all", event("{}")), "all");
}

TEST(EventKey, IsTheCommonOneWhenSomethingIsMissing) {
    for (const char* data : {"{}", R"({"quote_id":7})", "[]", "nonsense"})
        EXPECT_EQ(event_key("quote:{quote_id}", event(data)), "events") << data;
    EXPECT_EQ(event_key("", event("{}")), "events");
    EXPECT_EQ(event_key("{k}", event(R"({"k":")" + std::string(300, 'k') + "\"}")), "events");
}

TEST(EventKey, WantsItsBracesInPairs) {
    for (const char* good : {"", "a", "{a}", "a{b}c{d}"}) EXPECT_TRUE(is_key_template(good)) << good;
    for (const char* bad : {"{", "}", "{}", "a{b", "{a{b}}", "a}b{"}) EXPECT_FALSE(is_key_template(bad)) << bad;
}

}  // namespace
}  // namespace tidegate::plugin
