#pragma once

// What net asks of the rest of the host when a request is complete: an upgrade becomes a session, another request is
// answered by a plugin or by the Poco handlers. Implemented by runtime. [loop]

#include "base/buffer.hpp"
#include "wire/http_head.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace tidegate::session {
class StreamSink;
class Transport;
}  // namespace tidegate::session

namespace tidegate::net {

struct Peer {
    std::string address;  // without port
    std::uint16_t port = 0;
};

struct UpgradeAnswer {
    std::string response;  // the whole head: 101 …, or a refusal with body, after which the connection closes
    session::StreamSink* session =
        nullptr;  // null = refused. Owned by the loop's session table, which deletes it after on_disconnect
};

class UpgradeHandler {
public:
    virtual ~UpgradeHandler() = default;
    // `transport` is the connection itself; it outlives the session's last call to it.
    virtual UpgradeAnswer upgrade(const RequestHead& head, const Peer& peer, session::Transport& transport) = 0;
};

struct HttpResponse {
    int status = 200;
    std::string content_type;
    std::string body;
    std::vector<std::pair<std::string, std::string>> fields;
};

class HttpDispatcher {
public:
    virtual ~HttpDispatcher() = default;
    // True: this request is a plugin's, `done` will be called exactly once, from any thread. False: not mine, `done`
    // untouched.
    virtual bool dispatch(const RequestHead& head, BufferRef body, const Peer& peer,
                          std::function<void(HttpResponse)>& done) = 0;
};

}  // namespace tidegate::net
