// tg::json: golden values, what must be refused, and every truncation of a text that is fine.

#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <random>
#include <string>

namespace {

using tg::json::Kind;
using tg::json::Reader;
using tg::json::Writer;

bool accepts(std::string_view text) {
    Reader reader(text);
    return reader.skip() && reader.finish();
}

constexpr std::string_view kText =
    R"( {"a" : "x\"\\\/\b\f\n\r\té\ud83d\ude00" , "n":[ -0.5e+1,0,12,true , false,null],"o":{"k\n":{}},"e":[],"m":"日本"} )";

TEST(Plain, EndsWhereTheFirstSpecialByteStands) {
    const auto naive = [](std::string_view text, std::size_t from) {
        while (from < text.size() && static_cast<unsigned char>(text[from]) >= 0x20 && text[from] != '"' &&
               text[from] != '\\')
            ++from;
        return from;
    };
    for (int byte = 0; byte < 256; ++byte) {
        for (std::size_t place = 0; place < 20; ++place) {
            std::string text(20, 'a');
            text[place] = static_cast<char>(byte);
            for (std::size_t from = 0; from <= 20; ++from)
                ASSERT_EQ(tg::json::end_of_plain(text, from), naive(text, from)) << byte << " at " << place;
        }
    }
    std::mt19937 random(7);
    for (int i = 0; i < 20'000; ++i) {
        std::string text(random() % 40, ' ');
        for (char& c : text) c = "\x01\x1f\x20\x21\x22\x23\x5b\x5c\x5d\x7f\x80\xa2\xff"[random() % 13];
        ASSERT_EQ(tg::json::end_of_plain(text, 0), naive(text, 0));
    }
}

TEST(JsonReader, ReadsEveryKind) {
    Reader reader(
        R"({"s":"abc","e":"a\u00e9\ud83d\ude00\n","i":-42,"d":501.00,"t":true,"f":false,"z":null,"l":[1,[2,3],{"x":4}],"o":{"p":"q"}})");
    std::string_view key, number;
    std::string text, log;
    std::int64_t integer = 0;
    bool truth = false;
    ASSERT_EQ(reader.peek(), Kind::kObject);
    ASSERT_TRUE(reader.enter_object());
    while (reader.next_member(key)) {
        log.append(key).append("=");
        switch (reader.peek()) {
            case Kind::kString:
                ASSERT_TRUE(reader.string(text));
                log.append(text);
                break;
            case Kind::kNumber:
                if (key == "i") {
                    ASSERT_TRUE(reader.integer(integer));
                    log.append(std::to_string(integer));
                } else {
                    ASSERT_TRUE(reader.number(number));
                    log.append(number);
                }
                break;
            case Kind::kBool:
                ASSERT_TRUE(reader.boolean(truth));
                log.append(truth ? "T" : "F");
                break;
            case Kind::kNull:
                ASSERT_TRUE(reader.null());
                log.append("0");
                break;
            case Kind::kArray:
                ASSERT_TRUE(reader.enter_array());
                while (reader.next_element()) {
                    std::string_view raw;
                    ASSERT_TRUE(reader.raw(raw));
                    log.append(raw).append("|");
                }
                break;
            default:
                break;  // "o" is skipped by the next call
        }
        log.append(";");
    }
    EXPECT_TRUE(reader.finish()) << reader.error();
    EXPECT_EQ(log, "s=abc;e=aé😀\n;i=-42;d=501.00;t=T;f=F;z=0;l=1|[2,3]|{\"x\":4}|;o=;");
}

TEST(JsonReader, KeysAreUnescapedAndKeepTheirToken) {
    Reader reader(R"({"\u0074ype":1,"b":2})");
    std::string_view key;
    ASSERT_TRUE(reader.enter_object());
    ASSERT_TRUE(reader.next_member(key));
    EXPECT_EQ(key, "type");
    EXPECT_EQ(reader.key_token(), R"("\u0074ype")");
    ASSERT_TRUE(reader.next_member(key));
    EXPECT_EQ(key, "b");
    EXPECT_FALSE(reader.next_member(key));
    EXPECT_TRUE(reader.finish());
}

TEST(JsonReader, LeavesWhatIsHalfRead) {
    Reader reader(R"([[1,{"a":[2,3]},4],5])");
    std::int64_t n = 0;
    ASSERT_TRUE(reader.enter_array() && reader.next_element() && reader.enter_array() && reader.next_element());
    ASSERT_TRUE(reader.integer(n));
    ASSERT_TRUE(reader.leave());
    ASSERT_TRUE(reader.next_element() && reader.integer(n));
    EXPECT_EQ(n, 5);
    EXPECT_FALSE(reader.next_element());
    EXPECT_TRUE(reader.finish());
}

TEST(JsonReader, AcceptsAndRefusesAsTheStandardSays) {
    for (const char* good :
         {"0", "-0", "1.5", "1e9", "1E-9", "\"\"", "[]", "{}", "[[]]", " true ", "null", R"("\u0000")"}) {
        EXPECT_TRUE(accepts(good)) << good;
        EXPECT_TRUE(nlohmann::json::accept(std::string(good))) << good;
    }
    for (const char* bad : {"",
                            " ",
                            "01",
                            "-",
                            "+1",
                            "1.",
                            ".5",
                            "1e",
                            "1e+",
                            "tru",
                            "nul",
                            "TRUE",
                            "[1,]",
                            "[,1]",
                            "[1 2]",
                            "{\"a\"}",
                            "{\"a\":}",
                            "{\"a\":1,}",
                            "{,}",
                            "{a:1}",
                            "{\"a\" 1}",
                            "[1}",
                            "{]",
                            "\"",
                            "\"\\\"",
                            "\"\\x\"",
                            "\"\\u12\"",
                            "\"\\u12g4\"",
                            "\"\\ud800\"",
                            "\"\\ud800\\u0041\"",
                            "\"\\udc00\"",
                            "\"\t\"",
                            "1 2",
                            "[] []",
                            "{} x",
                            "'a'",
                            "//",
                            "[1]]",
                            "\"\\ud83d\\ude0\""}) {
        EXPECT_FALSE(accepts(bad)) << bad;
        EXPECT_FALSE(nlohmann::json::accept(std::string(bad))) << bad;
    }
    EXPECT_FALSE(accepts(std::string_view("\"a\0b\"", 5)));
    EXPECT_FALSE(accepts(std::string_view("\"\\\0\"", 4)));
    EXPECT_FALSE(accepts(std::string_view("1\0", 2)));
}

