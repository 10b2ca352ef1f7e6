#include "wire/frame_decoder.hpp"

#include "tests/host/wire/client_frame.hpp"
#include "tests/host/wire/recording_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace tidegate::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr FrameDecoder::Limits kLimits{64 * 1024, 16, true};

std::string bytes(std::initializer_list<int> values) {
    std::string out;
    for (const int value : values) out.push_back(static_cast<char>(value));
    return out;
}

std::string close_payload(int code, std::string_view reason = {}) {
    return bytes({code >> 8, code & 0xFF}) + std::string(reason);
}

void expect_error(const std::string& input, CloseCode code, const char* reason, FrameDecoder::Limits limits = kLimits) {
    const Outcome outcome = decode(input, limits);
    EXPECT_THAT(outcome.events, IsEmpty());
    EXPECT_EQ(outcome.error_code, static_cast<int>(code));
    EXPECT_EQ(outcome.error_reason, reason);
}

// --- messages

TEST(FrameDecoder, DeliversAWholeMessageAsAViewOfTheFedBytes) {
    std::string input = client_text("{\"type\":\"ping\"}");
    FrameDecoder decoder(kLimits);
    RecordingSink sink;
    const FeedResult result = decoder.feed(input, sink);
    EXPECT_EQ(result.consumed, input.size());
    EXPECT_THAT(sink.events, ElementsAre("text:{\"type\":\"ping\"}"));
    EXPECT_EQ(sink.last_view.data(), input.data() + 6);
    EXPECT_EQ(decoder.held_bytes(), 0u);
    EXPECT_FALSE(decoder.mid_message());
}

TEST(FrameDecoder, DeliversEveryLengthFormAndTheirEdges) {
    for (const std::size_t size : {0, 1, 125, 126, 127, 65535, 65536}) {
        const std::string payload(size, 'p');
        EXPECT_THAT(decode(client_text(payload), kLimits).events, ElementsAre("text:" + payload)) << size;
    }
}

TEST(FrameDecoder, JoinsFragmentsAndLetsControlFramesPassBetween) {
    const std::string input =
        client_frame({Opcode::kText, "one ", false}) + client_frame({Opcode::kPing, "?"}) +
        client_frame({Opcode::kContinuation, "two ", false}) + client_frame({Opcode::kPong, "!"}) +
        client_frame({Opcode::kContinuation, "three", true}) + client_frame({Opcode::kBinary, "next", true});
    EXPECT_THAT(decode(input, kLimits).events, ElementsAre("ping:?", "pong:!", "text:one two three", "binary:next"));
}

TEST(FrameDecoder, DeliversAMessageOfEmptyFragments) {
    const std::string input =
        client_frame({Opcode::kText, "", false}) + client_frame({Opcode::kContinuation, "", true});
    EXPECT_THAT(decode(input, kLimits).events, ElementsAre("text:"));
}

TEST(FrameDecoder, AcceptsACharacterCutByFragments) {
    const std::string input =
        client_frame({Opcode::kText, "\xE2\x82", false}) + client_frame({Opcode::kContinuation, "\xAC", true});
    EXPECT_THAT(decode(input, kLimits).events, ElementsAre("text:\xE2\x82\xAC"));
}

TEST(FrameDecoder, DoesNotValidateBinaryAsText) {
    EXPECT_THAT(decode(client_frame({Opcode::kBinary, "\xFF\xFE"}), kLimits).events, ElementsAre("binary:\xFF\xFE"));
}

TEST(FrameDecoder, TakesAMessageOfExactlyTheLimit) {
    const FrameDecoder::Limits limits{10, 4, false};
    EXPECT_THAT(decode(client_text("0123456789"), limits).events, ElementsAre("text:0123456789"));
    const std::string pieces =
        client_frame({Opcode::kText, "01234", false}) + client_frame({Opcode::kContinuation, "56789", true});
    EXPECT_THAT(decode(pieces, limits).events, ElementsAre("text:0123456789"));
}

// --- memory

TEST(FrameDecoder, OwnsNoMemoryBetweenMessages) {
    FrameDecoder decoder(kLimits);
    RecordingSink sink;
    std::string input = client_text(std::string(1000, 'x'));
    std::string head = input.substr(0, 500);
    std::string tail = input.substr(500);
    EXPECT_EQ(decoder.feed(head, sink).consumed, head.size());
    EXPECT_GT(decoder.held_bytes(), 0u);
    EXPECT_TRUE(decoder.mid_message());
    decoder.feed(tail, sink);
    EXPECT_EQ(sink.events.size(), 1u);
    EXPECT_EQ(decoder.held_bytes(), 0u);
    EXPECT_FALSE(decoder.mid_message());
}

TEST(FrameDecoder, FreesTheStorageOfAControlFrameThatCameInPieces) {
    FrameDecoder decoder(kLimits);
    RecordingSink sink;
    std::string input = client_frame({Opcode::kPing, "payload"});
    for (char& byte : input) decoder.feed({&byte, 1}, sink);
    EXPECT_THAT(sink.events, ElementsAre("ping:payload"));
    EXPECT_EQ(decoder.held_bytes(), 0u);
}

