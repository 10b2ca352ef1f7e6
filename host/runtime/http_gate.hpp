#pragma once

// HttpGate: hands requests for plugins' HTTP routes to their strands and leaves all others to the Poco handlers. The
// answer comes by completion, so no thread waits for a plugin. Bodies are whole; whether they mean anything is the
// plugin's to say. [loop]

#include "net/upgrade.hpp"
#include "ports/authenticator.hpp"
#include "routing/switchboard.hpp"
#include "session/token_bucket.hpp"

#include <string>
#include <unordered_map>

namespace tidegate::runtime {

// Of one user on one loop; a rate of 0 allows everything.
struct HttpRate {
    std::uint32_t requests_per_second = 0;
    std::uint32_t burst = 200;
};

class HttpGate final : public net::HttpDispatcher {
public:
    HttpGate(const routing::Switchboard& switchboard, const Authenticator& authenticator, const Clock& clock,
             HttpRate rate, Metrics& metrics);

    bool dispatch(const RequestHead& head, BufferRef body, const net::Peer& peer,
                  std::function<void(net::HttpResponse)>& done) override;

private:
    void call_plugin(const RequestHead& head, BufferRef body, const routing::RouteTable::HttpMatch& match,
                     std::function<void(net::HttpResponse)> done);
    std::int64_t over_rate_ms(const Principal& principal);

    const routing::Switchboard& switchboard_;
    const Authenticator& authenticator_;
    const Clock& clock_;
    const HttpRate rate_;
    std::unordered_map<std::string, session::TokenBucket> buckets_;  // by tenant and user, bounded
    Counter& requests_;
    Counter& over_rate_;
};

}  // namespace tidegate::runtime
