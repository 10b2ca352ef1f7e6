#include "net/loop_server.hpp"

#include "net/connection.hpp"
#include "net/event_loop.hpp"
#include "net/http_conversation.hpp"

namespace tidegate::net {

LoopServer::LoopServer(Seat seat, ServerOptions options, FileDescriptor listening)
    : loop_(*seat.loop),
      handlers_(std::move(seat.handlers)),
      options_(options),
      acceptor_(*this, std::move(listening)) {}

LoopServer::~LoopServer() = default;

void LoopServer::stop_accepting() {
    acceptor_.stop();
    draining_ = true;
    for (const auto& connection : connections_) {
        if (connection->http() && connection->http()->is_idle()) connection->abort();
    }
}

void LoopServer::close_all() {
    for (const auto& connection : connections_) connection->abort();
}

void LoopServer::admit(FileDescriptor socket, Peer peer) {
    auto connection = std::make_unique<Connection>(*this, std::move(socket), std::move(peer));
    if (!connection->start()) {
        loop_.stats().accept_errors.add();
        return;
    }
    connection->index = static_cast<std::uint32_t>(connections_.size());
    connections_.push_back(std::move(connection));
    open_.set(connections_.size());
    loop_.stats().accepted.add();
}

void LoopServer::release(Connection& connection) {
    const std::uint32_t index = connection.index;
    loop_.retire(std::move(connections_[index]));
    if (index + 1 < connections_.size()) {
        connections_[index] = std::move(connections_.back());
        connections_[index]->index = index;
    }
    connections_.pop_back();
    open_.set(connections_.size());
    loop_.stats().closed.add();
}

std::uint64_t LoopServer::begin_exchange(HttpConversation& conversation) {
    exchanges_.emplace(++last_exchange_, &conversation);
    return last_exchange_;
}

HttpConversation* LoopServer::find_exchange(std::uint64_t exchange) {
    const auto found = exchanges_.find(exchange);
    if (found != exchanges_.end()) return found->second;
    loop_.stats().stale_answers.add();
    return nullptr;
}

}  // namespace tidegate::net
