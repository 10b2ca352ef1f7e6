#include "config/yaml_json.hpp"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

namespace tidegate::config {
namespace {

std::string json(const std::string& yaml) {
    const auto made = to_json(YAML::Load(yaml), "/etc");
    return made ? *made : "error";
}

TEST(YamlJson, KeepsNumbersSwitchesAndQuotedTexts) {
    EXPECT_EQ(json(R"({a: 1, b: "1", c: true, d: 'true', e: 0.10, f: null, g: ~, h: text, i: 1.5.2})"),
              R"({"a":1,"b":"1","c":true,"d":"true","e":0.10,"f":null,"g":null,"h":"text","i":"1.5.2"})");
}

TEST(YamlJson, NestsAndEscapes) {
    EXPECT_EQ(json("a: [1, [x], {\"b\\\"c\": \"\\n\"}]"), R"({"a":[1,["x"],{"b\"c":"\u000a"}]})");
    EXPECT_EQ(json("[]"), "[]");
    EXPECT_EQ(json("{}"), "{}");
}

TEST(YamlJson, MakesPathsAbsoluteUnlessTheyAreQuoted) {
    EXPECT_EQ(json("{a: ../x/y, b: '../x/y', c: ./z}"), R"({"a":"/x/y","b":"../x/y","c":"/etc/z"})");
}

TEST(YamlJson, RefusesKeysThatStandTwice) { EXPECT_EQ(json("{a: 1, a: 2}"), "error"); }

}  // namespace
}  // namespace tidegate::config
