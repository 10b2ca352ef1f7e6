#pragma once

// Connection: one accepted socket on its loop. It owns the descriptor and moves bytes between it and a StreamSink:
// first the HttpConversation it is born with, after an upgrade the session. Speaks no protocol and has no buffer of its
// own, except for bytes that a paused sink left. [loop]

#include "base/buffer.hpp"
#include "net/event_source.hpp"
#include "net/file_descriptor.hpp"
#include "net/upgrade.hpp"
#include "session/transport.hpp"

#include <cstdint>
#include <memory>

namespace tidegate::net {

class HttpConversation;
class LoopServer;

class Connection final : public EventSource, public session::Transport {
public:
    Connection(LoopServer& server, FileDescriptor socket, Peer peer);
    ~Connection() override;

    // False when the loop cannot watch it; it is then to be deleted.
    bool start();
    void on_events(std::uint32_t events) override;

    // session::Transport
    std::ptrdiff_t write(std::span<const iovec> parts) override;
    void want_writable(bool wanted) override;
    void pause_reading() override;
    void resume_reading() override;
    std::size_t unacknowledged_bytes() const override;
    void finish() override;
    void abort() override;

    // While held, write() takes nothing: the answer to the upgrade goes first.
    void hold_output(bool held) { held_ = held; }
    // From the conversation, inside its on_bytes: what follows is for `session`.
    void hand_over(session::StreamSink& session);
    // Null once a session has taken over.
    HttpConversation* http() const { return http_.get(); }

    std::uint32_t index = 0;  // its place in the LoopServer's list, which alone uses it

private:
    enum class State : std::uint8_t { kOpen, kFinishing, kEnding, kEnded };

    template <class Body>
    void walled(Body&& body);
    void read();
    std::size_t offer(std::span<char> bytes);
    void offer_kept_at_turn_end();
    void offer_kept();
    void discard_until_eof();
    void update_watch();
    void close_socket();
    void end_later();
    void end();

    LoopServer& server_;
    std::unique_ptr<HttpConversation> http_;
    session::StreamSink* sink_;
    BufferRef kept_;  // came while the sink was paused; from kept_from_ on
    std::uint64_t finish_timer_ = 0;
    std::uint32_t kept_from_ = 0;
    std::uint32_t watched_ = 0;
    FileDescriptor socket_;
    State state_ = State::kOpen;
    bool paused_ = false;
    bool wants_writable_ = false;
    bool held_ = false;
    bool offer_queued_ = false;
};

}  // namespace tidegate::net
