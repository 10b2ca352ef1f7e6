#include "merge_patch.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidegate::quote {
namespace {

rating::JsonValue parsed(const std::string& text) {
    std::string error;
    auto value = rating::parse_json(text, error);
    EXPECT_TRUE(value) << text << ": " << error;
    return value.value_or(rating::JsonValue());
}

// "set a=1; remove b", or "code at path".
std::string planned(const std::string& stored, const std::string& patch) {
    const MergePlan plan = plan_merge(parsed(stored), parsed(patch));
    if (plan.problem) {
        EXPECT_TRUE(plan.changes.empty());
        return plan.problem->code + " at " + plan.problem->path;
    }
    std::string out;
    for (const Change& change : plan.changes) {
        static constexpr const char* kNames[] = {"set ", "insert ", "remove "};
        out += (out.empty() ? "" : "; ") + std::string(kNames[static_cast<int>(change.kind)]) + change.path;
        if (change.kind != Change::Kind::kRemove) out += "=" + change.json;
    }
    return out;
}

std::string nested(std::size_t levels) {
    std::string out = "1";
    for (std::size_t i = 0; i < levels; ++i) out = R"({"a":)" + out + "}";
    return out;
}

TEST(MergePatch, NamesWhatIsSoAlready) {
    const MergePlan plan = plan_merge(parsed(R"({"a":1,"b":{"c":2.50},"v":[{"id":"x","n":1}]})"),
                                      parsed(R"({"a":2,"b":{"c":2.50,"gone":null},"v":[{"id":"x","n":1}]})"));
    ASSERT_EQ(plan.changes.size(), 1u);
    using Standing = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(plan.unchanged, (Standing{{"b/c", "2.50"}, {"b/gone", ""}, {"v/x/id", "\"x\""}, {"v/x/n", "1"}}));
}

TEST(MergePatch, MakesASetOfEveryLeaf) {
    EXPECT_EQ(planned("{}", R"({"aoi":215000,"customer":{"name":"Ada","age":40}})"),
              R"(set aoi=215000; set customer/name="Ada"; set customer/age=40)");
    EXPECT_EQ(planned(R"({"customer":{"name":"Ada"}})", R"({"customer":{"name":"Eva"}})"),
              R"(set customer/name="Eva")");
}

TEST(MergePatch, RemovesByNullWhatIsThere) {
    EXPECT_EQ(planned(R"({"a":1,"b":{"c":2}})", R"({"a":null,"b":{"c":null,"d":null},"e":null})"),
              "remove a; remove b/c");
}

TEST(MergePatch, YieldsNothingForWhatChangesNothing) {
    EXPECT_EQ(planned(R"({"a":1,"b":{"c":"x"},"l":[1,2]})", R"({"b":{"c":"x"},"a":1,"l":[1,2]})"), "");
    EXPECT_EQ(planned(R"({"a":1})", "{}"), "");
    EXPECT_EQ(planned(R"({"b":{"x":1}})", R"({"b":{}})"), "");
}

TEST(MergePatch, KeepsTheTextOfNumbers) {
    EXPECT_EQ(planned(R"({"a":1})", R"({"a":1.00,"b":12345678901234567890.123,"c":1e3,"d":0.10})"),
              "set a=1.00; set b=12345678901234567890.123; set c=1e3; "
              "set d=0.10");
}

TEST(MergePatch, ReplacesAValueOfAnotherKind) {
    EXPECT_EQ(planned(R"({"a":1})", R"({"a":{"b":2,"c":null}})"), R"(set a={"b":2})");
    EXPECT_EQ(planned(R"({"a":{"b":2}})", R"({"a":[3]})"), "set a=[3]");
    EXPECT_EQ(planned(R"({"a":[1]})", R"({"a":{"b":2}})"), R"(set a={"b":2})");
}

TEST(MergePatch, CreatesEmptyObjects) {
    EXPECT_EQ(planned("{}", R"({"a":{},"b":{"c":{"d":null}}})"), R"(set a={}; set b={"c":{}})");
    EXPECT_EQ(planned("{}", R"({"a":{"x":1,"y":{}}})"), R"(set a/x=1; set a/y={})");
}

TEST(MergePatch, MergesArraysOfObjectsById) {
    const std::string stored = R"({"vehicles":[{"id":"V1","year":2015,"cov":{"COLL":500}},{"id":"V2","year":2018}]})";
    EXPECT_EQ(planned(stored, R"({"vehicles":[{"id":"V2","year":2019},{"id":"V1","cov":{"COLL":1000}}]})"),
              "set vehicles/V2/year=2019; set vehicles/V1/cov/COLL=1000");
    EXPECT_EQ(planned(stored, R"({"vehicles":[{"id":"V3","year":2020,"vin":null}]})"),
              R"(insert vehicles/V3={"id":"V3","year":2020})");
    EXPECT_EQ(planned(stored, R"({"vehicles":[{"id":"V1","year":null}]})"), "remove vehicles/V1/year");
    EXPECT_EQ(planned(stored, R"({"vehicles":[{"id":"V1"}]})"), "");
    EXPECT_EQ(planned(R"({"v":[{"id":7,"a":1}]})", R"({"v":[{"id":7,"a":2}]})"), "set v/7/a=2");
}

TEST(MergePatch, SetsOtherArraysWhole) {
    EXPECT_EQ(planned(R"({"l":[1,2,3]})", R"({"l":[1,null]})"), "set l=[1,null]");
    EXPECT_EQ(planned(R"({"l":[{"id":"a","x":1}]})", R"({"l":[]})"), "set l=[]");
    EXPECT_EQ(planned(R"({"l":[{"id":"a","x":1}]})", R"({"l":[{"x":null}]})"), R"(set l=[{"x":null}])");
    EXPECT_EQ(planned("{}", R"({"l":[{"id":"a","x":null}]})"), R"(set l=[{"id":"a"}])");
    EXPECT_EQ(planned(R"({"l":[]})", R"({"l":[{"id":"a"}]})"), R"(set l=[{"id":"a"}])");
}

TEST(MergePatch, IntoNothingDropsItsNulls) {
    EXPECT_EQ(merged_into_nothing(parsed(R"({"b":1.50,"a":null,"c":{"d":null,"l":[null,{"x":null}]}})")),
              R"({"b":1.50,"c":{"l":[null,{"x":null}]}})");
    EXPECT_EQ(merged_into_nothing(parsed(R"({"l":[{"id":"a","x":null}]})")), R"({"l":[{"id":"a"}]})");
}

TEST(MergePatch, RefusesNamesThatMeanSomethingElse) {
    EXPECT_EQ(planned("{}", R"({"__proto__":{"admin":true}})"), "name at ");
    EXPECT_EQ(planned("{}", R"({"a":{"constructor":1}})"), "name at a");
    EXPECT_EQ(planned("{}", R"({"prototype":null})"), "name at ");
    EXPECT_EQ(planned("{}", R"({"a/../b":1})"), "name at ");
    EXPECT_EQ(planned("{}", R"({"..":1})"), "name at ");
    EXPECT_EQ(planned("{}", R"({".":1})"), "name at ");
    EXPECT_EQ(planned("{}", R"({"":1})"), "name at ");
    EXPECT_EQ(planned("{}", R"({"a\u0000b":1})"), "name at ");
    EXPECT_EQ(planned("{}", R"({"a\nb":1})"), "name at ");
    EXPECT_EQ(planned("{}", "{\"" + std::string(129, 'x') + "\":1}"), "name at ");
    EXPECT_EQ(planned("{}", "{\"" + std::string(128, 'x') + "\":1}"), "set " + std::string(128, 'x') + "=1");
    EXPECT_EQ(planned("{}", R"({"l":[[{"__proto__":1}]]})"), "name at l");
    EXPECT_EQ(planned("{}", R"({"\u005f_proto__":1})"), "name at ");
}

TEST(MergePatch, RefusesIdsThatCannotStandInAPath) {
    for (const char* id : {R"("")", R"("a/b")", R"("..")", R"("__proto__")", R"("-")", R"("a\u0001")"}) {
        EXPECT_EQ(planned("{}", std::string(R"({"l":[{"id":)") + id + "}]}"), "id at l") << id;
    }
    EXPECT_EQ(planned("{}", R"({"l":[{"id":"a"},{"id":"a"}]})"), "id at l");
    EXPECT_EQ(planned("{}", R"({"l":[{"id":"1"},{"id":1}]})"), "id at l");
    EXPECT_EQ(planned("{}", R"({"l":[{"id":null}]})"), R"(set l=[{"id":null}])");
}

TEST(MergePatch, RefusesWhatIsNoObject) {
    for (const char* patch : {"null", "7", R"("x")", "[]"}) EXPECT_EQ(planned("{}", patch), "type at ") << patch;
}

TEST(MergePatch, IsAtMostSixteenLevelsDeep) {
    EXPECT_EQ(planned("{}", nested(16)).substr(0, 4), "set ");
    EXPECT_EQ(planned("{}", nested(17)).substr(0, 8), "too_deep");
    EXPECT_EQ(planned("{}", R"({"a":)" + std::string(16, '[') + std::string(16, ']') + "}").substr(0, 8), "too_deep");
}

TEST(MergePatch, IsAtMostTwoHundredChanges) {
    const auto many = [](int count) {
        std::string out = "{";
        for (int i = 0; i < count; ++i) out += (i ? ",\"k" : "\"k") + std::to_string(i) + "\":1";
        return out + "}";
    };
    EXPECT_EQ(plan_merge(parsed("{}"), parsed(many(200))).changes.size(), 200u);
    EXPECT_EQ(planned("{}", many(201)), "too_many at ");
    EXPECT_EQ(planned(many(5000), many(5000)), "");
}

TEST(MergePatch, RefusesPathsLongerThanTheStoreTakes) {
    std::string patch = "1";
    for (int i = 0; i < 7; ++i) patch = "{\"" + std::string(120, 'x') + "\":" + patch + "}";
    EXPECT_EQ(planned("{}", patch).substr(0, 4), "set ");
    patch = "{\"" + std::string(120, 'x') + "\":" + patch + "}";
    EXPECT_EQ(planned("{}", patch).substr(0, 8), "too_long");
}

}  // namespace
}  // namespace tidegate::quote
