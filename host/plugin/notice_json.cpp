#include "plugin/notice_json.hpp"

#include "protocol/json_text.hpp"

#include <tidegate/json/writer.hpp>

namespace tidegate::plugin {

namespace {

using protocol::json_quoted;

// one(item) for each, in brackets.
template <class Items, class One>
std::string listed(const Items& items, One&& one) {
    std::string text = "[";
    for (const auto& item : items) {
        if (text.size() > 1) text += ',';
        text += one(item);
    }
    return text + "]";
}

void write(tg::json::Writer& out, std::string_view name, const std::vector<Lease>& leases) {
    out.key(name).begin_array();
    for (const auto& lease : leases) {
        out.begin_object().member("path", lease.path).member("holder", lease.holder).member("session", lease.session);
        out.member("token", lease.token).member("implicit", lease.implicit);
        out.member("expires_ms", lease.ends_ms).member("ttl_ms", lease.ttl_ms);
        if (!lease.data.empty()) out.raw_member("data", lease.data);
        out.end_object();
    }
    out.end_array();
}

std::string object_or(const std::string& text, const char* otherwise) { return text.empty() ? otherwise : text; }

std::string user_json(const PresentUser& user) {
    return R"({"user":)" + json_quoted(user.user) + R"(,"info":)" + object_or(user.info, "{}") + R"(,"state":)" +
           object_or(user.state, "null") + R"(,"connections":)" + std::to_string(user.connections) + "}";
}

std::string change_json(const PresenceChange& change) {
    std::string text = R"({"user":)" + json_quoted(change.user) + R"(,"info":)" + object_or(change.info, "{}");
    if (change.joined)
        text += R"(,"sessions":)" +
                listed(change.sessions, [](std::uint64_t session) { return '"' + std::to_string(session) + '"'; });
    return text + "}";
}

}  // namespace

PortValue encode(const LeaseOutcome& outcome) {
    tg::json::Writer out;
    out.begin_object().member("granted", outcome.granted);
    write(out, "leases", outcome.leases);
    write(out, "blocked_by", outcome.blocked_by);
    write(out, "evicted", outcome.evicted);
    out.end_object();
    return {Buffer::copy_of(out.view()), outcome.token};
}

PortValue encode(const PresenceList& list) {
    return {Buffer::copy_of(R"({"users":)" + listed(list.users, user_json) + "}"), list.total};
}

std::string leases_json(std::string_view name, const std::vector<Lease>& leases) {
    tg::json::Writer out;
    out.begin_object();
    write(out, name, leases);
    return out.end_object().take();
}

std::string changes_json(const std::vector<PresenceChange>& changes) {
    std::vector<PresenceChange> joined, left;
    for (const auto& change : changes) (change.joined ? joined : left).push_back(change);
    return R"({"joined":)" + listed(joined, change_json) + R"(,"left":)" + listed(left, change_json) + "}";
}

std::string event_json(const StoredEvent& event) {
    return R"({"sequence":)" + std::to_string(event.sequence) + R"(,"name":)" + json_quoted(event.name) +
           R"(,"data":)" + event.data + R"(,"actor":)" + json_quoted(event.actor) + R"(,"doc_type":)" +
           json_quoted(event.key.type) + R"(,"doc_id":)" + json_quoted(event.key.id) + R"(,"revision":)" +
           std::to_string(event.revision) + R"(,"at_ms":)" + std::to_string(event.at_ms) + "}";
}

}  // namespace tidegate::plugin
