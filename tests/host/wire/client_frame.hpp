#pragma once

// Frames as a client sends them, correct by default and wrong where a test says so. Test support; pure.

#include "wire/frame_encoder.hpp"
#include "wire/mask.hpp"

#include <string>
#include <string_view>

namespace tidegate::test {

struct ClientFrame {
    Opcode opcode = Opcode::kText;
    std::string payload = {};
    bool fin = true;
    MaskKey mask = {0x37, 0xFA, 0x21, 0x3D};
};

// The header as announced for `payload_size`, without a payload.
inline std::string client_header(const ClientFrame& frame, std::size_t payload_size) {
    char header[kFrameHeaderMax];
    std::string out(header, write_frame_header(header, frame.opcode, payload_size));
    if (!frame.fin) out[0] = static_cast<char>(out[0] & 0x7F);
    out[1] = static_cast<char>(out[1] | 0x80);
    out.append(frame.mask.begin(), frame.mask.end());
    return out;
}

inline std::string client_frame(const ClientFrame& frame) {
    std::string payload = frame.payload;
    apply_mask(payload, frame.mask);
    return client_header(frame, payload.size()) + payload;
}

inline std::string client_text(std::string_view text) { return client_frame({Opcode::kText, std::string(text)}); }

}  // namespace tidegate::test
