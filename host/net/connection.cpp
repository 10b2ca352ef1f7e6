#include "net/connection.hpp"

#include "base/log.hpp"
#include "net/event_loop.hpp"
#include "net/http_conversation.hpp"
#include "net/loop_server.hpp"

#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <exception>

namespace tidegate::net {
namespace {

constexpr std::uint32_t kReadEvents = EPOLLIN | EPOLLRDHUP;

std::size_t size_of(std::span<const iovec> parts) {
    std::size_t size = 0;
    for (const iovec& part : parts) size += part.iov_len;
    return size;
}

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

}  // namespace

Connection::Connection(LoopServer& server, FileDescriptor socket, Peer peer)
    : server_(server),
      http_(std::make_unique<HttpConversation>(server, *this, std::move(peer))),
      sink_(http_.get()),
      socket_(std::move(socket)) {}

Connection::~Connection() = default;

bool Connection::start() {
    watched_ = kReadEvents;
    if (!server_.loop().watch(socket_.get(), watched_, *this)) return false;
    http_->start();
    return true;
}

// What throws inside here has left its sink in an unknown state: the connection ends, the loop goes on.
template <class Body>
void Connection::walled(Body&& body) {
    try {
        body();
    } catch (const std::exception& error) {
        server_.loop().stats().exceptions.add();
        spdlog::error("loop {}: a connection threw: {}", server_.loop().index(), error.what());
        end_later();
    } catch (...) {
        server_.loop().stats().exceptions.add();
        spdlog::error("loop {}: a connection threw something unknown", server_.loop().index());
        end_later();
    }
}

void Connection::on_events(std::uint32_t events) {
    if (state_ == State::kFinishing) return discard_until_eof();
    if (state_ != State::kOpen) return;
    walled([&] {
        if ((events & EPOLLOUT) != 0 && wants_writable_) sink_->on_writable();
        if (state_ != State::kOpen) return;
        const bool reading = !paused_ && !kept_;
        if (reading && (events & (kReadEvents | EPOLLHUP | EPOLLERR)) != 0) return read();
        if ((events & (EPOLLHUP | EPOLLERR)) != 0) end_later();
    });
}

// One recv per wake-up, whatever more there is: level-triggered, it comes back after the others had their turn.
void Connection::read() {
    const std::span<char> buffer = server_.loop().receive_buffer();
    const ssize_t received = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (received < 0 && would_block(errno)) return;
    if (received <= 0) return end_later();
    server_.loop().stats().bytes_in.add(static_cast<std::uint64_t>(received));
    const std::span<char> bytes = buffer.first(static_cast<std::size_t>(received));
    const std::size_t taken = offer(bytes);
    if (taken == bytes.size() || state_ != State::kOpen) return;
    const auto rest = bytes.subspan(taken);
    kept_ = Buffer::copy_of({rest.data(), rest.size()});
    kept_from_ = 0;
    update_watch();
    if (!paused_) offer_kept_at_turn_end();
}

std::size_t Connection::offer(std::span<char> bytes) {
    std::size_t taken = 0;
    while (taken < bytes.size() && state_ == State::kOpen && !paused_) {
        const session::StreamSink* const before = sink_;
        const std::size_t consumed = sink_->on_bytes(bytes.subspan(taken));
        taken += consumed;
        if (consumed == 0 && sink_ == before) break;
    }
    return taken;
}

void Connection::offer_kept_at_turn_end() {
    if (offer_queued_) return;
    offer_queued_ = true;
    server_.loop().at_turn_end([this] {
        offer_queued_ = false;
        walled([&] { offer_kept(); });
    });
}

void Connection::offer_kept() {
    if (state_ != State::kOpen || paused_ || !kept_) return;
    const BufferRef holding = kept_;  // finish() inside the call lets go of it
    const std::size_t left = holding->size() - kept_from_;
    const std::size_t taken = offer({holding->data() + kept_from_, left});
    if (state_ != State::kOpen) return;
    if (taken == left)
        kept_ = {};
    else
        kept_from_ += static_cast<std::uint32_t>(taken);
    update_watch();
    if (kept_ && !paused_) offer_kept_at_turn_end();
}

std::ptrdiff_t Connection::write(std::span<const iovec> parts) {
    if (state_ != State::kOpen) return -1;
    if (held_ || parts.empty()) return 0;
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts.data());  // sendmsg only reads it
    message.msg_iovlen = std::min<std::size_t>(parts.size(), IOV_MAX);
    const ssize_t sent = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    LoopStats& stats = server_.loop().stats();
    stats.sends.add();
    if (sent < 0 || static_cast<std::size_t>(sent) < size_of(parts)) stats.short_sends.add();
    if (sent >= 0) {
        stats.bytes_out.add(static_cast<std::uint64_t>(sent));
        return sent;
    }
    if (would_block(errno) || errno == ENOBUFS) return 0;
    end_later();
    return -1;
}

