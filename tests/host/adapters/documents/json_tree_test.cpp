#include "adapters/documents/json_tree.hpp"

#include <gtest/gtest.h>

namespace tidegate {
namespace {

TEST(JsonTree, RoundTripsNumbersByTheirText) {
    for (const char* number : {"0", "-0", "0.1", "0.10", "-0.0", "123456789012345.67", "1e5", "1E+5",
                               "18446744073709551615", "-9223372036854775808", "18446744073709551616",
                               "-9223372036854775809", "0.12345678901234567890123456789", "1e-400"}) {
        const auto tree = JsonTree::parse(number);
        ASSERT_TRUE(tree) << number;
        EXPECT_EQ(tree->dump(), number);
    }
}

TEST(JsonTree, WritesWhatItReads) {
    const std::string text = R"({"":[],"a":[true,false,null,{}],"b":"\"\\\n\r\t\u0000\u001f é 😀","c":{"d":[[1]]}})";
    const auto tree = JsonTree::parse(text);
    ASSERT_TRUE(tree) << tree.error();
    EXPECT_EQ(tree->dump(), text);
    EXPECT_EQ(tree->depth(), 4u);
    EXPECT_EQ(JsonTree::parse(R"({ "b" : 1 , "a" : "\u00e9\ud83d\ude00\/" })")->dump(), R"({"a":"é😀/","b":1})");
}

TEST(JsonTree, RefusesWhatIsNotJson) {
    for (const char* text : {"", " ", "{", "[1,]", "{\"a\"}", "01", "1.", ".5", "+1", "nul", "\"\t\"", "\"\\x\"", "1 2",
                             "\"\xc0\x80\"", "\"\\ud800\"", "1e999", R"({"a":1,"a":1})"}) {
        EXPECT_FALSE(JsonTree::parse(text)) << text;
    }
}

TEST(JsonTree, BoundsTheDepth) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(JsonTree::parse(nested(56)));
    EXPECT_FALSE(JsonTree::parse(nested(57)));
    EXPECT_FALSE(JsonTree::parse(nested(1'000'000)));
}

TEST(JsonTree, IsDumpedKnowsMostOfWhatDumpMakes) {
    for (const char* text : {"{}", R"({"a":"x","ab":-1.50,"b":true,"c":null,"d":"Ã©"})", R"({"a":"","a b":""})"}) {
        const auto tree = JsonTree::parse(text);
        ASSERT_TRUE(tree && tree->dump() == text) << text;
        EXPECT_TRUE(JsonTree::is_dumped(text)) << text;
    }
    EXPECT_TRUE(JsonTree::is_dumped(R"({"field":"insured/name","kind":"edit","n":12,"ok":true})"));
    for (const char* text :
         {R"({"b":1,"a":2})", R"({"a":1,"a":2})", R"({"a": 1})", R"({"a":1 })", " {}", "[]", "1", "", R"({"a":{}})",
          R"({"a":"\n"})", R"({"a\n":1})", R"({"a":1e3})", R"({"a":12345678901234567890})", R"({"a":1}x)",
          R"({"ab!":1,"ab":2})", R"({"a":01})", "{\"a\":\"\xff\"}", "{\"a\":\"\x01\"}"})
        EXPECT_FALSE(JsonTree::is_dumped(text)) << text;
}

}  // namespace
}  // namespace tidegate
