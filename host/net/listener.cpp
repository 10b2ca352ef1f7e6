#include "net/listener.hpp"

#include "base/assert.hpp"
#include "net/event_loop.hpp"
#include "net/listening_socket.hpp"
#include "net/loop_server.hpp"

namespace tidegate::net {

Result<std::unique_ptr<Listener>> Listener::open(std::string_view address, std::vector<Seat> seats,
                                                 ServerOptions options) {
    TG_ASSERT(!seats.empty(), "a listener needs a loop");
    const auto parsed = parse_socket_address(address);
    if (!parsed) return parsed.error();
    auto listening = open_listening_sockets(*parsed, seats.size());
    if (!listening) return listening.error();

    std::unique_ptr<Listener> listener(new Listener);
    listener->address_ = listening->address.text();
    listener->port_ = listening->address.port();
    for (std::size_t i = 0; i < seats.size(); ++i) {
        TG_ASSERT(seats[i].loop != nullptr, "a seat needs a loop");
        listener->servers_.push_back(
            std::make_unique<LoopServer>(std::move(seats[i]), options, std::move(listening->sockets[i])));
    }
    return listener;
}

Listener::~Listener() = default;

void Listener::on_every_loop(void (LoopServer::*act)()) {
    for (const auto& server : servers_) server->loop().post([at = server.get(), act] { (at->*act)(); });
}

void Listener::start() { on_every_loop(&LoopServer::start); }

void Listener::stop_accepting() { on_every_loop(&LoopServer::stop_accepting); }

void Listener::close_all() { on_every_loop(&LoopServer::close_all); }

std::size_t Listener::open_connections() const {
    std::size_t open = 0;
    for (const auto& server : servers_) open += server->open_connections();
    return open;
}

}  // namespace tidegate::net
