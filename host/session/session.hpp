#pragma once

// Session: one client's connection as a state machine, opening → open → closing → closed: what it reads becomes
// messages, what is pushed is gathered and written once per turn, and it closes itself when the peer is silent, stuck
// or breaks the protocol. Not a router: what a message means is its owner's business. Owned by the loop's session
// table. [loop]
//
//   while opening everything pushed is held and nothing is written; release() lets it go
//   closing: a close frame is queued, nothing more is delivered or read; then the transport finishes and disconnects

#include "session/ack_watch.hpp"
#include "session/heartbeat.hpp"
#include "session/lane.hpp"
#include "session/outbox.hpp"
#include "session/session_info.hpp"
#include "session/transport.hpp"
#include "wire/frame_decoder.hpp"

#include "base/clock.hpp"
#include "base/limits.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace tidegate::session {

struct SessionLimits {
    std::size_t message_bytes_max = limits::kMessageBytes;
    std::uint32_t fragments_max = 1024;
    bool accept_binary = false;
    std::size_t outbox_bytes_max = limits::kOutboxBytes;
    std::int64_t outbox_age_ms = limits::kOutboxAgeMs;
    std::int64_t heartbeat_ms = 25'000;
    std::int64_t json_ping_ms = 0;
    std::int64_t close_deadline_ms = 5000;  // a close frame that cannot be written for so long: abort
};

class Session;

// What a session tells its owner. None of these may delete the session.
class SessionOwner {
public:
    virtual void on_message(Session& session, std::string_view text) = 0;
    virtual void on_binary(Session& session, std::string_view bytes) = 0;
    // Something waits to be written: call flush() when the turn ends. Once per turn.
    virtual void on_unflushed(Session& session) = 0;
    // Once; no message and no delivery follows. 1006 when the connection just ended.
    virtual void on_closing(Session& session, std::uint16_t code) = 0;
    // After on_closing: the transport is gone, the session may be deleted on a later occasion.
    virtual void on_gone(Session& session) = 0;
    virtual void on_dropped(Session& session, std::string_view reason, std::size_t count) = 0;

protected:
    ~SessionOwner() = default;
};

// Why a session is not read; it is read when no reason is left.
enum class Pause : std::uint8_t { kOpening = 1, kInFlight = 2, kParked = 4 };

class Session final : public StreamSink, private FrameSink {
public:
    enum class State : std::uint8_t { kOpening, kOpen, kClosing, kClosed };

    Session(SessionInfoRef info, Transport& transport, SessionOwner& owner, OutboxPool& pool, const Clock& clock,
            const SessionLimits& limits);
    ~Session() override;

    const SessionInfoRef& info() const { return info_; }
    SessionId id() const { return info_->id(); }
    State state() const { return state_; }
    bool is_live() const { return state_ <= State::kOpen; }

    // `conflate_key`: a newer frame of that key replaces an unsent one.
    Pushed push(Lane lane, BufferRef frame, BufferRef conflate_key = {});
    // Before everything that is held. Only while opening.
    void push_first(BufferRef frame);
    // A frame, or several laid end to end, that waits for nobody: written at once when nothing is unsent, else pushed.
    Pushed offer(Lane lane, const BufferRef& frames);
    // The kernel is behind or the session is held: frames should be pushed one by one, with their keys.
    bool is_behind() const { return blocked_ || state_ == State::kOpening; }
    void flush();

    // opening → open.
    void release();
    // What is queued goes out before the close frame; when the session is still opening or the consumer is the problem,
    // only what is partly written does.
    void close(std::uint16_t code, std::string_view reason);

    void pause(Pause why);
    void resume(Pause why);
    bool is_paused() const { return pauses_ != 0; }

    // The loop's sweep: heartbeat, stuck reader, closing deadline.
    void sweep(std::int64_t now_ms);

    // StreamSink
    std::size_t on_bytes(std::span<char> bytes) override;
    void on_writable() override;
    void on_disconnect() override;

private:
    bool on_text(std::string_view message) override;
    bool on_binary(std::string_view message) override;
    bool on_ping(std::string_view payload) override;
    bool on_pong(std::string_view payload) override;
    void on_close(std::uint16_t code, std::string_view reason) override;

    bool keeps_reading() const { return state_ == State::kOpen && pauses_ == 0; }
    Pushed enqueue(Lane lane, BufferRef frame, BufferRef conflate_key);
    bool make_room(std::size_t bytes);
    Outbox& outbox();
    void mark_unflushed();
    void begin_closing(std::uint16_t code, BufferRef close_frame);
    void drop_outbox(std::string_view reason);
    std::ptrdiff_t write(std::span<const iovec> parts);
    void settle();
    void set_blocked(bool blocked);

    SessionInfoRef info_;
    Transport* transport_;  // null once disconnected
    SessionOwner& owner_;
    OutboxPool& pool_;
    const Clock& clock_;
    const SessionLimits& limits_;  // shared by all sessions of a kind
    std::unique_ptr<Outbox> outbox_;
    FrameDecoder decoder_;
    Heartbeat heartbeat_;
    AckWatch acks_;
    std::int64_t closing_since_ms_ = 0;
    State state_ = State::kOpening;
    std::uint8_t pauses_ = 0;
    bool blocked_ = false;
    bool unflushed_ = false;
    bool broken_ = false;
    bool finished_ = false;
};

static_assert(sizeof(Session) <= 320, "idle connections are counted in thousands");

}  // namespace tidegate::session
