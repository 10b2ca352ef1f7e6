#include "session/session.hpp"

#include "base/assert.hpp"
#include "protocol/codes.hpp"
#include "wire/frame_encoder.hpp"

#include <array>
#include <utility>

namespace tidegate::session {
namespace {

constexpr std::size_t kPartsPerWrite = 64;
constexpr std::uint16_t kAbnormal = 1006;

}  // namespace

Session::Session(SessionInfoRef info, Transport& transport, SessionOwner& owner, OutboxPool& pool, const Clock& clock,
                 const SessionLimits& limits)
    : info_(std::move(info)),
      transport_(&transport),
      owner_(owner),
      pool_(pool),
      clock_(clock),
      limits_(limits),
      decoder_({limits.message_bytes_max, limits.fragments_max, limits.accept_binary}),
      heartbeat_(clock.monotonic_ms(), limits.heartbeat_ms, limits.json_ping_ms, info_->id().slot()) {}

Session::~Session() = default;

Outbox& Session::outbox() {
    if (!outbox_) outbox_ = pool_.take();
    return *outbox_;
}

void Session::mark_unflushed() {
    if (unflushed_ || blocked_ || state_ == State::kOpening) return;
    unflushed_ = true;
    owner_.on_unflushed(*this);
}

Pushed Session::push(Lane lane, BufferRef frame, BufferRef conflate_key) {
    if (!is_live() || broken_) {
        owner_.on_dropped(*this, "closed", 1);
        return Pushed::kDropped;
    }
    return enqueue(lane, std::move(frame), std::move(conflate_key));
}

Pushed Session::enqueue(Lane lane, BufferRef frame, BufferRef conflate_key) {
    if (!make_room(frame->size())) return Pushed::kDropped;
    if (outbox().push(lane, std::move(frame), std::move(conflate_key)) > 0) owner_.on_dropped(*this, "conflated", 1);
    mark_unflushed();
    return is_behind() ? Pushed::kBackpressure : Pushed::kQueued;
}

// The kernel may take what this turn has gathered; only then is a consumer called slow. One frame of any size goes into
// an empty outbox.
bool Session::make_room(std::size_t bytes) {
    const auto fits = [&] {
        return !outbox_ || outbox_->empty() || outbox_->bytes() + bytes <= limits_.outbox_bytes_max;
    };
    if (fits()) return true;
    if (!is_behind()) flush();
    if (is_live() && fits()) return true;
    owner_.on_dropped(*this, is_live() ? "slow_consumer" : "closed", 1);
    if (is_live()) close(protocol::close::kSlowConsumer, protocol::close_reason(protocol::close::kSlowConsumer));
    return false;
}

void Session::push_first(BufferRef frame) {
    TG_ASSERT(state_ == State::kOpening, "only a session that opens has a first message");
    outbox().push_front(std::move(frame));
}

Pushed Session::offer(Lane lane, const BufferRef& frames) {
    const bool nothing_unsent = !outbox_ || outbox_->empty();
    if (state_ != State::kOpen || blocked_ || !nothing_unsent) return push(lane, frames);
    const iovec part{const_cast<char*>(frames->data()), frames->size()};
    const std::ptrdiff_t taken = write({&part, 1});
    if (taken < 0) return Pushed::kDropped;
    if (static_cast<std::size_t>(taken) == frames->size()) return Pushed::kQueued;
    if (taken == 0) {
        outbox().push(lane, frames);
    } else {
        outbox().set_partial(frames, static_cast<std::size_t>(taken));
    }
    set_blocked(true);
    return Pushed::kBackpressure;
}

void Session::release() {
    if (state_ != State::kOpening) return;
    state_ = State::kOpen;
    if (outbox_) mark_unflushed();
}

void Session::flush() {
    unflushed_ = false;
    if (state_ == State::kOpening || !transport_ || broken_) return;
    while (outbox_ && !outbox_->empty()) {
        std::array<iovec, kPartsPerWrite> parts;
        const std::size_t count = outbox_->gather(parts);
        std::size_t offered = 0;
        for (std::size_t i = 0; i < count; ++i) offered += parts[i].iov_len;
        const std::ptrdiff_t taken = write({parts.data(), count});
        if (taken < 0) return;
        outbox_->consume(static_cast<std::size_t>(taken));
        if (static_cast<std::size_t>(taken) < offered) {
            set_blocked(true);
            return;
        }
    }
    settle();
}

std::ptrdiff_t Session::write(std::span<const iovec> parts) {
    const std::ptrdiff_t taken = transport_->write(parts);
    if (taken < 0) {
        broken_ = true;
        drop_outbox("disconnected");
    } else {
        acks_.wrote(static_cast<std::size_t>(taken));
    }
    return taken;
}

// Everything is written.
void Session::settle() {
    if (outbox_) pool_.give_back(std::move(outbox_));
    set_blocked(false);
    if (state_ == State::kClosing && !finished_) {
        finished_ = true;
        transport_->finish();
    }
}

void Session::set_blocked(bool blocked) {
    if (blocked_ == blocked) return;
    blocked_ = blocked;
    info_->behind = blocked;
    transport_->want_writable(blocked);
}

void Session::on_writable() {
    if (blocked_) flush();
}

void Session::close(std::uint16_t code, std::string_view reason) {
    if (!is_live()) return;
    if (state_ == State::kOpening || code == protocol::close::kSlowConsumer) {
        drop_outbox(code == protocol::close::kSlowConsumer ? "slow_consumer" : "closed");
    }
    begin_closing(code, encode_close(code, reason));
}

void Session::begin_closing(std::uint16_t code, BufferRef close_frame) {
    state_ = State::kClosing;
    closing_since_ms_ = clock_.monotonic_ms();
    if (!broken_ && transport_) {
        outbox().set_close(std::move(close_frame));
        mark_unflushed();
    }
    owner_.on_closing(*this, code);
}

void Session::drop_outbox(std::string_view reason) {
    if (!outbox_) return;
    if (const std::size_t frames = outbox_->drop_whole_frames(); frames > 0) owner_.on_dropped(*this, reason, frames);
}

void Session::pause(Pause why) {
    const bool was_reading = pauses_ == 0;
    pauses_ |= static_cast<std::uint8_t>(why);
    if (was_reading && transport_) transport_->pause_reading();
}

void Session::resume(Pause why) {
    if (pauses_ == 0) return;
    pauses_ &= static_cast<std::uint8_t>(~static_cast<unsigned>(why));
    if (pauses_ != 0) return;
    heartbeat_.restart(clock_.monotonic_ms());
    if (transport_) transport_->resume_reading();
}

void Session::sweep(std::int64_t now_ms) {
    if (!transport_ || broken_) return;
    if (state_ == State::kClosing) {
        if (!finished_ && now_ms - closing_since_ms_ >= limits_.close_deadline_ms) {
            finished_ = true;
            transport_->abort();
        }
        return;
    }
    if ((acks_.is_watching() || blocked_) &&
        acks_.is_stuck(now_ms, transport_->unacknowledged_bytes() + (blocked_ ? 1 : 0), limits_.outbox_age_ms)) {
        close(protocol::close::kSlowConsumer, protocol::close_reason(protocol::close::kSlowConsumer));
        return;
    }
    if (state_ != State::kOpen || is_paused()) return;
    switch (heartbeat_.sweep(now_ms)) {
        case Heartbeat::Due::kNothing:
            break;
        case Heartbeat::Due::kPing:
            push(Lane::kControl, encode_control(Opcode::kPing, {}));
            break;
        case Heartbeat::Due::kMissed:
            close(protocol::close::kHeartbeatMissed, protocol::close_reason(protocol::close::kHeartbeatMissed));
            return;
    }
    if (heartbeat_.json_ping_due(now_ms)) push(Lane::kControl, encode_text(R"({"type":"ping"})"));
}

std::size_t Session::on_bytes(std::span<char> bytes) {
    if (!is_live()) return bytes.size();
    if (!keeps_reading()) return 0;
    const FeedResult result = decoder_.feed(bytes, *this);
    if (result.error && is_live()) {
        close(static_cast<std::uint16_t>(result.error->code), result.error->reason);
    }
    return is_live() ? result.consumed : bytes.size();
}

void Session::on_disconnect() {
    if (state_ == State::kClosed) return;
    transport_ = nullptr;
    if (is_live()) {
        drop_outbox("disconnected");
        begin_closing(kAbnormal, {});
    }
    outbox_ = nullptr;
    state_ = State::kClosed;
    owner_.on_gone(*this);
}

bool Session::on_text(std::string_view message) {
    owner_.on_message(*this, message);
    return keeps_reading();
}

bool Session::on_binary(std::string_view message) {
    owner_.on_binary(*this, message);
    return keeps_reading();
}

bool Session::on_ping(std::string_view payload) {
    push(Lane::kControl, encode_control(Opcode::kPong, payload));
    return keeps_reading();
}

bool Session::on_pong(std::string_view) {
    heartbeat_.on_pong();
    return true;
}

// The peer closes: it gets its own code back, and nothing else (RFC 6455 §5.5.1).
void Session::on_close(std::uint16_t code, std::string_view) {
    if (!is_live()) return;
    drop_outbox("closed");
    begin_closing(code, encode_close(code, {}));
}

}  // namespace tidegate::session
