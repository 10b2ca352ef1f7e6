#include "wire/frame_decoder.hpp"

#include "base/assert.hpp"
#include "wire/utf8.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>

namespace tidegate {
namespace {

constexpr std::size_t kHeaderBytesMax = 14;
constexpr std::size_t kFirstAllocationBytes = 256;

DecodeError protocol_error(const char* reason) { return {CloseCode::kProtocolError, reason}; }
DecodeError not_utf8(const char* reason) { return {CloseCode::kInvalidPayload, reason}; }

// §5.2: network byte order.
std::uint64_t read_big_endian(const char* bytes, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
    return value;
}

std::size_t extended_length_bytes(std::uint8_t short_length) {
    if (short_length == 126) return 2;
    return short_length == 127 ? 8 : 0;
}

}  // namespace

struct FrameDecoder::Header {
    bool complete = false;
    std::uint8_t size = 0;
    Opcode opcode = Opcode::kContinuation;
    bool fin = false;
    std::uint32_t payload_bytes = 0;
    MaskKey mask{};
    std::optional<DecodeError> error;
};

FrameDecoder::FrameDecoder(Limits limits) : limits_(limits) {
    TG_ASSERT(limits.message_bytes_max <= std::numeric_limits<std::uint32_t>::max() - kControlPayloadMax,
              "offsets in a message are 32 bits");
}

FeedResult FrameDecoder::feed(std::span<char> bytes, FrameSink& sink) {
    FeedResult result;
    std::span<char> rest = bytes;
    Step step = finished_ ? Step::kPaused : Step::kContinue;
    while (step == Step::kContinue) {
        step = in_payload_ ? take_payload(rest, sink, result.error) : take_header(rest, result.error);
    }
    if (step == Step::kFailed) {
        finished_ = true;
        release_storage();
    }
    result.consumed = bytes.size() - rest.size();
    return result;
}

// Judges as much of a header as is there, so that every split comes to the same verdict at the same byte.
FrameDecoder::Header FrameDecoder::read_header(const char* bytes, std::size_t size) const {
    Header header;
    if (size < 2) return header;
    const auto first = static_cast<std::uint8_t>(bytes[0]);
    const auto second = static_cast<std::uint8_t>(bytes[1]);
    header.error = check_start(first, second);
    if (header.error) return header;

    header.opcode = static_cast<Opcode>(first & 0x0F);
    header.fin = (first & 0x80) != 0;
    const std::uint8_t short_length = second & 0x7F;
    const std::size_t extended = extended_length_bytes(short_length);
    if (size < 2 + extended) return header;
    const std::uint64_t length = extended == 0 ? short_length : read_big_endian(bytes + 2, extended);
    header.error = check_length(length, short_length, header.opcode);
    if (header.error) return header;

    header.payload_bytes = static_cast<std::uint32_t>(length);
    header.size = static_cast<std::uint8_t>(2 + extended + header.mask.size());
    if (size < header.size) return header;
    std::memcpy(header.mask.data(), bytes + 2 + extended, header.mask.size());
    header.complete = true;
    return header;
}

std::optional<DecodeError> FrameDecoder::check_start(std::uint8_t first, std::uint8_t second) const {
    // §5.2: RSV1-3 are 0 unless an extension is negotiated; none is.
    if (first & 0x70) return protocol_error("reserved bits set");
    // §5.2: opcodes 3-7 and B-F are reserved.
    if (!is_known_opcode(first & 0x0F)) return protocol_error("reserved opcode");
    // §5.1: a server must close on a frame that is not masked.
    if (!(second & 0x80)) return protocol_error("frame is not masked");

    const auto opcode = static_cast<Opcode>(first & 0x0F);
    const bool fin = (first & 0x80) != 0;
    if (is_control(opcode)) {
        // §5.5
        if (!fin) return protocol_error("fragmented control frame");
        if ((second & 0x7F) > kControlPayloadMax) return protocol_error("control frame over 125 bytes");
        return std::nullopt;
    }
    const bool message_open = message_opcode_ != Opcode::kContinuation;
    // §5.4: fragments of one message are not interleaved with another.
    if (opcode == Opcode::kContinuation && !message_open) return protocol_error("continuation without a message");
    if (opcode != Opcode::kContinuation && message_open) return protocol_error("message inside a fragmented message");
    // §7.4.1
    if (opcode == Opcode::kBinary && !limits_.accept_binary) {
        return DecodeError{CloseCode::kUnsupportedData, "binary messages are not accepted"};
    }
    if (message_open && fragments_ >= limits_.fragments_max) {
        return DecodeError{CloseCode::kTooBig, "too many fragments"};
    }
    return std::nullopt;
}

std::optional<DecodeError> FrameDecoder::check_length(std::uint64_t length, std::uint8_t short_length,
                                                      Opcode opcode) const {
    // §5.2: the most significant bit of a 64-bit length is 0, and the shortest form is the only one.
    if (length >> 63) return protocol_error("length has its top bit set");
    if (short_length == 126 && length < 126) return protocol_error("length is not minimally encoded");
    if (short_length == 127 && length <= 0xFFFF) return protocol_error("length is not minimally encoded");
    // §10.4: the announced length is checked before anything is allocated for it.
    if (!is_control(opcode) && length > limits_.message_bytes_max - message_bytes_) {
        return DecodeError{CloseCode::kTooBig, "message too big"};
    }
    return std::nullopt;
}

FrameDecoder::Step FrameDecoder::take_header(std::span<char>& rest, std::optional<DecodeError>& error) {
    if (rest.empty()) return Step::kStarved;
    Header header;
    if (header_bytes_ == 0) {
        header = read_header(rest.data(), std::min(rest.size(), kHeaderBytesMax));
        if (!header.complete && !header.error) {
            std::memcpy(header_, rest.data(), rest.size());
            header_bytes_ = static_cast<std::uint8_t>(rest.size());
            rest = {};
            return Step::kStarved;
        }
        rest = rest.subspan(header.size);
    } else {
        while (!header.complete && !header.error) {
            if (rest.empty()) return Step::kStarved;
            header_[header_bytes_++] = rest.front();
            rest = rest.subspan(1);
            header = read_header(header_, header_bytes_);
        }
    }
    header_bytes_ = 0;
    error = header.error;
    if (error) return Step::kFailed;
    begin_frame(header);
    return Step::kContinue;
}

void FrameDecoder::begin_frame(const Header& header) {
    frame_opcode_ = header.opcode;
    frame_fin_ = header.fin;
    frame_bytes_left_ = header.payload_bytes;
    mask_ = header.mask;
    in_payload_ = true;
    if (is_control(header.opcode)) return;
    ++fragments_;
    if (header.opcode != Opcode::kContinuation) message_opcode_ = header.opcode;
}

FrameDecoder::Step FrameDecoder::take_payload(std::span<char>& rest, FrameSink& sink,
                                              std::optional<DecodeError>& error) {
    const bool nothing_gathered = used_ == message_bytes_;
    const bool stands_alone = is_control(frame_opcode_) || (frame_fin_ && fragments_ == 1);
    if (nothing_gathered && stands_alone && rest.size() >= frame_bytes_left_)
        return take_whole_frame(rest, sink, error);

    const std::span<char> part = rest.first(std::min<std::size_t>(rest.size(), frame_bytes_left_));
    rest = rest.subspan(part.size());
    apply_mask(part, mask_);
    mask_ = rotate_mask(mask_, part.size());
    gather(part);
    frame_bytes_left_ -= static_cast<std::uint32_t>(part.size());

    if (!is_control(frame_opcode_) && message_opcode_ == Opcode::kText &&
        !is_text_valid_so_far(frame_ends_message() && frame_bytes_left_ == 0)) {
        error = not_utf8("text is not UTF-8");
        return Step::kFailed;
    }
    return frame_bytes_left_ == 0 ? end_gathered_frame(sink, error) : Step::kStarved;
}

FrameDecoder::Step FrameDecoder::take_whole_frame(std::span<char>& rest, FrameSink& sink,
                                                  std::optional<DecodeError>& error) {
    const std::span<char> payload = rest.first(frame_bytes_left_);
    rest = rest.subspan(frame_bytes_left_);
    apply_mask(payload, mask_);
    frame_bytes_left_ = 0;
    in_payload_ = false;
    const std::string_view view(payload.data(), payload.size());
    if (is_control(frame_opcode_)) return deliver_control(view, sink, error);
    const Opcode opcode = message_opcode_;
    // §8.1
    if (opcode == Opcode::kText && !is_valid_utf8(view)) {
        error = not_utf8("text is not UTF-8");
        return Step::kFailed;
    }
    return deliver_message(opcode, view, sink);
}

FrameDecoder::Step FrameDecoder::end_gathered_frame(FrameSink& sink, std::optional<DecodeError>& error) {
    in_payload_ = false;
    if (is_control(frame_opcode_)) {
        const Step step = deliver_control({storage_.get() + message_bytes_, used_ - message_bytes_}, sink, error);
        used_ = message_bytes_;
        if (message_opcode_ == Opcode::kContinuation) release_storage();
        return step;
    }
    message_bytes_ = used_;
    if (!frame_fin_) return Step::kContinue;
    return deliver_message(message_opcode_, {storage_.get(), used_}, sink);
}

FrameDecoder::Step FrameDecoder::deliver_message(Opcode opcode, std::string_view message, FrameSink& sink) {
    const bool go_on = opcode == Opcode::kText ? sink.on_text(message) : sink.on_binary(message);
    release_storage();
    message_opcode_ = Opcode::kContinuation;
    message_bytes_ = validated_bytes_ = fragments_ = 0;
    return go_on ? Step::kContinue : Step::kPaused;
}

FrameDecoder::Step FrameDecoder::deliver_control(std::string_view payload, FrameSink& sink,
                                                 std::optional<DecodeError>& error) {
    if (frame_opcode_ == Opcode::kClose) return deliver_close(payload, sink, error);
    const bool go_on = frame_opcode_ == Opcode::kPing ? sink.on_ping(payload) : sink.on_pong(payload);
    return go_on ? Step::kContinue : Step::kPaused;
}

FrameDecoder::Step FrameDecoder::deliver_close(std::string_view payload, FrameSink& sink,
                                               std::optional<DecodeError>& error) {
    std::uint16_t code = kCloseCodeAbsent;
    std::string_view reason;
    if (!payload.empty()) {
        // §5.5.1: a body begins with a two-byte code.
        if (payload.size() == 1) {
            error = protocol_error("close payload of one byte");
            return Step::kFailed;
        }
        code = static_cast<std::uint16_t>(read_big_endian(payload.data(), 2));
        reason = payload.substr(2);
        // §7.4
        if (!is_valid_on_wire(code)) {
            error = protocol_error("invalid close code");
            return Step::kFailed;
        }
        // §5.5.1, §8.1
        if (!is_valid_utf8(reason)) {
            error = not_utf8("close reason is not UTF-8");
            return Step::kFailed;
        }
    }
    sink.on_close(code, reason);
    finished_ = true;
    release_storage();
    return Step::kPaused;
}

void FrameDecoder::gather(std::span<const char> bytes) {
    const std::size_t needed = used_ + bytes.size();
    if (needed > capacity_) {
        // Doubling keeps byte-by-byte arrival linear; the cap is what the peer may still send of this frame.
        const std::size_t frame_end = used_ + frame_bytes_left_;
        const std::size_t grown = std::max<std::size_t>(std::size_t{2} * capacity_, kFirstAllocationBytes);
        const std::size_t capacity = std::max(needed, std::min(frame_end, grown));
        auto* memory = static_cast<char*>(std::realloc(storage_.get(), capacity));
        if (!memory) throw std::bad_alloc();
        static_cast<void>(storage_.release());
        storage_.reset(memory);
        capacity_ = static_cast<std::uint32_t>(capacity);
    }
    if (bytes.empty()) return;
    std::memcpy(storage_.get() + used_, bytes.data(), bytes.size());
    used_ = static_cast<std::uint32_t>(needed);
}

// §8.1: fails as soon as no further byte can make the text valid; every byte is validated once.
bool FrameDecoder::is_text_valid_so_far(bool complete) {
    const std::string_view unchecked(storage_.get() + validated_bytes_, used_ - validated_bytes_);
    const std::size_t judged = complete ? unchecked.size() : unchecked.size() - incomplete_utf8_tail(unchecked);
    if (!is_valid_utf8(unchecked.substr(0, judged))) return false;
    validated_bytes_ += static_cast<std::uint32_t>(judged);
    return true;
}

void FrameDecoder::release_storage() {
    storage_.reset();
    capacity_ = 0;
    used_ = 0;
}

}  // namespace tidegate
