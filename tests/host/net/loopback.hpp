#pragma once

// A server on a loopback port and a client of it, for the tests of net. Every wait is for a condition, with a deadline.

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "net/event_loop.hpp"
#include "net/listener.hpp"
#include "session/transport.hpp"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/ThreadPool.h>
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tidegate::net::test {

inline constexpr int kPatienceMs = 10'000;

template <class Condition>
bool eventually(Condition&& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatienceMs);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::yield();
    }
    return true;
}

class RunningLoop {
public:
    explicit RunningLoop(unsigned index = 0) : loop_(index, clock_), thread_([this] { loop_.run(); }) {}
    ~RunningLoop() { stop(); }
    void stop() {
        loop_.stop();
        if (thread_.joinable()) thread_.join();
    }
    EventLoop& operator*() { return loop_; }
    EventLoop* operator->() { return &loop_; }
    // Runs it on the loop and waits for it.
    void call(std::function<void()> body) {
        std::promise<void> ran;
        loop_.post([&] {
            body();
            ran.set_value();
        });
        ran.get_future().wait();
    }

private:
    SystemClock clock_;
    EventLoop loop_;
    std::thread thread_;
};

class Client {
public:
    explicit Client(std::uint16_t port, int receive_buffer = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        if (receive_buffer > 0)
            ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
        connected_ = connect(port);
    }
    bool connected() const { return connected_; }
    bool send(std::string_view bytes) {
        return ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == std::ssize(bytes);
    }
    // False at the end of the stream, or when nothing comes.
    bool receive_some() {
        pollfd waiting{socket_.get(), POLLIN, 0};
        if (::poll(&waiting, 1, kPatienceMs) != 1) return false;
        char buffer[16 * 1024];
        const ssize_t got = ::recv(socket_.get(), buffer, sizeof(buffer), 0);
        if (got == 0) at_end_ = true;
        if (got < 0) was_reset_ = true;
        if (got <= 0) return false;
        received_.append(buffer, static_cast<std::size_t>(got));
        return true;
    }
    bool receive_until(std::string_view text) {
        while (received_.find(text) == std::string::npos) {
            if (!receive_some()) return false;
        }
        return true;
    }
    bool receive_bytes(std::size_t count) {
        while (received_.size() < count) {
            if (!receive_some()) return false;
        }
        return true;
    }
    // Everything up to the peer's FIN.
    std::string receive_all() {
        while (receive_some()) {
        }
        return received_;
    }
    bool at_end() const { return at_end_; }
    bool was_reset() const { return was_reset_; }
    const std::string& received() const { return received_; }
    void forget() { received_.clear(); }
    void shutdown_writing() { ::shutdown(socket_.get(), SHUT_WR); }
    void close() { socket_.reset(); }
    void reset() {
        const linger now{1, 0};
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
        socket_.reset();
    }

private:
    bool connect(std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    }

    FileDescriptor socket_;
    bool connected_ = false;
    bool at_end_ = false;
    bool was_reset_ = false;
    std::string received_;
};

// A session that notes what it is told. Its transport is used on the loop only.
class RecordingSession : public session::StreamSink {
public:
    RecordingSession(session::Transport& transport, EventLoop& loop) : transport_(transport), loop_(loop) {}

    std::size_t on_bytes(std::span<char> bytes) override {
        if (on_bytes_) return on_bytes_(bytes);
        note(bytes);
        return bytes.size();
    }
    void on_writable() override {
        ++writable_calls_;
        if (on_writable_) on_writable_();
    }
    void on_disconnect() override { ++disconnects_; }

    void note(std::span<const char> bytes) {
        received_.with([&](std::string& all) { all.append(bytes.data(), bytes.size()); });
    }
    std::string received() const {
        return received_.with([](const std::string& all) { return all; });
    }
    std::size_t received_bytes() const {
        return received_.with([](const std::string& all) { return all.size(); });
    }
    int disconnects() const { return disconnects_; }
    int writable_calls() const { return writable_calls_; }
    std::ptrdiff_t write(std::string_view text) {
        const iovec part{const_cast<char*>(text.data()), text.size()};
        return transport_.write({&part, 1});
    }
    session::Transport& transport() { return transport_; }
    EventLoop& loop() { return loop_; }

    std::function<std::size_t(std::span<char>)> on_bytes_;
    std::function<void()> on_writable_;

private:
    session::Transport& transport_;
    EventLoop& loop_;
    Guarded<std::string> received_;
    std::atomic<int> disconnects_{0};
    std::atomic<int> writable_calls_{0};
};

inline constexpr std::string_view kUpgradeRequest =
    "GET /ws HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
inline constexpr std::string_view kSwitching = "HTTP/1.1 101 Switching Protocols\r\n\r\n";

