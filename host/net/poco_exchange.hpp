#pragma once

// PocoExchange: one complete request run through a Poco request handler on a pool thread, with nothing but memory at
// either end. Not a connection: whoever waits for the answer may be gone when it comes.

#include "base/buffer.hpp"
#include "net/http_answer.hpp"
#include "net/server.hpp"
#include "wire/http_head.hpp"

#include <Poco/Runnable.h>

#include <functional>
#include <memory>
#include <string>

namespace tidegate::net {

struct CompleteRequest {
    RequestHead head;
    BufferRef body;  // null when there is none
    Peer peer;
};

// The request as a handler's parser may see it: nothing that could be read in two ways, one length, no fields of the
// connection's own business.
std::string serialise_strictly(const RequestHead& head, const Buffer* body);

class PocoExchange final : public Poco::Runnable {
public:
    using Done = std::function<void(HttpAnswer)>;

    PocoExchange(CompleteRequest request, Poco::Net::HTTPRequestHandlerFactory::Ptr factory,
                 std::size_t max_answer_bytes, Done done);
    // Calls `done` once, on this thread, and deletes the exchange.
    void run() override;

private:
    HttpAnswer answer();

    const CompleteRequest request_;
    const Poco::Net::HTTPRequestHandlerFactory::Ptr factory_;
    const std::size_t max_answer_bytes_;
    const Done done_;
};

// False when the pool has no thread left; `done` is then not called. [loop]
bool start_poco_exchange(Poco::ThreadPool& pool, std::unique_ptr<PocoExchange> exchange);

}  // namespace tidegate::net
