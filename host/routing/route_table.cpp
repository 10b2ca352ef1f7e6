#include "routing/route_table.hpp"

#include "routing/path_template.hpp"

#include <algorithm>
#include <array>

namespace tidegate::routing {
namespace {

constexpr std::array<std::string_view, 5> kHostPrefixes{"connection", "channel", "ping", "pong", "error"};
constexpr std::string_view kHostEndpoint = "/ws";
constexpr std::string_view kHostConnectionType = "general";

// "quote:*" → "quote:" with any = true.
struct Pattern {
    std::string_view text;
    bool any = false;
};

Pattern pattern_of(std::string_view text) {
    if (!text.empty() && text.back() == '*') return {text.substr(0, text.size() - 1), true};
    return {text, false};
}

bool matches(const Pattern& pattern, std::string_view channel) {
    return pattern.any ? channel.size() > pattern.text.size() && channel.starts_with(pattern.text)
                       : channel == pattern.text;
}

bool overlap(const Pattern& a, const Pattern& b) {
    if (a.any && b.any) return a.text.starts_with(b.text) || b.text.starts_with(a.text);
    if (a.any) return matches(a, b.text);
    if (b.any) return matches(b, a.text);
    return a.text == b.text;
}

Error claimed_twice(std::string_view what, std::string_view name, const PluginRoutes& a, const PluginRoutes& b) {
    return fail(Errc::kConflict, std::string(what) + " '" + std::string(name) + "' is claimed by plugin '" +
                                     std::string(a.plugin->id()) + "' and by plugin '" + std::string(b.plugin->id()) +
                                     "'");
}

// Every pair of `of(plugin)`'s members, across plugins and within one.
template <class Of, class Clash>
std::optional<Error> find_clash(const std::vector<PluginRoutes>& plugins, std::string_view what, Of of, Clash clash) {
    for (std::size_t i = 0; i < plugins.size(); ++i) {
        const auto& mine = of(plugins[i]);
        for (std::size_t a = 0; a < mine.size(); ++a) {
            for (std::size_t j = i; j < plugins.size(); ++j) {
                const auto& theirs = of(plugins[j]);
                for (std::size_t b = j == i ? a + 1 : 0; b < theirs.size(); ++b) {
                    if (const auto name = clash(mine[a], theirs[b])) {
                        return claimed_twice(what, *name, plugins[i], plugins[j]);
                    }
                }
            }
        }
    }
    return std::nullopt;
}

using Name = std::optional<std::string>;

std::optional<Error> check_plugin(const PluginRoutes& plugin) {
    for (const MessageRoute& route : plugin.messages) {
        const std::string_view head = std::string_view(route.prefix).substr(0, route.prefix.find(':'));
        if (std::find(kHostPrefixes.begin(), kHostPrefixes.end(), head) != kHostPrefixes.end()) {
            return fail(Errc::kConflict, "message prefix '" + route.prefix + "' of plugin '" +
                                             std::string(plugin.plugin->id()) + "' is the host's");
        }
    }
    for (const EndpointRoute& endpoint : plugin.endpoints) {
        if (endpoint.path == kHostEndpoint) {
            return fail(Errc::kConflict,
                        "endpoint '/ws' of plugin '" + std::string(plugin.plugin->id()) + "' is the host's");
        }
    }
    return std::nullopt;
}

// Whoever joins a live channel is told no offset, so nothing recorded may come on it.
std::optional<Error> find_recorded_on_live(const std::vector<PluginRoutes>& plugins) {
    for (const PluginRoutes& publisher : plugins) {
        for (const ChannelRoute& wish : publisher.publishes) {
            if (!wish.may_record) continue;
            for (const PluginRoutes& owner : plugins) {
                for (const ChannelRoute& channel : owner.channels) {
                    if (channel.may_record || !overlap(pattern_of(wish.pattern), pattern_of(channel.pattern))) continue;
                    return fail(Errc::kConflict, "plugin '" + std::string(publisher.plugin->id()) +
                                                     "' would publish recorded events on '" + wish.pattern +
                                                     "', and '" + channel.pattern + "' of plugin '" +
                                                     std::string(owner.plugin->id()) + "' is live");
                }
            }
        }
    }
    return std::nullopt;
}

std::optional<Error> check_all(const std::vector<PluginRoutes>& plugins) {
    for (const PluginRoutes& plugin : plugins) {
        if (auto error = check_plugin(plugin)) return error;
    }
    if (auto error = find_clash(
            plugins, "message prefix", [](const PluginRoutes& p) -> const auto& { return p.messages; },
            [](const MessageRoute& a, const MessageRoute& b) {
                return a.prefix == b.prefix ? Name(a.prefix) : Name();
            })) {
        return error;
    }
    if (auto error = find_clash(
            plugins, "endpoint", [](const PluginRoutes& p) -> const auto& { return p.endpoints; },
            [](const EndpointRoute& a, const EndpointRoute& b) {
                return same_shape(a.path, b.path) ? Name(a.path) : Name();
            })) {
        return error;
    }
    if (auto error = find_clash(
            plugins, "HTTP route", [](const PluginRoutes& p) -> const auto& { return p.http; },
            [](const HttpRoute& a, const HttpRoute& b) {
                return a.method == b.method && same_shape(a.path, b.path) ? Name(a.method + " " + a.path) : Name();
            })) {
        return error;
    }
    if (auto error = find_clash(
            plugins, "channel pattern", [](const PluginRoutes& p) -> const auto& { return p.channels; },
            [](const ChannelRoute& a, const ChannelRoute& b) {
                return overlap(pattern_of(a.pattern), pattern_of(b.pattern)) ? Name(a.pattern) : Name();
            })) {
        return error;
    }
    return find_recorded_on_live(plugins);
}

// Repeatedly takes the first whose dependencies are not waiting any more; a circle ends in the order given.
std::vector<const PluginRoutes*> in_depends_order(std::vector<const PluginRoutes*> waiting) {
    std::vector<const PluginRoutes*> ordered;
    while (!waiting.empty()) {
        const auto is_waiting = [&](const std::string& id) {
            return std::any_of(waiting.begin(), waiting.end(),
                               [&](const auto* other) { return other->plugin->id() == id; });
        };
        auto next = std::find_if(waiting.begin(), waiting.end(), [&](const auto* candidate) {
            return std::none_of(candidate->depends.begin(), candidate->depends.end(), is_waiting);
        });
        if (next == waiting.end()) next = waiting.begin();
        ordered.push_back(*next);
        waiting.erase(next);
    }
    return ordered;
}

}  // namespace

Result<Ref<RouteTable>> RouteTable::build(std::vector<PluginRoutes> plugins) {
    if (auto error = check_all(plugins)) return std::move(*error);
    auto table = Ref<RouteTable>::adopt(new RouteTable());
    table->plugins_ = std::move(plugins);
    for (const PluginRoutes& plugin : table->plugins_) {
        for (const MessageRoute& route : plugin.messages) {
            table->messages_.emplace(route.prefix, MessageEntry{plugin.plugin, route, plugin.available});
        }
    }
    return table;
}

RouteTable::MessageMatch RouteTable::match_message(std::string_view type) const {
    while (!type.empty()) {
        if (const auto found = messages_.find(type); found != messages_.end()) {
            return {found->second.plugin, &found->second.route, found->second.available};
        }
        const std::size_t colon = type.rfind(':');
        if (colon == std::string_view::npos) break;
        type = type.substr(0, colon);
    }
    return {};
}

RouteTable::EndpointMatch RouteTable::match_endpoint(std::string_view path) const {
    EndpointMatch match;
    const EndpointRoute* best = nullptr;
    for (const PluginRoutes& plugin : plugins_) {
        for (const EndpointRoute& endpoint : plugin.endpoints) {
            auto params = match_path(endpoint.path, path);
            if (!params || (best && !is_more_exact(endpoint.path, best->path))) continue;
            best = &endpoint;
            match.owner = plugin.plugin;
            match.params = std::move(*params);
        }
    }
    if (best) {
        match.connection_type = best->connection_type;
        match.channel = fill_template(best->channel, match.params);
        match.json_ping_ms = best->json_ping_ms;
    } else if (path == kHostEndpoint) {
        match.connection_type = kHostConnectionType;
    } else {
        return match;
    }
    match.found = true;
    std::vector<const PluginRoutes*> attached;
    for (const PluginRoutes& plugin : plugins_) {
        const auto& types = plugin.attaches;
        const bool attaches = std::find(types.begin(), types.end(), match.connection_type) != types.end();
        if (attaches && plugin.available && plugin.plugin != match.owner) attached.push_back(&plugin);
    }
    for (const PluginRoutes* plugin : in_depends_order(std::move(attached))) match.attached.push_back(plugin->plugin);
    return match;
}

RouteTable::HttpMatch RouteTable::match_http(std::string_view method, std::string_view path) const {
    HttpMatch match;
    bool path_exists = false;
    for (const PluginRoutes& plugin : plugins_) {
        for (const HttpRoute& route : plugin.http) {
            auto params = match_path(route.path, path);
            if (!params) continue;
            path_exists = true;
            if (route.method != method || (match.route && !is_more_exact(route.path, match.route->path))) continue;
            match.plugin = plugin.plugin;
            match.route = &route;
            match.available = plugin.available;
            match.key = fill_template(route.key, *params);
            match.params = std::move(*params);
        }
    }
    match.method_mismatch = path_exists && !match.plugin;
    return match;
}

RouteTable::ChannelMatch RouteTable::match_channel(std::string_view channel) const {
    for (const PluginRoutes& plugin : plugins_) {
        for (const ChannelRoute& route : plugin.channels) {
            if (matches(pattern_of(route.pattern), channel)) return {plugin.plugin, route.may_record, plugin.available};
        }
    }
    return {};
}

}  // namespace tidegate::routing
