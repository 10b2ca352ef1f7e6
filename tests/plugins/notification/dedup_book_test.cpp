#include "dedup_book.hpp"

#include <gtest/gtest.h>

namespace tidegate::notification {
namespace {

Claim claim(const std::string& id, std::int64_t window_ms = 100) {
    Claim out;
    out.key = "k";
    out.id = id;
    out.window_ms = window_ms;
    return *read_claim(entry_json(out));
}
Claim done(const std::string& id) {
    Claim out = claim(id);
    out.done = true;
    return *read_claim(entry_json(out));
}

TEST(DedupBook, TheFirstClaimHoldsForItsWindow) {
    DedupBook book;
    EXPECT_EQ(book.holder("k"), nullptr);
    book.add(claim("a"), 1000);
    book.add(claim("b"), 1099);
    EXPECT_EQ(book.holder("k")->id, "a");
    book.add(claim("c"), 1100);
    EXPECT_EQ(book.holder("k")->id, "c");
}

TEST(DedupBook, IsDoneOnlyWhenItsHolderIs) {
    DedupBook book;
    book.add(claim("a"), 1000);
    EXPECT_FALSE(book.holder("k")->done);
    book.add(done("b"), 1001);
    EXPECT_FALSE(book.holder("k")->done);
    book.add(done("a"), 1002);
    EXPECT_TRUE(book.holder("k")->done);
    book.add(claim("c"), 2000);
    EXPECT_FALSE(book.holder("k")->done);
}

}  // namespace
}  // namespace tidegate::notification
