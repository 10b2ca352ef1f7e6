#include "net/poco_exchange.hpp"

#include "base/log.hpp"
#include "net/memory_socket.hpp"
#include "wire/http_text.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPServerConnection.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/ThreadPool.h>

#include <algorithm>
#include <array>

namespace tidegate::net {
namespace {

constexpr std::array<std::string_view, 9> kConnectionFields = {"Connection", "Content-Length",    "Expect",
                                                               "Keep-Alive", "Proxy-Connection",  "TE",
                                                               "Trailer",    "Transfer-Encoding", "Upgrade"};

bool is_connection_field(std::string_view name) {
    return std::any_of(kConnectionFields.begin(), kConnectionFields.end(),
                       [&](std::string_view own) { return equals_ignoring_case(own, name); });
}

void log_failure(const RequestHead& head, const std::string& what) {
    spdlog::error("http handler of {} {} threw: {}", head.method, head.path, what);
}

}  // namespace

std::string serialise_strictly(const RequestHead& head, const Buffer* body) {
    std::string out = head.method + " " + head.target + " HTTP/1.1\r\n";
    for (const auto& [name, value] : head.fields) {
        if (!is_connection_field(name)) out.append(name).append(": ").append(value).append("\r\n");
    }
    // Without a length, Poco reads the body of a method it does not know to the end of the connection.
    out.append("Content-Length: ").append(std::to_string(body ? body->size() : 0)).append("\r\n");
    out.append(head.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
    if (body) out.append(body->view());
    return out;
}

PocoExchange::PocoExchange(CompleteRequest request, Poco::Net::HTTPRequestHandlerFactory::Ptr factory,
                           std::size_t max_answer_bytes, Done done)
    : request_(std::move(request)),
      factory_(std::move(factory)),
      max_answer_bytes_(max_answer_bytes),
      done_(std::move(done)) {}

void PocoExchange::run() {
    const std::unique_ptr<PocoExchange> self(this);
    HttpAnswer result;
    try {
        result = answer();
    } catch (const Poco::Exception& error) {
        log_failure(request_.head, error.displayText());
    } catch (const std::exception& error) {
        log_failure(request_.head, error.what());
    } catch (...) {
        log_failure(request_.head, "something unknown");
    }
    if (result.bytes.empty()) result = {canned_answer(500, "internal error"), false};
    done_(std::move(result));
}

HttpAnswer PocoExchange::answer() {
    const auto memory = std::make_shared<MemoryExchange>();
    memory->request = serialise_strictly(request_.head, request_.body.get());
    memory->max_written = max_answer_bytes_;
    const Poco::Net::SocketAddress peer(Poco::Net::IPAddress(request_.peer.address), request_.peer.port);
    const Poco::Net::StreamSocket socket(new MemorySocket(memory, Poco::Net::SocketAddress(peer.family()), peer));

    Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
    params->setKeepAlive(request_.head.keep_alive);
    bool whole = true;
    try {
        Poco::Net::HTTPServerConnection(socket, params, factory_).run();
    } catch (const Poco::Exception& error) {
        // Poco has then written its own 500, unless the handler had begun to write.
        log_failure(request_.head, error.displayText());
        whole = false;
    } catch (const std::exception& error) {
        log_failure(request_.head, error.what());
        whole = false;
    }
    if (memory->overflowed) return {canned_answer(500, "answer too large"), false};
    const bool head_only = request_.head.method == "HEAD";
    return handler_answer(std::move(memory->written), head_only, request_.head.keep_alive && whole);
}

bool start_poco_exchange(Poco::ThreadPool& pool, std::unique_ptr<PocoExchange> exchange) {
    try {
        pool.start(*exchange, "http");
    } catch (const Poco::Exception&) {
        return false;
    }
    (void)exchange.release();  // it deletes itself; the pool has no way to own what it runs
    return true;
}

}  // namespace tidegate::net
