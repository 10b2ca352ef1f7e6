#include "runtime/upgrade_gate.hpp"

#include "protocol/codes.hpp"
#include "runtime/credentials.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

namespace tidegate::runtime {

namespace {

constexpr std::string_view kConformancePath = "/ws/conformance";

}  // namespace

UpgradeGate::UpgradeGate(routing::Switchboard& switchboard, const Authenticator& authenticator,
                         const UpgradeSettings& settings, const std::atomic<bool>& draining, Metrics& metrics)
    : switchboard_(switchboard),
      authenticator_(authenticator),
      settings_(settings),
      draining_(draining),
      refused_(metrics.counter("tidegate_upgrades_refused_total", "Handshakes answered with an HTTP error")) {}

net::UpgradeAnswer UpgradeGate::upgrade(const RequestHead& head, const net::Peer& peer, session::Transport& transport) {
    if (draining_.load(std::memory_order_relaxed)) return refuse(503, "The host is stopping");
    routing::OpenRequest request;
    request.raw_echo = settings_.conformance_endpoint && head.path == kConformancePath;
    if (request.raw_echo) {
        request.endpoint.found = true;
        request.endpoint.connection_type = "conformance";
        request.principal = std::make_shared<const Principal>();
    } else {
        request.endpoint = switchboard_.routes().match_endpoint(head.path);
        if (!request.endpoint.found) return refuse(404, "There is no endpoint at this path");
    }
    if (!origin_allowed(head)) return refuse(403, "This origin is not allowed");
    const auto handshake = check_upgrade(head);
    if (const auto* bad = std::get_if<UpgradeRefusal>(&handshake)) return refuse(bad->status, bad->reason, bad->extra);
    const auto& offer = std::get<UpgradeOffer>(handshake);

    request.transport = &transport;
    request.path = head.path;
    request.query = public_query(head.query);
    request.address = peer.address;
    if (!request.raw_echo) authenticate(head, offer.protocols, request);
    return {upgrade_response(offer.key, choose_protocol(offer.protocols)), &switchboard_.open(std::move(request))};
}

void UpgradeGate::authenticate(const RequestHead& head, const std::vector<std::string>& protocols,
                               routing::OpenRequest& request) const {
    const auto token = find_token(head, protocols, settings_.query_token);
    if (token) {
        if (auto principal = authenticator_.authenticate(*token)) {
            request.principal = std::make_shared<const Principal>(*std::move(principal));
            return;
        }
    }
    request.refusal = protocol::close::kUnauthorized;
    request.refusal_reason = "Unauthorized";
}

bool UpgradeGate::origin_allowed(const RequestHead& head) const {
    const auto origin = head.field("Origin");
    if (!origin) return true;
    const auto& allowed = settings_.allowed_origins;
    if (std::ranges::find(allowed, "*") != allowed.end() || std::ranges::find(allowed, *origin) != allowed.end())
        return true;
    const auto scheme = origin->find("://");
    const auto host = head.field("Host");
    return scheme != std::string_view::npos && host && origin->substr(scheme + 3) == *host;
}

net::UpgradeAnswer UpgradeGate::refuse(int status, std::string_view text, const HeaderFields& extra) {
    refused_.add();
    return {plain_response(status, "text/plain; charset=utf-8", std::string(text) + "\n", extra), nullptr};
}

}  // namespace tidegate::runtime