void Connection::want_writable(bool wanted) {
    wants_writable_ = wanted;
    update_watch();
}

void Connection::pause_reading() {
    paused_ = true;
    update_watch();
}

void Connection::resume_reading() {
    if (!paused_) return;
    paused_ = false;
    update_watch();
    if (kept_) offer_kept_at_turn_end();
}

std::size_t Connection::unacknowledged_bytes() const {
    int bytes = 0;
    if (!socket_ || ::ioctl(socket_.get(), SIOCOUTQ, &bytes) != 0) return 0;
    return static_cast<std::size_t>(std::max(bytes, 0));
}

void Connection::finish() {
    if (state_ != State::kOpen) return;
    if (::shutdown(socket_.get(), SHUT_WR) != 0) return end_later();
    state_ = State::kFinishing;
    kept_ = {};
    update_watch();
    finish_timer_ = server_.loop().run_after(server_.options().finish_ms, [this] {
        finish_timer_ = 0;
        end();
    });
}

// Closing while the peer's bytes are unread would reset the connection, and our last bytes would be lost with it.
void Connection::discard_until_eof() {
    const std::span<char> buffer = server_.loop().receive_buffer();
    const ssize_t received = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (received > 0 || (received < 0 && would_block(errno))) return;
    end();
}

void Connection::abort() {
    if (state_ == State::kOpen && unacknowledged_bytes() > 0) {
        // What the peer does not read would stay in the kernel for minutes.
        const linger reset{1, 0};
        (void)::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    }
    end_later();
}

void Connection::hand_over(session::StreamSink& session) {
    sink_ = &session;
    // Its on_bytes is still on the stack.
    server_.loop().at_turn_end([over = std::move(http_)] {});
}

void Connection::update_watch() {
    if (!socket_) return;
    std::uint32_t wanted = 0;
    if (state_ == State::kFinishing || (!paused_ && !kept_)) wanted |= kReadEvents;
    if (state_ == State::kOpen && wants_writable_) wanted |= EPOLLOUT;
    if (wanted == watched_) return;
    watched_ = wanted;
    if (!server_.loop().change_watch(socket_.get(), wanted, *this)) end_later();
}

void Connection::close_socket() {
    if (!socket_) return;
    server_.loop().unwatch(socket_.get());
    socket_.reset();
}

// The sink may be the caller, so it hears of it on a later turn.
void Connection::end_later() {
    if (state_ == State::kEnding || state_ == State::kEnded) return;
    state_ = State::kEnding;
    close_socket();
    server_.loop().post([this] { end(); });
}

void Connection::end() {
    if (state_ == State::kEnded) return;
    state_ = State::kEnded;
    close_socket();
    server_.loop().cancel_timer(finish_timer_);
    kept_ = {};
    walled([&] { sink_->on_disconnect(); });
    server_.release(*this);
}

}  // namespace tidegate::net
