#pragma once

// LoopServer: one loop's share of a listener: its acceptor, its connections, and the requests that are being answered
// elsewhere, found again by number. Not shared between loops. [loop], but for what says otherwise.

#include "net/acceptor.hpp"
#include "net/loop_stats.hpp"
#include "net/server.hpp"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace tidegate::net {

class Connection;
class HttpConversation;

class LoopServer {
public:
    // [startup]
    LoopServer(Seat seat, ServerOptions options, FileDescriptor listening);
    // After its loop has stopped. Sessions of connections still open are not called any more.
    ~LoopServer();

    void start() { acceptor_.start(); }
    // Also lets go of connections that idle between two requests; answers under way say that they are the last.
    void stop_accepting();
    void close_all();

    bool is_full() const { return connections_.size() >= options_.max_connections; }
    bool is_draining() const { return draining_; }
    void admit(FileDescriptor socket, Peer peer);
    // From the connection itself when it has ended; deleted at the end of the turn.
    void release(Connection& connection);

    // Never 0, never used twice.
    std::uint64_t begin_exchange(HttpConversation& conversation);
    void end_exchange(std::uint64_t exchange) { exchanges_.erase(exchange); }
    // Null, and counted, when the connection has gone or the request was answered already.
    HttpConversation* find_exchange(std::uint64_t exchange);

    EventLoop& loop() const { return loop_; }
    const ServerHandlers& handlers() const { return handlers_; }
    const ServerOptions& options() const { return options_; }
    std::uint64_t open_connections() const { return open_.value(); }  // [any-thread]

private:
    EventLoop& loop_;
    const ServerHandlers handlers_;
    const ServerOptions options_;
    Acceptor acceptor_;
    std::unordered_map<std::uint64_t, HttpConversation*> exchanges_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::uint64_t last_exchange_ = 0;
    bool draining_ = false;
    LocalCounter open_;
};

}  // namespace tidegate::net
