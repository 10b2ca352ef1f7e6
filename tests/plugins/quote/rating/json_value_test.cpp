#include "rating/json_value.hpp"

#include <gtest/gtest.h>

namespace tidegate::rating {
namespace {

std::string error_of(std::string_view text) {
    std::string error;
    EXPECT_FALSE(parse_json(text, error)) << text;
    return error;
}

TEST(JsonValue, KeepsTheTextOfEveryNumber) {
    std::string error;
    const auto value = parse_json(R"([1.10, 2.075e5, 123456789012345678901234567890, -7, 1.04])", error);
    ASSERT_TRUE(value) << error;
    EXPECT_EQ(value->items[0].text, "1.10");
    EXPECT_EQ(value->items[1].text, "2.075e5");
    EXPECT_EQ(value->items[2].text, "123456789012345678901234567890");
    EXPECT_EQ(value->items[3].text, "-7");
}

TEST(JsonValue, WritesCanonicalText) {
    std::string error;
    const auto value =
        parse_json(" { \"b\" : [true, null, \"x\\n\\u0001\\\"\"], \"a\" : {\"d\":1.50,\"c\":\"\"} } ", error);
    ASSERT_TRUE(value) << error;
    EXPECT_EQ(canonical_json(*value), "{\"a\":{\"c\":\"\",\"d\":1.50},\"b\":[true,null,\"x\\n\\u0001\\\"\"]}");
}

TEST(JsonValue, RefusesWhatIsNotJson) {
    EXPECT_NE(error_of("").find("not JSON at byte"), std::string::npos);
    EXPECT_NE(error_of("{\"a\":1,}").find("not JSON at byte"), std::string::npos);
    EXPECT_NE(error_of("[1] 2").find("not JSON at byte"), std::string::npos);
    EXPECT_NE(error_of("\"\xff\"").find("not JSON at byte"), std::string::npos);
    EXPECT_EQ(error_of(R"({"a":1,"b":2,"a":3})"), "the member \"a\" stands twice in one object");
    EXPECT_EQ(error_of(std::string(100, '[') + std::string(100, ']')), "JSON nested deeper than 64 levels");
    EXPECT_EQ(error_of(std::string(1'000'000, '[')), "JSON nested deeper than 64 levels");
}

}  // namespace
}  // namespace tidegate::rating
