#pragma once

// FakeTransport: a connection without a socket. It takes as many bytes as the test allows, decodes what was written
// into messages, and feeds masked client frames to its sink. Keeps what a paused sink did not consume. One thread.

#include "session/transport.hpp"

#include <algorithm>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::testing {

struct ServerFrame {
    int opcode = 0;
    std::string payload;
};

// A final, masked frame as a client sends it.
inline std::string client_frame(int opcode, std::string_view payload) {
    std::string frame(1, static_cast<char>(0x80 | opcode));
    if (payload.size() < 126) {
        frame += static_cast<char>(0x80 | payload.size());
    } else if (payload.size() < 65536) {
        frame += static_cast<char>(0x80 | 126);
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size() & 0xff);
    } else {
        frame += static_cast<char>(0x80 | 127);
        for (int shift = 56; shift >= 0; shift -= 8) frame += static_cast<char>(payload.size() >> shift & 0xff);
    }
    const char mask[4] = {1, 2, 3, 4};
    frame.append(mask, 4);
    for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ mask[i % 4]);
    return frame;
}

inline std::vector<ServerFrame> decode_server_frames(std::string_view bytes) {
    std::vector<ServerFrame> frames;
    while (bytes.size() >= 2) {
        std::size_t size = static_cast<unsigned char>(bytes[1]);
        std::size_t head = 2;
        if (size >= 126) {
            const std::size_t digits = size == 126 ? 2 : 8;
            if (bytes.size() < 2 + digits) break;
            size = 0;
            for (std::size_t i = 0; i < digits; ++i) size = size << 8 | static_cast<unsigned char>(bytes[2 + i]);
            head += digits;
        }
        if (bytes.size() < head + size) break;
        frames.push_back({bytes[0] & 0x0f, std::string(bytes.substr(head, size))});
        bytes = bytes.substr(head + size);
    }
    return frames;
}

class FakeTransport final : public session::Transport {
public:
    // What the kernel takes from now on, in bytes.
    std::size_t room = std::numeric_limits<std::size_t>::max();
    std::size_t unacknowledged = 0;
    bool broken = false;
    session::StreamSink* sink = nullptr;

    std::string written;
    int writes = 0;
    bool wants_writable = false;
    bool paused = false;
    bool finished = false;
    bool aborted = false;

    std::ptrdiff_t write(std::span<const iovec> parts) override {
        ++writes;
        if (broken) return -1;
        std::size_t taken = 0;
        for (const iovec& part : parts) {
            const std::size_t now = std::min(part.iov_len, room);
            written.append(static_cast<const char*>(part.iov_base), now);
            room -= now;
            taken += now;
            if (now < part.iov_len) break;
        }
        return static_cast<std::ptrdiff_t>(taken);
    }
    void want_writable(bool wanted) override { wants_writable = wanted; }
    void pause_reading() override { paused = true; }
    void resume_reading() override { paused = false; }
    std::size_t unacknowledged_bytes() const override { return unacknowledged; }
    void finish() override { finished = true; }
    void abort() override { aborted = true; }

    // The client sends; what is not consumed waits for the next feed().
    void feed(std::string_view bytes = {}) {
        unread_ += bytes;
        while (!paused && !unread_.empty()) {
            std::string offered = unread_;
            const std::size_t consumed = sink->on_bytes(std::span<char>(offered.data(), offered.size()));
            unread_.erase(0, consumed);
            if (consumed == 0) break;
        }
    }
    void say(std::string_view json) { feed(client_frame(1, json)); }
    void make_room(std::size_t bytes) {
        room = bytes;
        if (wants_writable) sink->on_writable();
    }
    void disconnect() { sink->on_disconnect(); }

    std::vector<ServerFrame> frames() const { return decode_server_frames(written); }
    std::vector<std::string> texts() const {
        std::vector<std::string> out;
        for (const ServerFrame& frame : frames()) {
            if (frame.opcode == 1) out.push_back(frame.payload);
        }
        return out;
    }
    // The texts since the last call.
    std::vector<std::string> take_texts() {
        auto out = texts();
        written.clear();
        return out;
    }
    // 0 when no close frame was written.
    std::uint16_t close_code() const {
        for (const ServerFrame& frame : frames()) {
            if (frame.opcode == 8 && frame.payload.size() >= 2) {
                return static_cast<std::uint16_t>(static_cast<unsigned char>(frame.payload[0]) << 8 |
                                                  static_cast<unsigned char>(frame.payload[1]));
            }
        }
        return 0;
    }
    std::string close_reason() const {
        for (const ServerFrame& frame : frames()) {
            if (frame.opcode == 8 && frame.payload.size() >= 2) return frame.payload.substr(2);
        }
        return {};
    }
    int count_opcode(int opcode) const {
        int count = 0;
        for (const ServerFrame& frame : frames()) count += frame.opcode == opcode;
        return count;
    }

private:
    std::string unread_;
};

}  // namespace tidegate::testing
