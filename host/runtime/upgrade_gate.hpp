#pragma once

// UpgradeGate: decides about a request to become a WebSocket: path, origin, form, token; then opens a session on its
// loop's switchboard. A missing or bad token is told by a close, after the handshake: a browser cannot read an HTTP
// status. [loop]

#include "net/upgrade.hpp"
#include "ports/authenticator.hpp"
#include "ports/metrics.hpp"
#include "routing/switchboard.hpp"
#include "wire/handshake.hpp"

#include <atomic>
#include <string>
#include <vector>

namespace tidegate::runtime {

struct UpgradeSettings {
    bool query_token = true;
    bool conformance_endpoint = false;         // /ws/conformance: raw echo, no authentication
    std::vector<std::string> allowed_origins;  // beside the page's own; "*" allows any
};

class UpgradeGate final : public net::UpgradeHandler {
public:
    // `draining` is set once the host takes no new sessions.
    UpgradeGate(routing::Switchboard& switchboard, const Authenticator& authenticator, const UpgradeSettings& settings,
                const std::atomic<bool>& draining, Metrics& metrics);

    net::UpgradeAnswer upgrade(const RequestHead& head, const net::Peer& peer, session::Transport& transport) override;

private:
    bool origin_allowed(const RequestHead& head) const;
    net::UpgradeAnswer refuse(int status, std::string_view text, const HeaderFields& extra = {});
    void authenticate(const RequestHead& head, const std::vector<std::string>& protocols,
                      routing::OpenRequest& request) const;

    routing::Switchboard& switchboard_;
    const Authenticator& authenticator_;
    const UpgradeSettings& settings_;
    const std::atomic<bool>& draining_;
    Counter& refused_;
};

}  // namespace tidegate::runtime
