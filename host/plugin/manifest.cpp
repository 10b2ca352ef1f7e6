#include "plugin/manifest.hpp"

#include "plugin/event_key.hpp"
#include "plugin/manifest_reader.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace tidegate::plugin {

namespace {

std::string without_colon(std::string prefix) {
    if (!prefix.empty() && prefix.back() == ':') prefix.pop_back();
    return prefix;
}

bool is_prefix(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == ':' || c == '-' || c == '.';
    };
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), allowed);
}

void read_key(routing::MessageRoute& route, const std::string& key, ObjectReader& in) {
    constexpr std::string_view kField = "field:";
    if (key == "session") {
        route.key = routing::KeyKind::kSession;
    } else if (key == "channel") {
        route.key = routing::KeyKind::kChannel;
    } else if (key.starts_with(kField) && key.size() > kField.size()) {
        route.key = routing::KeyKind::kField;
        route.key_field = key.substr(kField.size());
    } else {
        in.note("key", "must be session, channel or field:<name>, not '" + key + "'");
    }
}

routing::MessageRoute read_message_route(const json& value, const std::string& place, Problems& problems) {
    ObjectReader in(value, place, problems);
    routing::MessageRoute route;
    route.prefix = without_colon(in.required_text("prefix"));
    if (!route.prefix.empty() && !is_prefix(route.prefix)) in.note("prefix", "must be of a-z 0-9 _ - . and colons");
    read_key(route, in.text("key", "session"), in);
    const auto mode = in.text("mode", "strict");
    if (mode == "start_order")
        route.mode = routing::Mode::kStartOrder;
    else if (mode != "strict")
        in.note("mode", "must be strict or start_order, not '" + mode + "'");
    route.max_in_flight = in.number("max_in_flight", 32, 1, 1024);
    route.deadline_ms = in.number("deadline_ms", 5000, 1, 600'000);
    route.max_payload = in.number("max_payload", 65536, 1, 16 * 1024 * 1024);
    route.runs_inline = in.boolean("inline", false);
    if (route.runs_inline && route.key != routing::KeyKind::kSession)
        in.note("inline", "asks for the key session: it runs on the session's own loop");
    return route;
}

routing::HttpRoute read_http_route(const json& value, const std::string& place, Problems& problems) {
    ObjectReader in(value, place, problems);
    routing::HttpRoute route;
    route.method = in.required_text("method");
    static constexpr std::string_view kMethods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    if (!route.method.empty() &&
        std::find(std::begin(kMethods), std::end(kMethods), route.method) == std::end(kMethods))
        in.note("method", "must be GET, POST, PUT, PATCH or DELETE");
    route.path = in.required_text("path");
    if (!route.path.empty() && route.path.front() != '/') in.note("path", "must begin with /");
    route.key = in.text("key");
    route.deadline_ms = in.number("deadline_ms", 5000, 1, 600'000);
    return route;
}

routing::EndpointRoute read_endpoint(const json& value, const std::string& place, Problems& problems) {
    ObjectReader in(value, place, problems);
    routing::EndpointRoute route;
    route.path = in.required_text("path");
    if (!route.path.empty() && route.path.front() != '/') in.note("path", "must begin with /");
    route.connection_type = in.required_text("connection_type");
    route.channel = in.text("channel");
    route.json_ping_ms = in.number("json_ping_ms", 0);
    return route;
}

routing::ChannelRoute read_channel(const json& value, const std::string& place, Problems& problems) {
    ObjectReader in(value, place, problems);
    routing::ChannelRoute route;
    route.pattern = in.required_text("pattern");
    const auto star = route.pattern.find('*');
    if (star != std::string::npos && star + 1 != route.pattern.size()) in.note("pattern", "may have * only at its end");
    const auto kind = in.text("kind", "live");
    if (kind != "live" && kind != "recorded") in.note("kind", "must be recorded or live, not '" + kind + "'");
    route.may_record = kind == "recorded";
    return route;
}

EventWish read_event_wish(const json& value, const std::string& place, Problems& problems) {
    ObjectReader in(value, place, problems);
    EventWish wish;
    wish.name = in.required_text("name");
    const auto star = wish.name.find('*');
    const bool whole_words = star == 0 || (star != std::string::npos && wish.name[star - 1] == '.');
    if (star != std::string::npos && (star + 1 != wish.name.size() || !whole_words))
        in.note("name", "must be a name, \"word.*\" or \"*\", not '" + wish.name + "'");
    wish.key = in.text("key");
    if (!is_key_template(wish.key)) in.note("key", "must be of text and {members}, not '" + wish.key + "'");
    const auto from = in.text("from", "now");
    if (from != "now" && from != "start") in.note("from", "must be now or start, not '" + from + "'");
    wish.from_start = from == "start";
    return wish;
}

DocumentType read_document_type(const json& value, const std::string& place, Problems& problems) {
    ObjectReader in(value, place, problems);
    DocumentType type;
    type.type = in.required_text("type");
    type.schema = in.object_text("schema");
    in.each("indexes", [&](const json& item, const std::string& at) {
        ObjectReader index(item, at, problems);
        type.indexes.push_back({index.required_text("name"), index.required_text("path")});
    });
    return type;
}

StateRule read_state(const json& value, Problems& problems) {
    ObjectReader in(value, "state", problems);
    StateRule rule;
    rule.schema = in.number("schema", 1);
    rule.writes = in.number("writes", rule.schema);
    rule.reads_min = rule.reads_max = rule.writes;
    if (const json* reads = in.find("reads")) {
        const bool pair = reads->is_array() && reads->size() == 2 && (*reads)[0].is_number_unsigned() &&
                          (*reads)[1].is_number_unsigned();
        if (pair) {
            rule.reads_min = (*reads)[0].get<std::uint32_t>();
            rule.reads_max = (*reads)[1].get<std::uint32_t>();
        }
        if (!pair || rule.reads_min > rule.reads_max) in.note("reads", "must be [lowest, highest]");
    }
    if (!rule.can_read(rule.writes)) in.note("reads", "must contain what is written");
    return rule;
}

void read_routes(const json& value, Manifest& manifest, Problems& problems) {
    ObjectReader in(value, "routes", problems);
    in.each("ws", [&](const json& item, const std::string& place) {
        manifest.messages.push_back(read_message_route(item, place, problems));
    });
    in.each("http", [&](const json& item, const std::string& place) {
        manifest.http.push_back(read_http_route(item, place, problems));
    });
}

void read_identity(ObjectReader& in, Manifest& manifest) {
    const json* form = in.find("manifest");
    if (!form || *form != 1) in.note("manifest", "must be 1, the form this host knows");
    manifest.id = in.required_text("id");
    if (!manifest.id.empty() && !is_plugin_id(manifest.id)) in.note("id", "must be of a-z 0-9 _");
    manifest.version = in.required_text("version");
    manifest.abi = in.required_text("abi");
    manifest.min_host = in.text("min_host");
    if (!manifest.min_host.empty() && version_less(kHostVersion, manifest.min_host))
        in.note("min_host", "asks for host " + manifest.min_host + ", this is " + std::string(kHostVersion));
}

Manifest read_manifest(const json& value, Problems& problems) {
    ObjectReader in(value, "", problems);
    Manifest manifest;
    read_identity(in, manifest);
    if (const json* routes = in.find("routes")) read_routes(*routes, manifest, problems);
    in.each("endpoints", [&](const json& item, const std::string& place) {
        manifest.endpoints.push_back(read_endpoint(item, place, problems));
    });
    manifest.attaches = in.texts("attaches");
    in.each("channels", [&](const json& item, const std::string& place) {
        manifest.channels.push_back(read_channel(item, place, problems));
    });
    in.each("publishes", [&](const json& item, const std::string& place) {
        manifest.publishes.push_back(read_channel(item, place, problems));
    });
    in.each("events", [&](const json& item, const std::string& place) {
        manifest.events.push_back(read_event_wish(item, place, problems));
    });
    in.each("docs", [&](const json& item, const std::string& place) {
        manifest.docs.push_back(read_document_type(item, place, problems));
    });
    manifest.depends = in.texts("depends");
    manifest.required = in.texts("requires");
    manifest.optional = in.texts("optional");
    manifest.config_schema = in.object_text("config_schema");
    if (const json* state = in.find("state")) manifest.state = read_state(*state, problems);
    for (const char* kept_by_others : {"permissions", "schemas", "budgets"}) in.object_text(kept_by_others);
    return manifest;
}

std::string joined(const Problems& problems) {
    std::string text;
    for (const auto& problem : problems) text += (text.empty() ? "" : "; ") + problem;
    return text;
}

unsigned next_part(std::string_view& version) {
    const auto dot = version.find('.');
    const auto part = version.substr(0, dot);
    version = dot == std::string_view::npos ? std::string_view{} : version.substr(dot + 1);
    unsigned number = 0;
    std::from_chars(part.data(), part.data() + part.size(), number);
    return number;
}

const routing::ChannelRoute* covering(const std::vector<routing::ChannelRoute>& routes, std::string_view channel) {
    for (const auto& route : routes) {
        const std::string_view pattern = route.pattern;
        const bool covers =
            pattern.ends_with('*') ? channel.starts_with(pattern.substr(0, pattern.size() - 1)) : channel == pattern;
        if (covers) return &route;
    }
    return nullptr;
}

}  // namespace

bool Manifest::owns_type(std::string_view type) const {
    return std::any_of(messages.begin(), messages.end(), [&](const routing::MessageRoute& route) {
        return type.starts_with(route.prefix) &&
               (type.size() == route.prefix.size() || type[route.prefix.size()] == ':');
    });
}

const routing::ChannelRoute* Manifest::channel_pattern(std::string_view channel) const {
    return covering(channels, channel);
}

const routing::ChannelRoute* Manifest::publishing_pattern(std::string_view channel) const {
    const auto* own = covering(channels, channel);
    return own ? own : covering(publishes, channel);
}

bool EventWish::matches(std::string_view event_name) const {
    const std::string_view wanted = name;
    return wanted.ends_with('*') ? event_name.starts_with(wanted.substr(0, wanted.size() - 1)) : event_name == wanted;
}

bool is_plugin_id(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

bool version_less(std::string_view left, std::string_view right) {
    while (!left.empty() || !right.empty()) {
        const auto l = next_part(left), r = next_part(right);
        if (l != r) return l < r;
    }
    return false;
}

Result<Manifest> parse_manifest(std::string_view text) {
    const auto value = json::parse(text, nullptr, false);
    if (value.is_discarded()) return fail(Errc::kInvalid, "manifest: not valid JSON");
    Problems problems;
    auto manifest = read_manifest(value, problems);
    if (!problems.empty()) return fail(Errc::kInvalid, "manifest: " + joined(problems));
    return manifest;
}

}  // namespace tidegate::plugin
