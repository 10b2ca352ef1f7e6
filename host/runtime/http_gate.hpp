#pragma once

// HttpGate: hands requests for plugins' HTTP routes to their strands and leaves all others to the Poco handlers. The
// answer comes by completion, so no thread waits for a plugin. Bodies are whole; whether they mean anything is the
// plugin's to say. [loop]

#include "net/upgrade.hpp"
#include "ports/authenticator.hpp"
#include "routing/switchboard.hpp"

#include <atomic>

namespace tidegate::runtime {

class HttpGate final : public net::HttpDispatcher {
public:
    HttpGate(const routing::Switchboard& switchboard, const Authenticator& authenticator, Metrics& metrics);

    bool dispatch(const RequestHead& head, BufferRef body, const net::Peer& peer,
                  std::function<void(net::HttpResponse)>& done) override;

private:
    void call_plugin(const RequestHead& head, BufferRef body, const routing::RouteTable::HttpMatch& match,
                     std::function<void(net::HttpResponse)> done);

    const routing::Switchboard& switchboard_;
    const Authenticator& authenticator_;
    Counter& requests_;
};

}  // namespace tidegate::runtime