TEST(FrameDecoder, AnAnnouncedLengthAllocatesNothing) {
    const FrameDecoder::Limits limits{16 * 1024 * 1024, 4, true};
    FrameDecoder decoder(limits);
    RecordingSink sink;
    std::string input = client_header({}, 16 * 1024 * 1024);
    decoder.feed(input, sink);
    EXPECT_EQ(decoder.held_bytes(), 0u);
    std::string one = "x";
    decoder.feed(one, sink);
    EXPECT_LE(decoder.held_bytes(), 256u);
}

TEST(FrameDecoder, HoldsAtMostTwiceWhatWasReceived) {
    FrameDecoder decoder(kLimits);
    RecordingSink sink;
    std::string header = client_header({}, 60000);
    decoder.feed(header, sink);
    for (std::size_t received = 1000; received < 60000; received += 1000) {
        std::string piece(1000, 'a');
        apply_mask(piece, MaskKey{0x37, 0xFA, 0x21, 0x3D});
        ASSERT_FALSE(decoder.feed(piece, sink).error);
        EXPECT_LE(decoder.held_bytes(), 2 * received);
    }
}

// --- pause

TEST(FrameDecoder, StopsAfterTheMessageAtWhichTheSinkPauses) {
    const std::string first = client_text("first");
    std::string input = first + client_text("second");
    const std::string untouched = input.substr(first.size());
    FrameDecoder decoder(kLimits);
    RecordingSink sink([](std::size_t event) { return event != 0; });
    const FeedResult result = decoder.feed(input, sink);
    EXPECT_EQ(result.consumed, first.size());
    EXPECT_THAT(sink.events, ElementsAre("text:first"));
    EXPECT_EQ(input.substr(first.size()), untouched);
    decoder.feed(std::span(input).subspan(result.consumed), sink);
    EXPECT_THAT(sink.events, ElementsAre("text:first", "text:second"));
}

// --- close

TEST(FrameDecoder, ReportsACloseWithAndWithoutACode) {
    EXPECT_THAT(decode(client_frame({Opcode::kClose, ""}), kLimits).events, ElementsAre("close:1005:"));
    EXPECT_THAT(decode(client_frame({Opcode::kClose, close_payload(1001, "bye")}), kLimits).events,
                ElementsAre("close:1001:bye"));
}

TEST(FrameDecoder, EatsNothingAfterAClose) {
    const std::string close = client_frame({Opcode::kClose, close_payload(1000)});
    std::string input = close + client_text("late");
    FrameDecoder decoder(kLimits);
    RecordingSink sink;
    EXPECT_EQ(decoder.feed(input, sink).consumed, close.size());
    EXPECT_TRUE(decoder.finished());
    EXPECT_EQ(decoder.feed(std::span(input).subspan(close.size()), sink).consumed, 0u);
    EXPECT_THAT(sink.events, ElementsAre("close:1000:"));
}

TEST(FrameDecoder, EatsNothingAfterAnError) {
    std::string input = bytes({0x81, 0x00});
    FrameDecoder decoder(kLimits);
    RecordingSink sink;
    EXPECT_TRUE(decoder.feed(input, sink).error);
    std::string more = client_text("late");
    const FeedResult again = decoder.feed(more, sink);
    EXPECT_EQ(again.consumed, 0u);
    EXPECT_FALSE(again.error);
    EXPECT_THAT(sink.events, IsEmpty());
}

TEST(FrameDecoder, ClosesOnABadClosePayload) {
    expect_error(client_frame({Opcode::kClose, "x"}), CloseCode::kProtocolError, "close payload of one byte");
    expect_error(client_frame({Opcode::kClose, close_payload(1005)}), CloseCode::kProtocolError, "invalid close code");
    expect_error(client_frame({Opcode::kClose, close_payload(2999)}), CloseCode::kProtocolError, "invalid close code");
    expect_error(client_frame({Opcode::kClose, close_payload(1000, "\xFF")}), CloseCode::kInvalidPayload,
                 "close reason is not UTF-8");
}

// --- refusals

TEST(FrameDecoder, ClosesOnAnUnmaskedClientFrame) {
    expect_error(bytes({0x81, 0x05}) + "Hello", CloseCode::kProtocolError, "frame is not masked");
}

TEST(FrameDecoder, ClosesOnReservedBits) {
    for (const int bit : {0x40, 0x20, 0x10}) {
        expect_error(bytes({0x81 | bit, 0x80}), CloseCode::kProtocolError, "reserved bits set");
    }
}

TEST(FrameDecoder, ClosesOnReservedOpcodes) {
    for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        expect_error(bytes({0x80 | opcode, 0x80}), CloseCode::kProtocolError, "reserved opcode");
    }
}

