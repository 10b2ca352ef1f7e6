#pragma once

// RFC 6455 frames to a client: always final and unmasked (§5.1), each in one Buffer that any number of connections may
// share. Not a queue and not a socket. Pure. [any-thread]

#include "base/buffer.hpp"
#include "wire/opcode.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace tidegate {

inline constexpr std::size_t kFrameHeaderMax = 10;

constexpr std::size_t frame_header_size(std::size_t payload_size) {
    if (payload_size < 126) return 2;
    return payload_size <= 0xFFFF ? 4 : 10;
}

// Writes frame_header_size(payload_size) bytes to `out` and returns how many.
std::size_t write_frame_header(char* out, Opcode opcode, std::size_t payload_size);

BufferRef encode_text(std::string_view text);
// One message of several parts laid end to end: one allocation, one copy.
BufferRef encode_text(std::initializer_list<std::string_view> parts);
BufferRef encode_binary(std::string_view bytes);

// Ping or pong; at most kControlPayloadMax bytes.
BufferRef encode_control(Opcode opcode, std::string_view payload);

// The reason (valid UTF-8) is cut between two characters to what fits. kCloseCodeAbsent gives a frame without code and
// reason.
BufferRef encode_close(std::uint16_t code, std::string_view reason);

}  // namespace tidegate
