#include "quote_document/identity.hpp"

#include <gtest/gtest.h>

namespace tidegate::quote {
namespace {

TEST(Identity, KnowsOneSpellingOfAUuid) {
    EXPECT_TRUE(is_quote_id("00000000-0000-0000-0000-000000000000"));
    EXPECT_TRUE(is_quote_id("018f3c2a-7b1d-7c3e-9f00-0123456789ab"));
    for (const char* text : {"", "nonsense", "018F3C2A-7B1D-7C3E-9F00-0123456789AB", "018f3c2a7b1d7c3e9f000123456789ab",
                             "018f3c2a-7b1d-7c3e-9f00-0123456789ag", "018f3c2a-7b1d-7c3e-9f00-0123456789ab ",
                             "{18f3c2a-7b1d-7c3e-9f00-0123456789a}", "018f3c2a-7b1d-7c3e-9f00-0123456789a/"}) {
        EXPECT_FALSE(is_quote_id(text)) << text;
    }
}

TEST(Identity, FindsTheQuoteOfAChannel) {
    const std::string id = "018f3c2a-7b1d-7c3e-9f00-0123456789ab";
    EXPECT_EQ(quote_of_channel(channel_of(id)), id);
    for (const char* channel : {"", "quote:", "quote:1", "room:018f3c2a-7b1d-7c3e-9f00-0123456789ab",
                                "018f3c2a-7b1d-7c3e-9f00-0123456789ab"}) {
        EXPECT_EQ(quote_of_channel(channel), "") << channel;
    }
}

TEST(Identity, WritesTimesAsIso8601InUtc) {
    EXPECT_EQ(time_text(0), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(time_text(1'700'000'000'123), "2023-11-14T22:13:20.123Z");
    EXPECT_EQ(day_text(1'700'000'000'123), "2023-11-14");
    EXPECT_EQ(time_text(-1), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace tidegate::quote
