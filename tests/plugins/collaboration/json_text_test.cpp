#include "json_text.hpp"

#include <gtest/gtest.h>

namespace tidegate::collaboration {
namespace {

TEST(CheckValue, TakesWhatAFieldMayHold) {
    for (const char* good : {"1", "1.50", "null", "\"x\"", "[]",
                             R"({"id":"V1","coverages":{"COLL":{"deductible":500}}})", R"(["__proto__"])"})
        EXPECT_FALSE(check_value(good)) << good;
}

TEST(CheckValue, RefusesNamesThatJavaScriptGivesAMeaningWhereverTheyStand) {
    for (const char* bad : {R"({"__proto__":{}})", R"({"a":{"constructor":1}})", R"([{"prototype":1}])",
                            R"({"\u005f_proto__":1})", R"({"a/b":1})", R"({"":1})", R"({"..":1})", R"({"a\u0000":1})"})
        EXPECT_TRUE(check_value(bad)) << bad;
}

TEST(CheckValue, RefusesWhatIsTooLargeTooDeepOrTooMuch) {
    EXPECT_TRUE(check_value("\"" + std::string(60'000, 'x') + "\""));
    EXPECT_FALSE(check_value(std::string(16, '[') + std::string(16, ']')));
    EXPECT_TRUE(check_value(std::string(17, '[') + std::string(17, ']')));
    std::string many = "[0";
    for (int n = 0; n < 1000; ++n) many += ",0";
    EXPECT_TRUE(check_value(many + "]"));
}

TEST(ValueAt, GoesByNamesAndByIds) {
    const std::string_view doc = R"({"a":{"b":[1,2]},"v":[{"id":"V1","n":1.50},{"id":2,"n":3}],"x\/y":0})";
    EXPECT_EQ(value_at(doc, "a/b"), "[1,2]");
    EXPECT_EQ(value_at(doc, "a/b/1"), "2");
    EXPECT_EQ(value_at(doc, "v/V1/n"), "1.50");
    EXPECT_EQ(value_at(doc, "v/2/n"), "3");
    EXPECT_EQ(value_at(doc, ""), doc);
    for (const char* nothing : {"z", "a/b/7", "a/b/1/c", "v/V9", "a/c/d"})
        EXPECT_EQ(value_at(doc, nothing), "") << nothing;
}

TEST(Nested, PutsAValueBelowAPath) {
    EXPECT_EQ(nested("a", "1"), R"({"a":1})");
    EXPECT_EQ(nested("a/b/\"c", "[]"), R"({"a":{"b":{"\"c":[]}}})");
}

TEST(MembersOf, KeepsOrderAndTexts) {
    const auto members = members_of(R"({"b":1.50,"a":{"x":[]}})");
    ASSERT_EQ(members.size(), 2u);
    EXPECT_EQ(members[0], (std::pair<std::string, std::string>("b", "1.50")));
    EXPECT_EQ(members[1].second, R"({"x":[]})");
}

}  // namespace
}  // namespace tidegate::collaboration