TEST(JsonReader, RefusesEveryTruncationWithoutReadingPastIt) {
    ASSERT_TRUE(accepts(kText));
    for (std::size_t length = 0; length + 1 < kText.size(); ++length) {
        const std::vector<char> exact(kText.begin(), kText.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_FALSE(accepts({exact.data(), exact.size()})) << length;
    }
}

TEST(JsonReader, AgreesWithAnotherParserOnEveryChangedByte) {
    for (std::size_t i = 0; i < kText.size(); ++i) {
        for (const char c : {'"', '\\', '{', ']', ',', ':', '0', 'e', '\n', '\x01', 'u'}) {
            std::string text(kText);
            text[i] = c;
            if (static_cast<unsigned char>(kText[i]) >= 0x80) continue;  // UTF-8 is the host's check
            EXPECT_EQ(accepts(text), nlohmann::json::accept(text)) << text;
        }
    }
}

TEST(JsonReader, BoundsTheDepth) {
    const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
    EXPECT_TRUE(accepts(nested(64)));
    EXPECT_FALSE(accepts(nested(65)));
    EXPECT_FALSE(accepts(std::string(1'000'000, '[')));
    std::string objects;
    for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
    EXPECT_FALSE(accepts(objects));
    const std::string too_deep = nested(65);
    Reader reader(too_deep);
    for (int i = 0; i < 64; ++i) ASSERT_TRUE(reader.enter_array() && reader.next_element());
    EXPECT_FALSE(reader.enter_array());
    EXPECT_EQ(reader.error(), "nested too deep");
}

TEST(JsonReader, TheFirstFailureSticks) {
    Reader reader("[1,\"x\"]");
    std::string text = "kept";
    std::int64_t n = 0;
    ASSERT_TRUE(reader.enter_array() && reader.next_element());
    EXPECT_FALSE(reader.string(text));
    const std::string why(reader.error());
    EXPECT_FALSE(reader.integer(n) || reader.skip() || reader.next_element() || reader.leave() || reader.finish());
    EXPECT_EQ(reader.error(), why);
    EXPECT_EQ(reader.peek(), Kind::kNone);
    EXPECT_EQ(text, "kept");
}

TEST(JsonReader, IntegersThatDoNotFitAreRefused) {
    std::int64_t n = 0;
    EXPECT_TRUE(Reader("9223372036854775807").integer(n));
    EXPECT_TRUE(Reader("-9223372036854775808").integer(n));
    for (const char* bad : {"9223372036854775808", "1.0", "1e3", "-9223372036854775809"})
        EXPECT_FALSE(Reader(bad).integer(n)) << bad;
}

TEST(JsonReader, MisuseIsAFailureNotACrash) {
    std::string_view key;
    EXPECT_FALSE(Reader("{}").next_member(key));
    EXPECT_FALSE(Reader("[]").next_element());
    EXPECT_FALSE(Reader("[]").leave());
    Reader in_array("[1]");
    ASSERT_TRUE(in_array.enter_array());
    EXPECT_FALSE(in_array.next_member(key));
    Reader twice("1");
    ASSERT_TRUE(twice.skip());
    EXPECT_FALSE(twice.skip());
    Reader unfinished("[1]");
    ASSERT_TRUE(unfinished.enter_array());
    EXPECT_FALSE(unfinished.finish());
}

TEST(JsonWriter, WritesWhatItIsTold) {
    Writer writer;
    writer.begin_object()
        .member("s", "a\"b")
        .member("i", -3)
        .member("u", std::uint64_t{18446744073709551615u})
        .member("d", 0.5)
        .member("bad", std::nan(""))
        .member("t", true)
        .key("z")
        .null()
        .raw_member("money", "501.00")
        .key("l")
        .begin_array()
        .value(1)
        .begin_array()
        .end_array()
        .begin_object()
        .end_object()
        .value(std::string("x"))
        .end_array()
        .key("o")
        .begin_object()
        .member("k", std::string_view("v"))
        .end_object()
        .end_object();
    const std::string text = writer.take();
    EXPECT_EQ(
        text,
        R"({"s":"a\"b","i":-3,"u":18446744073709551615,"d":0.5,"bad":null,"t":true,"z":null,"money":501.00,"l":[1,[],{},"x"],"o":{"k":"v"}})");
    EXPECT_TRUE(accepts(text));
}

TEST(JsonWriter, EscapesEveryControlCharacterAndKeepsUtf8) {
    for (int c = 0; c < 128; ++c) {
        const std::string text(3, static_cast<char>(c));
        std::string json;
        tg::json::append_string(json, text);
        std::string back;
        ASSERT_TRUE(Reader(json).string(back)) << c;
        EXPECT_EQ(back, text);
        EXPECT_EQ(nlohmann::json::parse(json).get<std::string>(), text);
    }
    std::string json;
    tg::json::append_string(json, "é😀/\x7f");
    EXPECT_EQ(json, "\"é😀/\x7f\"");
}

}  // namespace
