#include "client_end.hpp"

#include <utility>

namespace tidegate::kit {

namespace {

// A final, masked frame.
std::string client_frame(int opcode, std::string_view payload) {
    std::string frame(1, static_cast<char>(0x80 | opcode));
    if (payload.size() < 126) {
        frame += static_cast<char>(0x80 | payload.size());
    } else {
        const int digits = payload.size() < 65536 ? 2 : 8;
        frame += static_cast<char>(0x80 | (digits == 2 ? 126 : 127));
        for (int shift = (digits - 1) * 8; shift >= 0; shift -= 8)
            frame += static_cast<char>(payload.size() >> shift & 0xff);
    }
    constexpr char kMask[4] = {1, 2, 3, 4};
    frame.append(kMask, 4);
    for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ kMask[i % 4]);
    return frame;
}

std::string close_payload(std::uint16_t code) { return {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)}; }

}  // namespace

std::ptrdiff_t ClientEnd::write(std::span<const iovec> parts) {
    if (ends_) return -1;
    if (!reads_) return 0;
    std::ptrdiff_t taken = 0;
    for (const iovec& part : parts) {
        read({static_cast<const char*>(part.iov_base), part.iov_len});
        taken += static_cast<std::ptrdiff_t>(part.iov_len);
    }
    return taken;
}

void ClientEnd::read(std::string_view bytes) {
    unread_ += bytes;
    std::string_view left = unread_;
    while (left.size() >= 2) {
        std::size_t size = static_cast<unsigned char>(left[1]);
        std::size_t head = 2;
        if (size >= 126) {
            const std::size_t digits = size == 126 ? 2 : 8;
            if (left.size() < 2 + digits) break;
            size = 0;
            for (std::size_t i = 0; i < digits; ++i) size = size << 8 | static_cast<unsigned char>(left[2 + i]);
            head += digits;
        }
        if (left.size() < head + size) break;
        take_frame(left[0] & 0x0f, std::string(left.substr(head, size)));
        left.remove_prefix(head + size);
    }
    unread_.erase(0, unread_.size() - left.size());
}

void ClientEnd::take_frame(int opcode, std::string payload) {
    switch (opcode) {
        case 1: {
            auto message = nlohmann::json::parse(payload, nullptr, false);
            if (!message.is_object() && problem.empty()) problem = "not a JSON object: " + payload;
            received.push_back(std::move(message));
            return;
        }
        case 8:
            close_code = payload.size() < 2
                             ? 1005
                             : static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
            close_reason = payload.size() < 2 ? "" : payload.substr(2);
            return;
        case 9:
            if (!silent_) unsent_.push_back(client_frame(10, payload));
            return;
        case 10:
            return;
        default:
            if (problem.empty()) problem = "a frame with opcode " + std::to_string(opcode);
    }
}

void ClientEnd::say(std::string_view text) {
    if (!ends_) unsent_.push_back(client_frame(1, text));
}

void ClientEnd::say_close(std::uint16_t code) {
    if (!ends_) unsent_.push_back(client_frame(8, close_payload(code)));
}

bool ClientEnd::has_event() const {
    if (gone_ || !sink_) return false;
    return ends_ || (wants_writable_ && reads_) || (host_reads_ && !unsent_.empty());
}

void ClientEnd::deliver() {
    if (ends_) {
        gone_ = true;
        unsent_.clear();
        if (close_code == 0) close_code = 1006;
        sink_->on_disconnect();
    } else if (wants_writable_ && reads_) {
        sink_->on_writable();
    } else if (host_reads_ && !unsent_.empty()) {
        std::string frame = std::move(unsent_.front());
        unsent_.pop_front();
        const auto consumed = sink_->on_bytes({frame.data(), frame.size()});
        if (consumed < frame.size()) unsent_.push_front(frame.substr(consumed));
    }
}

}  // namespace tidegate::kit
