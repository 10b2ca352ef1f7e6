#pragma once

// RFC 6455 frames from a client, decoded step by step from whatever pieces the socket gives. Not a connection: it
// answers no ping, sends no close and knows no JSON. [loop]
//
// A message that lies whole in the fed bytes is unmasked there and delivered as a view of them, without a copy. Only an
// incomplete frame or a fragmented message is gathered in storage of its own, which grows with the bytes received
// (never with the length announced) and is freed when the message ends: an idle decoder owns no memory. Any split of
// the input gives the same events and the same error.

#include "wire/close_code.hpp"
#include "wire/mask.hpp"
#include "wire/opcode.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace tidegate {

// Receives what was decoded. The views live for the call only and have no readable padding: what must survive, or be
// parsed by simdjson, is copied into a Buffer. Returning false pauses: feed() returns after this event, and the caller
// keeps the bytes that were not consumed and feeds them again later. The sink must neither feed nor destroy the
// decoder.
class FrameSink {
public:
    virtual bool on_text(std::string_view message) = 0;
    virtual bool on_binary(std::string_view message) = 0;
    virtual bool on_ping(std::string_view payload) = 0;
    virtual bool on_pong(std::string_view payload) = 0;
    // The last event. `code` is kCloseCodeAbsent for a close frame without one.
    virtual void on_close(std::uint16_t code, std::string_view reason) = 0;

protected:
    ~FrameSink() = default;
};

// The peer broke the protocol: what to close with. `reason` is a literal.
struct DecodeError {
    CloseCode code;
    const char* reason;
};

struct FeedResult {
    std::size_t consumed = 0;  // less than was fed after a pause, a close or an error
    std::optional<DecodeError> error;
};

class FrameDecoder {
public:
    struct Limits {
        std::size_t message_bytes_max;  // all fragments together; below 4 GiB
        std::uint32_t fragments_max;    // frames of one message
        bool accept_binary;
    };

    explicit FrameDecoder(Limits limits);

    // `bytes` is unmasked in place as far as it is consumed.
    FeedResult feed(std::span<char> bytes, FrameSink& sink);

    // After a close frame or an error nothing more is consumed.
    bool finished() const { return finished_; }
    // Something has begun that has not ended: a header, a frame or a fragmented message (a reason to run a deadline).
    bool mid_message() const { return header_bytes_ > 0 || in_payload_ || message_opcode_ != Opcode::kContinuation; }
    // Storage held now.
    std::size_t held_bytes() const { return capacity_; }

private:
    struct Header;
    enum class Step : std::uint8_t { kContinue, kStarved, kPaused, kFailed };
    struct Free {
        void operator()(char* memory) const { std::free(memory); }
    };

    Header read_header(const char* bytes, std::size_t size) const;
    std::optional<DecodeError> check_start(std::uint8_t first, std::uint8_t second) const;
    std::optional<DecodeError> check_length(std::uint64_t length, std::uint8_t short_length, Opcode opcode) const;

    Step take_header(std::span<char>& rest, std::optional<DecodeError>& error);
    Step take_payload(std::span<char>& rest, FrameSink& sink, std::optional<DecodeError>& error);
    Step take_whole_frame(std::span<char>& rest, FrameSink& sink, std::optional<DecodeError>& error);
    Step end_gathered_frame(FrameSink& sink, std::optional<DecodeError>& error);
    void begin_frame(const Header& header);
    Step deliver_message(Opcode opcode, std::string_view message, FrameSink& sink);
    Step deliver_control(std::string_view payload, FrameSink& sink, std::optional<DecodeError>& error);
    Step deliver_close(std::string_view payload, FrameSink& sink, std::optional<DecodeError>& error);

    void gather(std::span<const char> bytes);
    bool is_text_valid_so_far(bool complete);
    bool frame_ends_message() const { return frame_fin_ && !is_control(frame_opcode_); }
    void release_storage();

    Limits limits_;
    std::unique_ptr<char, Free> storage_;  // the message so far, then the bytes of the current frame
    std::uint32_t capacity_ = 0;
    std::uint32_t used_ = 0;
    std::uint32_t message_bytes_ = 0;    // of earlier, complete frames
    std::uint32_t validated_bytes_ = 0;  // of the text so far
    std::uint32_t fragments_ = 0;
    std::uint32_t frame_bytes_left_ = 0;
    MaskKey mask_{};
    Opcode message_opcode_ = Opcode::kContinuation;  // kContinuation: no fragmented message is open
    Opcode frame_opcode_ = Opcode::kContinuation;
    bool frame_fin_ = false;
    bool in_payload_ = false;
    bool finished_ = false;
    std::uint8_t header_bytes_ = 0;
    char header_[14];  // an incomplete header
};

static_assert(sizeof(FrameDecoder) <= 80, "idle connections are counted in thousands");

}  // namespace tidegate
