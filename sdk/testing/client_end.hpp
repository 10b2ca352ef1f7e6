#pragma once

// ClientEnd: a connection without a socket, and the client at its far end: it reads what the session writes, decodes it
// into messages, answers pings, and keeps what it sends until it is delivered. One thread.

#include "session/transport.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::kit {

class ClientEnd final : public session::Transport {
public:
    // --- the host's side ---
    std::ptrdiff_t write(std::span<const iovec> parts) override;
    void want_writable(bool wanted) override { wants_writable_ = wanted; }
    void pause_reading() override { host_reads_ = false; }
    void resume_reading() override { host_reads_ = true; }
    std::size_t unacknowledged_bytes() const override { return 0; }
    void finish() override { ends_ = true; }
    void abort() override { ends_ = true; }
    void attach(session::StreamSink& sink) { sink_ = &sink; }

    // --- the client's side ---
    void say(std::string_view text);
    void say_close(std::uint16_t code);
    void stop_reading() { reads_ = false; }
    void read_on() { reads_ = true; }
    void be_silent() { silent_ = true; }
    void drop() { ends_ = true; }

    // Something that the loop would be told of by the kernel; deliver() tells it, as one event of a turn.
    bool has_event() const;
    void deliver();
    bool is_gone() const { return gone_; }

    std::vector<nlohmann::json> received;
    std::string problem;  // the first thing that no client could read
    int close_code = 0;
    std::string close_reason;

private:
    void read(std::string_view bytes);
    void take_frame(int opcode, std::string payload);

    session::StreamSink* sink_ = nullptr;
    std::deque<std::string> unsent_;  // frames, the first perhaps in part
    std::string unread_;
    bool host_reads_ = true;
    bool reads_ = true;
    bool silent_ = false;
    bool wants_writable_ = false;
    bool ends_ = false;
    bool gone_ = false;
};

}  // namespace tidegate::kit