TEST(FrameDecoder, ClosesOnALongOrFragmentedControlFrame) {
    expect_error(bytes({0x89, 0x80 | 126}), CloseCode::kProtocolError, "control frame over 125 bytes");
    expect_error(bytes({0x88, 0x80 | 127}), CloseCode::kProtocolError, "control frame over 125 bytes");
    expect_error(bytes({0x09, 0x80}), CloseCode::kProtocolError, "fragmented control frame");
}

TEST(FrameDecoder, ClosesOnALengthWithItsTopBitSet) {
    expect_error(bytes({0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0}), CloseCode::kProtocolError,
                 "length has its top bit set");
}

TEST(FrameDecoder, ClosesOnALengthThatIsNotMinimal) {
    expect_error(bytes({0x81, 0xFE, 0, 125}), CloseCode::kProtocolError, "length is not minimally encoded");
    expect_error(bytes({0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}), CloseCode::kProtocolError,
                 "length is not minimally encoded");
}

TEST(FrameDecoder, ClosesOnAContinuationWithoutAMessage) {
    expect_error(client_frame({Opcode::kContinuation, "x", false}), CloseCode::kProtocolError,
                 "continuation without a message");
    const Outcome after_whole = decode(client_text("a") + client_frame({Opcode::kContinuation, "b"}), kLimits);
    EXPECT_EQ(after_whole.error_code, 1002);
}

TEST(FrameDecoder, ClosesOnAMessageInsideAFragmentedMessage) {
    expect_error(client_frame({Opcode::kText, "x", false}) + client_text("y"), CloseCode::kProtocolError,
                 "message inside a fragmented message");
}

TEST(FrameDecoder, ClosesOnAMessageOverTheLimitAtItsHeader) {
    const FrameDecoder::Limits limits{10, 4, true};
    expect_error(client_header({}, 11), CloseCode::kTooBig, "message too big", limits);
    expect_error(bytes({0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}), CloseCode::kTooBig,
                 "message too big", limits);
}

TEST(FrameDecoder, CountsAllFragmentsAgainstTheLimit) {
    const FrameDecoder::Limits limits{10, 4, true};
    expect_error(client_frame({Opcode::kText, "123456", false}) + client_header({Opcode::kContinuation, "", true}, 5),
                 CloseCode::kTooBig, "message too big", limits);
}

TEST(FrameDecoder, ClosesOnTooManyFragments) {
    const FrameDecoder::Limits limits{10, 3, true};
    std::string input = client_frame({Opcode::kText, "", false});
    input += client_frame({Opcode::kContinuation, "", false}) + client_frame({Opcode::kContinuation, "", false});
    EXPECT_EQ(decode(input, limits).error_code, 0);
    expect_error(input + client_frame({Opcode::kContinuation, "", true}), CloseCode::kTooBig, "too many fragments",
                 limits);
}

TEST(FrameDecoder, CountsTheFragmentsOfEachMessageAnew) {
    const FrameDecoder::Limits limits{10, 2, true};
    const std::string message =
        client_frame({Opcode::kText, "a", false}) + client_frame({Opcode::kContinuation, "b", true});
    EXPECT_THAT(decode(message + message, limits).events, ElementsAre("text:ab", "text:ab"));
}

TEST(FrameDecoder, ClosesOnBinaryWhereOnlyTextIsAccepted) {
    expect_error(client_frame({Opcode::kBinary, "x"}), CloseCode::kUnsupportedData, "binary messages are not accepted",
                 {1024, 4, false});
}

TEST(FrameDecoder, ClosesOnTextThatIsNotUtf8) {
    expect_error(client_text("ok\xC0\x80"), CloseCode::kInvalidPayload, "text is not UTF-8");
    expect_error(client_text("cut \xE2\x82"), CloseCode::kInvalidPayload, "text is not UTF-8");
    expect_error(client_frame({Opcode::kText, "\xE2\x82", false}) + client_frame({Opcode::kContinuation, "x", true}),
                 CloseCode::kInvalidPayload, "text is not UTF-8");
}

TEST(FrameDecoder, FailsAtTheByteThatMakesTextInvalidThoughTheFrameGoesOn) {
    FrameDecoder decoder(kLimits);
    RecordingSink sink;
    std::string input = client_frame({Opcode::kText, "\xCE\xBA\xF4\x90\x80\x80 and more"});
    std::string until_f4 = input.substr(0, 6 + 3);
    std::string the_90 = input.substr(6 + 3, 1);
    EXPECT_FALSE(decoder.feed(until_f4, sink).error);
    const FeedResult result = decoder.feed(the_90, sink);
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->code, CloseCode::kInvalidPayload);
    EXPECT_EQ(decoder.held_bytes(), 0u);
}

TEST(FrameDecoder, KeepsWhatCameBeforeAnError) {
    const Outcome outcome = decode(client_text("good") + bytes({0x81, 0x00}), kLimits);
    EXPECT_THAT(outcome.events, ElementsAre("text:good"));
    EXPECT_EQ(outcome.error_code, 1002);
}

}  // namespace
}  // namespace tidegate::test
