#pragma once

// RouteTable: which plugin serves a message prefix, an HTTP path, an endpoint, a channel. Immutable; built by the
// plugin layer from the serving manifests and handed to every loop, which keeps its own reference: no lock on the way
// of a message.

#include "base/ref.hpp"
#include "base/result.hpp"
#include "routing/invocation.hpp"
#include "routing/path_template.hpp"
#include "routing/route.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tidegate::routing {

// What one plugin contributes.
struct PluginRoutes {
    PluginPort* plugin = nullptr;  // lives as long as the host
    bool available = true;         // false: its routes are known (messages answer `unavailable`), nothing serves them
    std::vector<MessageRoute> messages;
    std::vector<HttpRoute> http;
    std::vector<EndpointRoute> endpoints;
    std::vector<std::string> attaches;  // connection types
    std::vector<ChannelRoute> channels;
    std::vector<std::string> depends;     // plugin ids that are opened before it
    std::vector<ChannelRoute> publishes;  // channels of others on which it may publish
};

class RouteTable final : public RefCounted<RouteTable> {
public:
    struct MessageMatch {
        PluginPort* plugin = nullptr;  // null: unknown type
        const MessageRoute* route = nullptr;
        bool available = true;
    };
    struct EndpointMatch {
        PluginPort* owner = nullptr;  // null with found = true: the host's own ("/ws")
        bool found = false;
        std::string connection_type;
        std::string channel;  // the template, filled
        std::uint32_t json_ping_ms = 0;
        Params params;
        std::vector<PluginPort*> attached;  // in depends order
    };
    struct HttpMatch {
        PluginPort* plugin = nullptr;  // null: no such path
        const HttpRoute* route = nullptr;
        bool method_mismatch = false;  // the path exists for other methods
        bool available = true;
        std::string key;  // filled; empty = none
        Params params;
    };
    struct ChannelMatch {
        PluginPort* plugin = nullptr;
        bool may_record = false;
        bool available = true;
    };

    // Refuses two plugins that claim the same prefix, endpoint path, method and path, or overlapping channel patterns,
    // naming both; and one that would publish recorded events where another's channel is live. Prefixes connection,
    // channel, ping, pong, error are the host's.
    static Result<Ref<RouteTable>> build(std::vector<PluginRoutes> plugins);

    // Longest registered prefix that is the whole type or ends at one of its colons.
    MessageMatch match_message(std::string_view type) const;
    EndpointMatch match_endpoint(std::string_view path) const;
    HttpMatch match_http(std::string_view method, std::string_view path) const;
    ChannelMatch match_channel(std::string_view channel) const;

private:
    RouteTable() = default;
    friend class RefCounted<RouteTable>;
    ~RouteTable() = default;

    struct MessageEntry {
        PluginPort* plugin;
        MessageRoute route;
        bool available;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    std::unordered_map<std::string, MessageEntry, Hash, std::equal_to<>> messages_;
    std::vector<PluginRoutes> plugins_;
};

}  // namespace tidegate::routing
