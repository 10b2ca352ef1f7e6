#include "quote_version.hpp"

#include <gtest/gtest.h>

namespace tidegate::collaboration {
namespace {

constexpr auto kSet = VersionOp::Kind::kSet;
constexpr auto kInsert = VersionOp::Kind::kInsert;
constexpr auto kRemove = VersionOp::Kind::kRemove;

QuoteVersion of(const std::string& ops) {
    const auto page = read_versions(
        R"({"items":[{"revision":7,"actor":"ada","at":"now","note":{"kind":"undo","undoes":5,"reason":"r"},"ops":)" +
        ops + "}]}");
    EXPECT_TRUE(page && page->size() == 1);
    return page ? page->front() : QuoteVersion();
}

TEST(QuoteVersion, ReadsWhatTheStoreKeeps) {
    const QuoteVersion version = of(R"([{"op":"set","path":"quote_data/aoi","value":1.50,"from":"x"}])");
    EXPECT_EQ(version.revision, 7u);
    EXPECT_EQ(version.note.kind, "undo");
    EXPECT_EQ(version.note.undoes, 5u);
    EXPECT_EQ(version.note.reason, "r");
    ASSERT_EQ(version.ops.size(), 1u);
    EXPECT_EQ(version.ops[0].field(), "aoi");
    EXPECT_EQ(version.ops[0].value, "1.50");
    EXPECT_EQ(version.ops[0].from, "\"x\"");
}

TEST(QuoteVersion, IsTakenBackByTheOppositeOfEachOperationLastOneFirst) {
    const auto reversals = reversal_of(of(R"([{"op":"set","path":"quote_data/a","value":1,"from":0},
        {"op":"set","path":"quote_data/b","value":2},
        {"op":"insert","path":"quote_data/v/V1","value":{"id":"V1"}},
        {"op":"remove","path":"quote_data/c","from":[1]},
        {"op":"remove","path":"quote_data/never","value":null},
        {"op":"set","path":"status","value":"x"}])"));
    ASSERT_TRUE(reversals);
    ASSERT_EQ(reversals->size(), 4u);
    const auto& r = *reversals;
    EXPECT_TRUE(r[0].kind == kInsert && r[0].field == "c" && r[0].value == "[1]" && r[0].expected.empty());
    EXPECT_TRUE(r[1].kind == kRemove && r[1].field == "v/V1" && r[1].expected == R"({"id":"V1"})");
    EXPECT_TRUE(r[2].kind == kRemove && r[2].field == "b" && r[2].expected == "2");
    EXPECT_TRUE(r[3].kind == kSet && r[3].field == "a" && r[3].value == "0" && r[3].expected == "1");
}

TEST(QuoteVersion, AnAppendWithoutANameCannotBeTakenBack) {
    EXPECT_FALSE(reversal_of(of(R"([{"op":"insert","path":"quote_data/list/-","value":1}])")));
}

TEST(QuoteVersion, IsNothingWhenThePageIsBroken) { EXPECT_FALSE(read_versions("{\"items\":[")); }

}  // namespace
}  // namespace tidegate::collaboration
