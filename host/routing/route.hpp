#pragma once

// What a manifest says of the ways into a plugin, in the host's words: message routes, HTTP routes, endpoints, channel
// patterns. Plain values; parsed and checked by plugin/manifest, held by the route table. [any-thread once built]

#include <cstdint>
#include <string>
#include <vector>

namespace tidegate::routing {

enum class KeyKind : std::uint8_t { kSession, kChannel, kField };
enum class Mode : std::uint8_t { kStrict, kStartOrder };

struct MessageRoute {
    std::string prefix;  // without the trailing colon
    KeyKind key = KeyKind::kSession;
    std::string key_field;  // of kField: a string member at depth 1
    Mode mode = Mode::kStrict;
    std::uint32_t max_in_flight = 32;  // of kStartOrder
    std::uint32_t deadline_ms = 5000;
    std::uint32_t max_payload = 65536;
    bool runs_inline = false;  // on the loop, may not wait
};

struct HttpRoute {
    std::string method;
    std::string path;  // "/api/quotes/{quote_id}"
    std::string key;   // template filled from the path; empty = a key of its own per request
    std::uint32_t deadline_ms = 5000;
};

struct EndpointRoute {
    std::string path;
    std::string connection_type;
    std::string channel;  // template; empty = no default channel
    std::uint32_t json_ping_ms = 0;
};

struct ChannelRoute {
    std::string pattern;  // "quote:*" or exact
    bool may_record = false;
};

}  // namespace tidegate::routing
