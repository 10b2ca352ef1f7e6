#include "wire/frame_encoder.hpp"

#include "wire/close_code.hpp"
#include "wire/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidegate {
namespace {

std::string header_of(std::size_t payload_size) {
    char header[kFrameHeaderMax];
    return {header, write_frame_header(header, Opcode::kText, payload_size)};
}

TEST(FrameEncoder, UsesTheShortestLengthForm) {
    EXPECT_EQ(header_of(0), std::string("\x81\x00", 2));
    EXPECT_EQ(header_of(125), std::string("\x81\x7D", 2));
    EXPECT_EQ(header_of(126), std::string("\x81\x7E\x00\x7E", 4));
    EXPECT_EQ(header_of(65535), std::string("\x81\x7E\xFF\xFF", 4));
    EXPECT_EQ(header_of(65536), std::string("\x81\x7F\x00\x00\x00\x00\x00\x01\x00\x00", 10));
    for (const std::size_t size : {0, 125, 126, 65535, 65536})
        EXPECT_EQ(header_of(size).size(), frame_header_size(size));
}

TEST(FrameEncoder, EncodesTextAndBinary) {
    EXPECT_EQ(encode_text("Hello")->view(), "\x81\x05Hello");
    EXPECT_EQ(encode_text("")->view(), std::string_view("\x81\x00", 2));
    EXPECT_EQ(encode_binary("Hello")->view(), "\x82\x05Hello");
}

TEST(FrameEncoder, LaysPartsEndToEndInOneFrame) {
    EXPECT_EQ(encode_text({R"({"type":"x")", R"(,"offset":12})"})->view(), "\x81\x18{\"type\":\"x\",\"offset\":12}");
    EXPECT_EQ(encode_text({"a", "", "b"})->view(),
              "\x81\x02"
              "ab");
    const std::string large(70000, 'l');
    const BufferRef frame = encode_text({large, "!"});
    EXPECT_EQ(frame->size(), 10u + 70001u);
    EXPECT_EQ(frame->view().substr(10), large + "!");
}

TEST(FrameEncoder, EncodesControlFramesUpToTheirLimit) {
    EXPECT_EQ(encode_control(Opcode::kPing, "Hello")->view(), "\x89\x05Hello");
    EXPECT_EQ(encode_control(Opcode::kPong, std::string(125, 'p'))->size(), 127u);
    EXPECT_DEATH(encode_control(Opcode::kPing, std::string(126, 'p')), "at most 125 bytes");
}

TEST(FrameEncoder, EncodesACloseWithAndWithoutACode) {
    EXPECT_EQ(encode_close(1000, "bye")->view(),
              "\x88\x05\x03\xE8"
              "bye");
    EXPECT_EQ(encode_close(kCloseCodeAbsent, "never sent")->view(), std::string_view("\x88\x00", 2));
    EXPECT_DEATH(encode_close(1006, ""), "may not be sent");
}

TEST(FrameEncoder, CutsACloseReasonBetweenCharacters) {
    const BufferRef ascii = encode_close(4000, std::string(200, 'r'));
    EXPECT_EQ(ascii->size(), 2u + 125u);
    std::string euros;
    for (int i = 0; i < 60; ++i) euros += "\xE2\x82\xAC";
    const BufferRef cut = encode_close(4000, "ab" + euros);  // 123 = 2 + 40 * 3 + 1
    EXPECT_EQ(cut->size(), 2u + 2u + 122u);
    EXPECT_TRUE(is_valid_utf8(cut->view().substr(4)));
}

}  // namespace
}  // namespace tidegate
