#include "protocol/json_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidegate::protocol {
namespace {

using Json = nlohmann::json;

std::string text_of(const BufferRef& frame) {
    const std::size_t head = static_cast<unsigned char>(frame->data()[1]) < 126 ? 2 : 4;
    return std::string(frame->view().substr(head));
}

TEST(JsonText, AddsMembersBeforeTheLastBrace) {
    EXPECT_EQ(text_of(encode_with_ref(*splice_point(R"({"a":1})"), "\"x\"")), R"({"a":1,"ref":"x"})");
    EXPECT_EQ(text_of(encode_with_ref(*splice_point(R"({"a":1})"), "")), R"({"a":1})");
    EXPECT_EQ(text_of(encode_on_channel(*splice_point(R"({"a":{}})"), "room:1", 7)),
              R"({"a":{},"channel":"room:1","offset":7})");
    EXPECT_EQ(text_of(encode_on_channel(*splice_point(R"({"a":1})"), "room:1", std::nullopt)),
              R"({"a":1,"channel":"room:1"})");
}

TEST(JsonText, AddsMembersToAnEmptyObjectAndPastWhiteSpace) {
    EXPECT_EQ(text_of(encode_with_ref(*splice_point("{}"), "5")), R"({"ref":5})");
    EXPECT_EQ(text_of(encode_with_ref(*splice_point(" { } \n"), "5")), R"({"ref":5})");
    EXPECT_EQ(text_of(encode_on_channel(*splice_point("{\"a\":1 \t} \r\n"), "c", 1)),
              R"({"a":1,"channel":"c","offset":1})");
}

TEST(JsonText, RefusesWhatIsNotAnObject) {
    for (const char* text : {"", "{", "}", "[]", "\"{}\"", "{}x"}) EXPECT_FALSE(splice_point(text)) << text;
}

TEST(JsonText, ErrorsCarryRefAndFields) {
    EXPECT_EQ(text_of(encode_error("invalid", "No", "", "")), R"({"type":"error","code":"invalid","message":"No"})");
    EXPECT_EQ(text_of(encode_error("field_locked", "Field \"x\"", "1", R"({"holder":"h"})")),
              R"({"type":"error","code":"field_locked","message":"Field \"x\"","ref":1,"holder":"h"})");
    EXPECT_EQ(text_of(encode_error("busy", "b", "", "{}")), R"({"type":"error","code":"busy","message":"b"})");
}

TEST(JsonText, QuotedTextIsReadBackByAnotherParser) {
    const std::string text = std::string("a\"b\\c\n\t\x01 \xc3\xbc") + '\0';
    EXPECT_EQ(Json::parse(json_quoted(text)).get<std::string>(), text);
    EXPECT_EQ(json_quoted("\xff"), "\"\"");
}

TEST(JsonText, DecodesEveryEscape) {
    for (const char* token :
         {R"("plain")", R"("\"\\\/\b\f\n\r\t")", R"("t\u0079pe")", R"("\u00fc\u20ac\ud83d\ude00")"}) {
        const std::string_view quoted(token);
        EXPECT_EQ(decode_json_string(quoted.substr(1, quoted.size() - 2)), Json::parse(token).get<std::string>());
    }
    EXPECT_EQ(decode_json_string(R"(\ud800x)"), "\xef\xbf\xbdx");
    EXPECT_EQ(decode_json_string(R"(\ud83d\ude00)"), "\xf0\x9f\x98\x80");
}

}  // namespace
}  // namespace tidegate::protocol
