#include "wire/frame_encoder.hpp"

#include "base/assert.hpp"
#include "wire/close_code.hpp"
#include "wire/utf8.hpp"

#include <cstring>

namespace tidegate {
namespace {

BufferRef encode(Opcode opcode, std::initializer_list<std::string_view> parts) {
    std::size_t payload_size = 0;
    for (const std::string_view part : parts) payload_size += part.size();
    BufferRef frame = Buffer::make(frame_header_size(payload_size) + payload_size);
    char* out = frame->data();
    out += write_frame_header(out, opcode, payload_size);
    for (const std::string_view part : parts) {
        if (part.empty()) continue;
        std::memcpy(out, part.data(), part.size());
        out += part.size();
    }
    return frame;
}

}  // namespace

std::size_t write_frame_header(char* out, Opcode opcode, std::size_t payload_size) {
    const std::size_t size = frame_header_size(payload_size);
    out[0] = static_cast<char>(0x80 | static_cast<std::uint8_t>(opcode));
    // §5.2: the shortest of the three length forms, in network byte order.
    if (size == 2) {
        out[1] = static_cast<char>(payload_size);
        return size;
    }
    out[1] = static_cast<char>(size == 4 ? 126 : 127);
    for (std::size_t at = size; at > 2; --at) {
        out[at - 1] = static_cast<char>(payload_size & 0xFF);
        payload_size >>= 8;
    }
    return size;
}

BufferRef encode_text(std::string_view text) { return encode(Opcode::kText, {text}); }
BufferRef encode_text(std::initializer_list<std::string_view> parts) { return encode(Opcode::kText, parts); }
BufferRef encode_binary(std::string_view bytes) { return encode(Opcode::kBinary, {bytes}); }

BufferRef encode_control(Opcode opcode, std::string_view payload) {
    TG_ASSERT(opcode == Opcode::kPing || opcode == Opcode::kPong, "a close frame is made by encode_close");
    TG_ASSERT(payload.size() <= kControlPayloadMax, "control frames carry at most 125 bytes");
    return encode(opcode, {payload});
}

BufferRef encode_close(std::uint16_t code, std::string_view reason) {
    if (code == kCloseCodeAbsent) return encode(Opcode::kClose, {});
    TG_ASSERT(is_valid_on_wire(code), "this close code may not be sent");
    const char code_bytes[2] = {static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    return encode(Opcode::kClose, {std::string_view(code_bytes, 2), cut_utf8(reason, kControlPayloadMax - 2)});
}

}  // namespace tidegate
