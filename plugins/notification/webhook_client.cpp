#include "webhook_client.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>

namespace tidegate::notification {
namespace {

constexpr std::size_t kAnswerBytes = 4096;
using Clock = std::chrono::steady_clock;

class Socket {
public:
    explicit Socket(int fd) : fd_(fd) {}
    ~Socket() {
        if (fd_ >= 0) ::close(fd_);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    int fd() const { return fd_; }

private:
    const int fd_;
};

class Exchange {
public:
    explicit Exchange(std::int64_t timeout_ms) : end_(Clock::now() + std::chrono::milliseconds(timeout_ms)) {}

    bool connect(int fd, const addrinfo& to) {
        if (::connect(fd, to.ai_addr, to.ai_addrlen) == 0) return true;
        if (errno != EINPROGRESS || !wait(fd, POLLOUT)) return false;
        int error = 0;
        socklen_t size = sizeof(error);
        ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        errno = error;
        return error == 0;
    }
    bool send(int fd, std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            } else if ((errno != EAGAIN && errno != EINTR) || !wait(fd, POLLOUT)) {
                return false;
            }
        }
        return true;
    }
    // The status line is all that counts.
    std::string receive(int fd) {
        std::string answer;
        char bytes[1024];
        while (answer.size() < kAnswerBytes && answer.find('\n') == std::string::npos) {
            const ssize_t got = ::recv(fd, bytes, sizeof(bytes), 0);
            if (got == 0) break;
            if (got > 0) {
                answer.append(bytes, static_cast<std::size_t>(got));
            } else if ((errno != EAGAIN && errno != EINTR) || !wait(fd, POLLIN)) {
                break;
            }
        }
        return answer;
    }

private:
    bool wait(int fd, short what) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now()).count();
        pollfd poll{fd, what, 0};
        const int ready = left > 0 ? ::poll(&poll, 1, static_cast<int>(left)) : 0;
        if (ready == 0) errno = ETIMEDOUT;
        return ready > 0;
    }
    const Clock::time_point end_;
};

WebhookOutcome failed(const char* act) {
    WebhookOutcome out;
    out.why = std::string(act) + ": " + std::strerror(errno);
    return out;
}

}  // namespace

WebhookOutcome post_webhook(const WebhookAddress& address, std::string_view request, std::int64_t timeout_ms) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    WebhookOutcome out;
    if (const int error = ::getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &found); error != 0) {
        out.why = std::string("resolve the webhook's host: ") + ::gai_strerror(error);
        return out;
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
    Exchange exchange(timeout_ms);
    const Socket socket(::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, found->ai_protocol));
    if (socket.fd() < 0) return failed("open a socket");
    if (!exchange.connect(socket.fd(), *found)) return failed("connect to the webhook");
    if (!exchange.send(socket.fd(), request)) return failed("send to the webhook");
    errno = 0;
    out.status = status_of(exchange.receive(socket.fd()));
    if (out.status == 0) return failed("read the webhook's answer");
    return out;
}

}  // namespace tidegate::notification
