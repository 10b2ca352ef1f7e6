#include "net/acceptor.hpp"

#include "base/log.hpp"
#include "net/event_loop.hpp"
#include "net/http_answer.hpp"
#include "net/listening_socket.hpp"
#include "net/loop_server.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>

#include <cerrno>
#include <cstring>

namespace tidegate::net {
namespace {

// More wait for the next turn, so that those already here are served meanwhile.
constexpr int kAcceptsPerTurn = 128;
constexpr std::int64_t kRestMs = 50;

FileDescriptor open_spare() { return FileDescriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

int read_tcp_option(int fd, int option) {
    int value = 0;
    socklen_t size = sizeof(value);
    return ::getsockopt(fd, IPPROTO_TCP, option, &value, &size) == 0 ? value : -1;
}

}  // namespace

Acceptor::Acceptor(LoopServer& server, FileDescriptor socket)
    : server_(server), socket_(std::move(socket)), spare_(open_spare()) {}

Acceptor::~Acceptor() = default;

void Acceptor::start() {
    if (socket_ && !server_.loop().watch(socket_.get(), EPOLLIN, *this))
        spdlog::error("loop {}: watch the listening socket: {}", server_.loop().index(), std::strerror(errno));
}

void Acceptor::stop() {
    if (!socket_) return;
    server_.loop().cancel_timer(rest_timer_);
    server_.loop().unwatch(socket_.get());
    for (int left = SOMAXCONN; left > 0 && accept_one(); --left) {
    }
    socket_.reset();
}

void Acceptor::on_events(std::uint32_t) {
    if (!socket_) return;
    for (int i = 0; i < kAcceptsPerTurn; ++i) {
        if (!accept_one()) break;
    }
}

bool Acceptor::accept_one() {
    FileDescriptor accepted(::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (accepted) {
        admit(std::move(accepted));
        return true;
    }
    switch (errno) {
        case EAGAIN:
            return false;
        case EMFILE:
        case ENFILE:
            shed_one();
            return false;
        case ENOBUFS:
        case ENOMEM:
            server_.loop().stats().accept_errors.add();
            rest_for_a_while();
            return false;
        default:  // accept(2): errors of the new connection itself come this way; the next one may be well
            server_.loop().stats().accept_errors.add();
            return errno == EINTR || errno == ECONNABORTED;
    }
}

void Acceptor::admit(FileDescriptor socket) {
    LoopStats& stats = server_.loop().stats();
    if (server_.is_full()) {
        stats.refused_full.add();
        stats.count_refusal(503);
        const std::string answer = canned_answer(503, "too many connections");
        (void)::send(socket.get(), answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        ::shutdown(socket.get(), SHUT_WR);
        return;
    }
    ensure_inherited_options(socket.get());
    SocketAddress peer;
    if (::getpeername(socket.get(), peer.get(), &peer.size) != 0) {
        stats.accept_errors.add();  // gone already
        return;
    }
    server_.admit(std::move(socket), peer.peer());
}

void Acceptor::shed_one() {
    LoopStats& stats = server_.loop().stats();
    spare_.reset();
    FileDescriptor shed(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    const bool shed_any = static_cast<bool>(shed);
    if (shed_any) stats.refused_no_file.add();
    shed.reset();
    spare_ = open_spare();
    if (!shed_any || !spare_) rest_for_a_while();
}

// The listening socket stays readable while nothing can be accepted: looking away is what keeps the loop from spinning.
void Acceptor::rest_for_a_while() {
    if (rest_timer_ != 0) return;
    EventLoop& loop = server_.loop();
    loop.unwatch(socket_.get());
    rest_timer_ = loop.run_after(kRestMs, [this] {
        rest_timer_ = 0;
        if (!spare_) spare_ = open_spare();
        start();
    });
}

// Linux lets accepted sockets inherit both; believed only after one look.
void Acceptor::ensure_inherited_options(int fd) {
    if (!options_checked_) {
        options_checked_ = true;
        must_set_options_ =
            read_tcp_option(fd, TCP_NODELAY) <= 0 || read_tcp_option(fd, TCP_NOTSENT_LOWAT) != kNotSentLowWaterBytes;
        if (must_set_options_) spdlog::warn("accepted sockets do not inherit their options; setting them one by one");
    }
    if (!must_set_options_) return;
    const int on = 1;
    (void)::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    (void)::setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kNotSentLowWaterBytes, sizeof(kNotSentLowWaterBytes));
}

}  // namespace tidegate::net
