#include "wire/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidegate {
namespace {

TEST(Utf8, AcceptsEveryLengthOfCharacter) {
    EXPECT_TRUE(is_valid_utf8(""));
    EXPECT_TRUE(is_valid_utf8("plain"));
    EXPECT_TRUE(is_valid_utf8("\xC2\x80 \xE0\xA0\x80 \xEF\xBF\xBF \xF0\x90\x80\x80 \xF4\x8F\xBF\xBF"));
}

TEST(Utf8, RefusesOverlongSurrogateTruncatedAndOutOfRange) {
    for (const char* bad : {"\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                            "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\x80", "a\xE2\x82", "\xE2\x28\xA1"}) {
        EXPECT_FALSE(is_valid_utf8(bad)) << bad;
    }
}

TEST(Utf8, TailIsWhatLaterBytesMayStillComplete) {
    EXPECT_EQ(incomplete_utf8_tail(""), 0u);
    EXPECT_EQ(incomplete_utf8_tail("abc"), 0u);
    EXPECT_EQ(incomplete_utf8_tail("a\xC3"), 1u);
    EXPECT_EQ(incomplete_utf8_tail("a\xE2\x82"), 2u);
    EXPECT_EQ(incomplete_utf8_tail("a\xF0\x9F\x92"), 3u);
    EXPECT_EQ(incomplete_utf8_tail("a\xF0\x9F\x92\x96"), 0u);
    EXPECT_EQ(incomplete_utf8_tail("\xC3\xA9"), 0u);
}

TEST(Utf8, AnEndThatNothingCanRepairIsNoTail) {
    for (const char* hopeless : {"\xF4\x90", "\xF0\x80", "\xE0\x80", "\xED\xA0", "\xC0", "\xF5", "\x80\x80\x80"}) {
        EXPECT_EQ(incomplete_utf8_tail(hopeless), 0u) << hopeless;
    }
}

// Every prefix of every character: the part before the tail is valid, and the tail is never a whole character.
TEST(Utf8, EveryPrefixOfValidTextIsValidBeforeItsTail) {
    const std::string text = "a\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBFz";
    for (std::size_t size = 0; size <= text.size(); ++size) {
        const std::string_view prefix = std::string_view(text).substr(0, size);
        const std::size_t tail = incomplete_utf8_tail(prefix);
        EXPECT_TRUE(is_valid_utf8(prefix.substr(0, size - tail))) << size;
        EXPECT_EQ(is_valid_utf8(prefix), tail == 0) << size;
    }
}

TEST(Utf8, CutsBetweenCharacters) {
    EXPECT_EQ(cut_utf8("abc", 3), "abc");
    EXPECT_EQ(cut_utf8("abc", 2), "ab");
    EXPECT_EQ(cut_utf8("a\xE2\x82\xAC", 3), "a");
    EXPECT_EQ(cut_utf8("a\xE2\x82\xAC", 4), "a\xE2\x82\xAC");
    EXPECT_EQ(cut_utf8("\xF0\x9F\x92\x96", 3), "");
}

}  // namespace
}  // namespace tidegate
