#include "protocol/envelope.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace tidegate::protocol {
namespace {

using Json = nlohmann::json;

std::vector<Json> golden_envelopes() {
    std::vector<Json> all;
    for (const auto& file : std::filesystem::directory_iterator(TIDEGATE_GOLDEN_DIR)) {
        std::ifstream in(file.path());
        all.push_back(Json::parse(in));
    }
    return all;
}

TEST(Envelope, EveryGoldenMessageIsReadAsItSays) {
    EnvelopeScanner scanner;
    const auto all = golden_envelopes();
    ASSERT_GE(all.size(), 30u);
    for (const Json& golden : all) {
        SCOPED_TRACE(golden.at("name").get<std::string>());
        const BufferRef message = Buffer::copy_of(golden.at("wire").get<std::string>());
        const Json& expect = golden.at("expect");
        Envelope envelope;
        const auto refusal = scanner.scan(*message, envelope);
        EXPECT_EQ(refusal ? std::string(row(*refusal).name) : "", expect.value("error", ""));
        EXPECT_EQ(envelope.id, expect.value("id", ""));
        if (refusal) continue;
        EXPECT_EQ(envelope.type, expect.value("type", ""));
        EXPECT_EQ(envelope.channel, expect.value("channel", ""));
    }
}

TEST(Envelope, ViewsPointIntoTheMessage) {
    EnvelopeScanner scanner;
    const BufferRef message = Buffer::copy_of(R"({"type":"a:b","id":"x","channel":"c"})");
    Envelope envelope;
    ASSERT_FALSE(scanner.scan(*message, envelope));
    for (const std::string_view view : {envelope.type, envelope.id, envelope.channel}) {
        EXPECT_GE(view.data(), message->data());
        EXPECT_LT(view.data(), message->data() + message->size());
    }
}

TEST(Envelope, RefusesBytesThatAreNotUtf8) {
    EnvelopeScanner scanner;
    Envelope envelope;
    EXPECT_EQ(scanner.scan(*Buffer::copy_of("{\"type\":\"a\xff\"}"), envelope), ErrorCode::kBadJson);
}

TEST(Envelope, FindsOneMoreMemberAtDepthOneOnly) {
    EnvelopeScanner scanner;
    const BufferRef message = Buffer::copy_of(
        R"({"type":"t","in":{"key":"deep"},"key":"shallow","n":12.5,"o":{"a":1},"e":"a\nb","twice":1,"tw\u0069ce":2})");
    Envelope envelope;
    ASSERT_FALSE(scanner.scan(*message, envelope));
    EXPECT_EQ(scanner.find_member("key").plain_string(), "shallow");
    EXPECT_EQ(scanner.find_member("n").kind, TokenKind::kNumber);
    EXPECT_EQ(scanner.find_member("n").raw, "12.5");
    EXPECT_EQ(scanner.find_member("o").kind, TokenKind::kOther);
    EXPECT_EQ(scanner.find_member("e").plain_string(), std::nullopt);
    EXPECT_EQ(scanner.find_member("twice").kind, TokenKind::kDuplicate);
    EXPECT_EQ(scanner.find_member("missing").kind, TokenKind::kAbsent);
}

TEST(Envelope, ReadsAMessageLargerThanItsFirstCapacityAndKeepsTheDepthBound) {
    EnvelopeScanner scanner;
    const std::string filler(300'000, 'x');
    Envelope envelope;
    const BufferRef big = Buffer::copy_of(R"({"filler":")" + filler + R"(","type":"big"})");
    EXPECT_FALSE(scanner.scan(*big, envelope));
    EXPECT_EQ(envelope.type, "big");
    const std::string deep = R"({"type":"t","a":)" + std::string(64, '[') + std::string(64, ']') + "}";
    EXPECT_EQ(scanner.scan(*Buffer::copy_of(deep), envelope), ErrorCode::kBadJson);
}

TEST(Envelope, ChannelNamesNeedNoEscapes) {
    EXPECT_TRUE(is_channel_name("quote:4b1c"));
    EXPECT_TRUE(is_channel_name("room:ü"));
    EXPECT_TRUE(is_channel_name(std::string(128, 'c')));
    EXPECT_FALSE(is_channel_name(""));
    EXPECT_FALSE(is_channel_name(std::string(129, 'c')));
    EXPECT_FALSE(is_channel_name("a\"b"));
    EXPECT_FALSE(is_channel_name("a\\b"));
    EXPECT_FALSE(is_channel_name("a\nb"));
    EXPECT_FALSE(is_channel_name("a\xff"));
}

}  // namespace
}  // namespace tidegate::protocol
