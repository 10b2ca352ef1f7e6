#pragma once

// Invocation: everything that enters a plugin, bound to one strand key. PluginPort: where it goes, implemented by
// plugin::Slot (and by fakes in tests). [any-thread]

#include "base/buffer.hpp"
#include "base/error.hpp"
#include "routing/route.hpp"
#include "session/session_info.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidegate::routing {

enum class InvocationKind : std::uint8_t {
    kOpen,
    kMessage,
    kClose,
    kSubscribe,
    kHttp,
    kTask,
    kEvent,
    kLease,
    kPresence
};

// How a hook ended: nothing, or why not.
using HookEnd = std::optional<Error>;

struct HttpAnswer {
    int status = 204;
    std::string content_type;
    std::string body;
};

// What only HTTP invocations carry.
struct HttpCall {
    std::string method;
    std::string route;
    std::string path;
    std::string idempotency_key;
    std::vector<std::pair<std::string, std::string>> params;
    std::vector<std::pair<std::string, std::string>> query;
    std::shared_ptr<const Principal> principal;
    std::string tenant;
    std::function<void(HttpAnswer)> answer;  // called exactly once, from any thread
};

// A domain event. The views point into the invocation's buffer.
struct EventCall {
    std::string_view key;
    std::string_view name, data;
    std::string_view actor, doc_type, doc_id;
    std::uint64_t sequence = 0;
    std::uint64_t revision = 0;
    std::int64_t at_ms = 0;
};

struct Invocation {
    InvocationKind kind = InvocationKind::kMessage;
    std::string key;                  // exact strand key within plugin and tenant
    session::SessionInfoRef session;  // open, message, close, subscribe
    std::string tenant;               // task, event, lease, presence; the others have it in session or http
    BufferRef buffer;                 // what the views below point into
    std::string_view type;            // message: its type; task: its name
    std::string_view id;              // message: the raw JSON token, quotes included; empty = none
    std::string_view channel;         // message and subscribe; may be the session's default
    std::string_view payload;
    std::unique_ptr<HttpCall> http;
    std::vector<EventCall> events;    // of the key, in commit order
    std::uint16_t close_code = 0;
    std::uint32_t deadline_ms = 5000;
    bool owner = true;     // open: the endpoint's owner, not an attached plugin
    bool recheck = false;  // subscribe: the principal changed
    const MessageRoute* route =
        nullptr;  // message: lives as long as the route table the loop holds; not kept after dispatch
    // Open, subscribe and event: called once when the hook has ended, on the strand's thread before anything else of
    // that key runs.
    std::function<void(HookEnd)> on_end;

    std::string_view tenant_name() const {
        if (session) return session->identity().tenant;
        return http ? std::string_view(http->tenant) : std::string_view(tenant);
    }
};

enum class Dispatched : std::uint8_t {
    kAccepted,
    kFull,         // the key's queue is full; the invocation is untouched, and strand_has_space follows for its session
    kUnavailable,  // no serving generation, or it is stopping; untouched
};

class PluginPort {
public:
    virtual ~PluginPort() = default;
    virtual std::string_view id() const = 0;
    // Queues for the key's strand. For an inline route: runs the hook now, on the calling loop. [any-thread]
    virtual Dispatched dispatch(Invocation&& invocation) = 0;
};

}  // namespace tidegate::routing
