#include "quote_document/stored_quote.hpp"

#include <gtest/gtest.h>

namespace tidegate::quote {
namespace {

TEST(StoredQuote, IsReadAsItWasWritten) {
    const auto quote = read_quote(new_quote("q1", "ada", "T", R"({"aoi":1.50,"product":"home","state":7})"));
    ASSERT_TRUE(quote);
    EXPECT_EQ(quote->created_by, "ada");
    EXPECT_EQ(quote->status, "draft");
    EXPECT_EQ(quote->quote_data, R"({"aoi":1.50,"product":"home","state":7})");
    EXPECT_EQ(quote->product, "home");
    EXPECT_EQ(quote->state, "");
    EXPECT_EQ(quote->review, "");
}

TEST(StoredQuote, SaysThatItIsUnderReview) {
    const auto quote = read_quote(R"({"quote_data":{},"review":{"by":"uma","reason":"roof"},"status":"review"})");
    ASSERT_TRUE(quote);
    EXPECT_EQ(quote->review, R"({"by":"uma","reason":"roof"})");
    EXPECT_EQ(quote->quote_data, "{}");
}

TEST(StoredQuote, IsNoneWithoutItsData) {
    for (const char* text : {"", "{}", "[]", R"({"created_by":"ada"})", R"({"quote_data":{})"}) {
        EXPECT_FALSE(read_quote(text)) << text;
    }
}

TEST(StoredQuote, AnnouncesItsCreation) {
    EXPECT_EQ(created_event("q1", "a\"b"), R"({"quote_id":"q1","created_by":"a\"b"})");
}

}  // namespace
}  // namespace tidegate::quote
