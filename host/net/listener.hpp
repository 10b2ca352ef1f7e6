#pragma once

// Listener: one address served by several loops. The owner of everything accepted there; what a connection's requests
// mean is decided by the handlers. Destroyed after its loops have stopped and before they are destroyed.

#include "base/result.hpp"
#include "net/server.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::net {

class LoopServer;

class Listener {
public:
    // From here on the port is taken and the kernel queues connections; nobody accepts them before start(). Errors:
    // kInvalid for an address that is none, kIo and kForbidden from the kernel: "bind 127.0.0.1:8080: address already
    // in use". [startup]
    static Result<std::unique_ptr<Listener>> open(std::string_view address, std::vector<Seat> seats,
                                                  ServerOptions options = {});
    ~Listener();

    // Each takes effect on every loop soon after. [any-thread]
    void start();
    void stop_accepting();
    // Every connection ends at once; sessions get their on_disconnect on their loops.
    void close_all();

    std::size_t open_connections() const;  // [any-thread]
    std::uint16_t port() const { return port_; }
    const std::string& address() const { return address_; }  // with the real port

private:
    Listener() = default;
    void on_every_loop(void (LoopServer::*act)());

    std::vector<std::unique_ptr<LoopServer>> servers_;
    std::string address_;
    std::uint16_t port_ = 0;
};

}  // namespace tidegate::net
