#pragma once

// Manifest: what a plugin says of itself, parsed and checked. Every problem is named; an unknown key is one. Not the
// plugin's own message schemas: those are checked by its SDK. Values. [any-thread]

#include "base/result.hpp"
#include "ports/documents.hpp"
#include "routing/route.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::plugin {

// Which schemas of host-kept state a version writes and reads.
struct StateRule {
    std::uint32_t schema = 1;
    std::uint32_t reads_min = 1;
    std::uint32_t reads_max = 1;
    std::uint32_t writes = 1;

    bool can_read(std::uint32_t written) const { return reads_min <= written && written <= reads_max; }
};

// Domain events that a plugin wants: "field.updated", "quote.*" or "*".
struct EventWish {
    std::string name;
    std::string key;          // the strand's, a template: "quote:{quote_id}"
    bool from_start = false;  // where a reader that never read begins; else with what comes from now on

    bool matches(std::string_view event_name) const;
};

struct Manifest {
    std::string id;
    std::string version;
    std::string abi;
    std::string min_host;
    std::vector<routing::MessageRoute> messages;
    std::vector<routing::HttpRoute> http;
    std::vector<routing::EndpointRoute> endpoints;
    std::vector<std::string> attaches;
    std::vector<routing::ChannelRoute> channels;
    std::vector<routing::ChannelRoute> publishes;  // channels of others
    std::vector<EventWish> events;
    std::vector<DocumentType> docs;
    std::vector<std::string> depends;
    std::vector<std::string> required;  // extensions: "tg.session/1"
    std::vector<std::string> optional;
    std::string config_schema;  // JSON text; empty = any configuration
    StateRule state;

    // Does a message type, or the type of an event, belong to this plugin?
    bool owns_type(std::string_view type) const;
    // The pattern that covers a channel; null for somebody else's.
    const routing::ChannelRoute* channel_pattern(std::string_view channel) const;
    // The same, or that of somebody else's channel on which this plugin may publish.
    const routing::ChannelRoute* publishing_pattern(std::string_view channel) const;
};

inline constexpr std::string_view kManifestSection = ".tidegate.manifest";
inline constexpr std::string_view kHostVersion = "0.1.0";

bool is_plugin_id(std::string_view text);
// Compares "1.2.3" part by part; missing and strange parts count as 0.
bool version_less(std::string_view left, std::string_view right);

// The error's text lists every problem: "manifest: routes.ws[0].key: …; version: missing".
Result<Manifest> parse_manifest(std::string_view json);

}  // namespace tidegate::plugin