class RecordingUpgrades : public UpgradeHandler {
public:
    explicit RecordingUpgrades(EventLoop& loop) : loop_(loop) {}
    UpgradeAnswer upgrade(const RequestHead& head, const Peer& peer, session::Transport& transport) override {
        if (head.path == "/refused") return {"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", nullptr};
        auto session = std::make_unique<RecordingSession>(transport, loop_);
        if (prepare_) prepare_(*session);
        UpgradeAnswer answer{std::string(kSwitching), session.get()};
        peer_.with([&](Peer& last) { last = peer; });
        sessions_.with([&](auto& all) { all.push_back(std::move(session)); });
        return answer;
    }
    std::size_t count() {
        return sessions_.with([](auto& all) { return all.size(); });
    }
    RecordingSession* last() {
        return sessions_.with([](auto& all) { return all.empty() ? nullptr : all.back().get(); });
    }
    Peer peer() {
        return peer_.with([](const Peer& last) { return last; });
    }
    std::function<void(RecordingSession&)> prepare_;

private:
    EventLoop& loop_;
    Guarded<std::vector<std::unique_ptr<RecordingSession>>> sessions_;
    Guarded<Peer> peer_;
};

// Answers "/plugin…" in whichever way the test says; everything else is not its own.
class ScriptedDispatcher : public HttpDispatcher {
public:
    using Done = std::function<void(HttpResponse)>;
    bool dispatch(const RequestHead& head, BufferRef body, const Peer&, Done& done) override {
        if (!head.path.starts_with("/plugin")) return false;
        on_request_(head, std::string(body->view()), std::move(done));
        return true;
    }
    std::function<void(const RequestHead&, std::string, Done)> on_request_ = [](const RequestHead&, std::string body,
                                                                                Done done) {
        done({200, "text/plain", "plugin:" + body, {}});
    };
};

using PocoBody = std::function<void(Poco::Net::HTTPServerRequest&, Poco::Net::HTTPServerResponse&)>;

class PocoHandlers : public Poco::Net::HTTPRequestHandlerFactory {
public:
    explicit PocoHandlers(PocoBody body) : body_(std::move(body)) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
        class Handler : public Poco::Net::HTTPRequestHandler {
        public:
            explicit Handler(PocoBody& body) : body_(body) {}
            void handleRequest(Poco::Net::HTTPServerRequest& request,
                               Poco::Net::HTTPServerResponse& response) override {
                body_(request, response);
            }

        private:
            PocoBody& body_;
        };
        return new Handler(body_);
    }

private:
    PocoBody body_;
};

// Loops, handlers and a listener on a free port.
class TestServer {
public:
    struct Setup {
        unsigned loops = 1;
        int pool_threads = 4;
        ServerOptions options = {};
        PocoBody poco = {};
        bool upgrades = true;
    };
    explicit TestServer(Setup setup) : pool_(1, setup.pool_threads) {
        std::vector<Seat> seats;
        Poco::Net::HTTPRequestHandlerFactory::Ptr factory;
        if (setup.poco) factory = new PocoHandlers(setup.poco);
        for (unsigned i = 0; i < setup.loops; ++i) {
            loops_.push_back(std::make_unique<RunningLoop>(i));
            upgrades_.push_back(std::make_unique<RecordingUpgrades>(**loops_.back()));
            seats.push_back(
                {&**loops_.back(), {setup.upgrades ? upgrades_.back().get() : nullptr, &dispatcher_, factory, &pool_}});
        }
        auto opened = Listener::open("127.0.0.1:0", std::move(seats), setup.options);
        EXPECT_TRUE(opened.has_value()) << opened.error();
        listener_ = std::move(*opened);
        listener_->start();
    }
    ~TestServer() {
        pool_.joinAll();
        for (auto& loop : loops_) loop->stop();
        listener_.reset();
    }
    std::uint16_t port() const { return listener_->port(); }
    Listener& listener() { return *listener_; }
    RunningLoop& loop(unsigned index = 0) { return *loops_[index]; }
    LoopStats& stats(unsigned index = 0) { return (*loops_[index])->stats(); }
    RecordingUpgrades& upgrades(unsigned index = 0) { return *upgrades_[index]; }
    ScriptedDispatcher& dispatcher() { return dispatcher_; }
    // Of the client that has just been told 101.
    RecordingSession& session(unsigned index = 0) {
        EXPECT_TRUE(eventually([&] { return upgrades_[index]->last() != nullptr; }));
        return *upgrades_[index]->last();
    }

private:
    Poco::ThreadPool pool_;
    ScriptedDispatcher dispatcher_;
    std::vector<std::unique_ptr<RunningLoop>> loops_;
    std::vector<std::unique_ptr<RecordingUpgrades>> upgrades_;
    std::unique_ptr<Listener> listener_;
};

}  // namespace tidegate::net::test
