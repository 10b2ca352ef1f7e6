#pragma once

// What a listener is given: who answers, per loop, and the bounds of what strangers may do. Plain data. [startup]

#include "base/limits.hpp"
#include "net/upgrade.hpp"

#include <Poco/Net/HTTPRequestHandlerFactory.h>

#include <cstddef>
#include <cstdint>

namespace Poco {
class ThreadPool;
}

namespace tidegate::net {

class EventLoop;

// Any of them may be null: then nobody answers that kind of request. All of them outlive the listener.
struct ServerHandlers {
    UpgradeHandler* upgrade = nullptr;               // called on its loop
    HttpDispatcher* http = nullptr;                  // asked first for what is no upgrade; called on the loop
    Poco::Net::HTTPRequestHandlerFactory::Ptr poco;  // asked next; called on threads of the pool
    Poco::ThreadPool* pool = nullptr;                // joined before the loops are destroyed; needed when `poco` is set
};

struct ServerOptions {
    std::size_t max_connections = 10'000;  // per loop
    std::size_t max_body_bytes = limits::kHttpBodyBytes;
    std::size_t max_answer_bytes = 8 * 1024 * 1024;
    std::int64_t request_deadline_ms = limits::kHttpDeadlineMs;  // whole head and body
    std::int64_t keep_alive_ms = 15'000;                         // no next request for so long
    std::int64_t answer_deadline_ms = 30'000;                    // for whoever answers a request
    std::int64_t write_stall_ms = 10'000;                        // the peer takes nothing of an answer
    std::int64_t finish_ms = 2'000;                              // after our FIN, for the peer's
};

// One loop's share of a listener.
struct Seat {
    EventLoop* loop = nullptr;
    ServerHandlers handlers;
};

}  // namespace tidegate::net
