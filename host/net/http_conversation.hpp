#pragma once

// HttpConversation: what a connection is until it is upgraded or closed: requests, one after another, each read whole
// under one deadline, answered by somebody else, and written back. Not a parser (wire::HeadParser is) and not a
// handler. A second request waits in the connection until the first is answered. [loop]

#include "net/http_answer.hpp"
#include "net/upgrade.hpp"
#include "session/transport.hpp"
#include "wire/http_head.hpp"

#include <cstdint>
#include <string>

namespace tidegate::net {

class Connection;
class LoopServer;

class HttpConversation final : public session::StreamSink {
public:
    HttpConversation(LoopServer& server, Connection& connection, Peer peer);
    ~HttpConversation() override;

    void start();
    std::size_t on_bytes(std::span<char> bytes) override;
    void on_writable() override;
    void on_disconnect() override;

    // To the request that is running; the LoopServer has found it by its exchange number.
    void answer(HttpAnswer answer);
    void answer(const HttpResponse& response);
    // Answered before, and nothing of a next request has come.
    bool is_idle() const;

private:
    enum class State : std::uint8_t { kHead, kBody, kRunning, kWriting, kOver };

    std::size_t read_head(std::span<char> bytes);
    std::size_t read_body(std::span<char> bytes);
    void begin_request(bool body_at_hand);
    void begin_body(std::size_t length, bool announce);
    void upgrade();
    void run_request();
    bool run_by_dispatcher();
    void run_by_handler();
    void refuse(int status, const char* reason);
    void send(HttpAnswer answer);
    void continue_writing();
    void answer_is_written();
    void set_timer(std::int64_t delay_ms);
    void cancel_timer();
    void on_timer();
    void end_exchange();

    LoopServer& server_;
    Connection& connection_;
    const Peer peer_;
    HeadParser parser_;
    std::string head_text_;  // a head that came in pieces
    RequestHead head_;
    BufferRef body_;
    std::size_t body_filled_ = 0;
    std::string out_;
    std::size_t out_sent_ = 0;
    std::uint64_t timer_ = 0;
    std::uint64_t exchange_ = 0;
    State state_ = State::kHead;
    bool request_begun_ = true;  // the first request begins with the connection
    bool answered_before_ = false;
    bool head_only_ = false;
    bool keep_alive_ = false;
};

}  // namespace tidegate::net
