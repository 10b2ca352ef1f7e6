#include "webhook_client.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

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
    explicit Exchange(Clock::time_point end) : end_(end) {}

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

// A name's addresses, within a deadline: getaddrinfo() knows none. The C library writes into this until it is done,
// even when nobody waits any more, so one that could not be cancelled in time stays until it is: it may outlive this
// image.
class Lookup {
public:
    static std::unique_ptr<Lookup> start(const WebhookAddress& address) {
        std::unique_ptr<Lookup> one(new Lookup(address));
        gaicb* list[] = {&one->request_};
        one->error_ = ::getaddrinfo_a(GAI_NOWAIT, list, 1, nullptr);
        return one;
    }
    ~Lookup() {
        if (request_.ar_result) ::freeaddrinfo(request_.ar_result);
    }
    Lookup(const Lookup&) = delete;
    Lookup& operator=(const Lookup&) = delete;

    // 0, or an error of gai_strerror; EAI_INPROGRESS: not in time.
    int wait(Clock::time_point end) {
        while (error_ == 0 && ::gai_error(&request_) == EAI_INPROGRESS) {
            const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(end - Clock::now()).count();
            if (left <= 0) return EAI_INPROGRESS;
            const timespec timeout{static_cast<time_t>(left / 1'000'000'000), static_cast<long>(left % 1'000'000'000)};
            const gaicb* list[] = {&request_};
            ::gai_suspend(list, 1, &timeout);
        }
        return error_ != 0 ? error_ : ::gai_error(&request_);
    }
    const addrinfo& first() const { return *request_.ar_result; }

    static void abandon(std::unique_ptr<Lookup> one) {
        ::gai_cancel(&one->request_);
        const std::lock_guard<std::mutex> locked(lock_);
        one->next_ = std::exchange(abandoned_, nullptr);
        abandoned_ = one.release();
        Lookup** at = &abandoned_;
        while (Lookup* const old = *at) {
            if (::gai_error(&old->request_) == EAI_INPROGRESS) {
                at = &old->next_;
                continue;
            }
            *at = old->next_;
            delete old;
        }
    }

private:
    explicit Lookup(const WebhookAddress& address) : host_(address.host), port_(address.port) {
        hints_.ai_socktype = SOCK_STREAM;
        hints_.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
        request_.ar_name = host_.c_str();
        request_.ar_service = port_.c_str();
        request_.ar_request = &hints_;
    }

    static inline std::mutex lock_;
    static inline Lookup* abandoned_ = nullptr;
    const std::string host_;
    const std::string port_;
    addrinfo hints_{};
    gaicb request_{};
    int error_ = 0;
    Lookup* next_ = nullptr;
};

WebhookOutcome failed(const char* act) {
    WebhookOutcome out;
    out.why = std::string(act) + ": " + std::strerror(errno);
    return out;
}

}  // namespace

WebhookOutcome post_webhook(const WebhookAddress& address, std::string_view request, std::int64_t timeout_ms) {
    const Clock::time_point end = Clock::now() + std::chrono::milliseconds(timeout_ms);
    WebhookOutcome out;
    std::unique_ptr<Lookup> lookup = Lookup::start(address);
    if (const int error = lookup->wait(end); error != 0) {
        const char* const why = error == EAI_INPROGRESS ? std::strerror(ETIMEDOUT) : ::gai_strerror(error);
        out.why = std::string("resolve the webhook's host: ") + why;
        if (error == EAI_INPROGRESS) Lookup::abandon(std::move(lookup));
        return out;
    }
    const addrinfo& found = lookup->first();
    Exchange exchange(end);
    const Socket socket(::socket(found.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, found.ai_protocol));
    if (socket.fd() < 0) return failed("open a socket");
    if (!exchange.connect(socket.fd(), found)) return failed("connect to the webhook");
    if (!exchange.send(socket.fd(), request)) return failed("send to the webhook");
    errno = 0;
    out.status = status_of(exchange.receive(socket.fd()));
    if (out.status == 0) return failed("read the webhook's answer");
    return out;
}

}  // namespace tidegate::notification
