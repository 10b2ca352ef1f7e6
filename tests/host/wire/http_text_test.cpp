#include "wire/http_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidegate {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(HttpText, KnowsTokens) {
    EXPECT_TRUE(is_token("Sec-WebSocket-Key"));
    EXPECT_TRUE(is_token("!#$%&'*+-.^_`|~09azAZ"));
    for (const char* bad : {"", "a b", "a:b", "a,b", "a\tb", "a\"b", "a/b", "a@b", "\x80"})
        EXPECT_FALSE(is_token(bad)) << bad;
}

TEST(HttpText, ComparesIgnoringAsciiCaseOnly) {
    EXPECT_TRUE(equals_ignoring_case("WebSocket", "websocket"));
    EXPECT_FALSE(equals_ignoring_case("websocket", "websockets"));
    EXPECT_FALSE(equals_ignoring_case("@", "`"));
}

TEST(HttpText, TrimsBlanksAndSplitsLists) {
    EXPECT_EQ(trim_blanks(" \t a b\t "), "a b");
    EXPECT_EQ(trim_blanks(" \t "), "");
    EXPECT_THAT(list_elements("keep-alive, Upgrade"), ElementsAre("keep-alive", "Upgrade"));
    EXPECT_THAT(list_elements(" ,a ,, b,"), ElementsAre("a", "b"));
    EXPECT_THAT(list_elements(""), IsEmpty());
}

}  // namespace
}  // namespace tidegate
