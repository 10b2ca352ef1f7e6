#include "adapters/documents/cached_text.hpp"

#include <gtest/gtest.h>

namespace tidegate {
namespace {

JsonTree tree(const char* text) { return *JsonTree::parse(text); }

TEST(CachedText, IsThatOfAnEmptyDocumentAtFirst) {
    const CachedText text;
    EXPECT_EQ(text.of(JsonTree(JsonTree::Object())), "{}");
    EXPECT_EQ(text.bytes_at_most(), 2u);
}

TEST(CachedText, IsMadeAnewOnlyAfterAChange) {
    CachedText text;
    text.set(R"({"a":1})");
    EXPECT_EQ(text.of(tree(R"({"b":2})")), R"({"a":1})") << "nobody said that it changed";
    text.changed(100);
    EXPECT_EQ(text.bytes_at_most(), 100u);
    EXPECT_EQ(text.last_bytes(), 7u);
    EXPECT_EQ(text.of(tree(R"({"b":22})")), R"({"b":22})");
    EXPECT_EQ(text.bytes_at_most(), 8u) << "known exactly once it is made";
    EXPECT_EQ(text.last_bytes(), 8u);
}

}  // namespace
}  // namespace tidegate
