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

void append_lease(std::string& text, const Lease& lease) {
    const auto text_member = [&](const char* name, const std::string& value) {
        text.append(name);
        tg::json::append_string(text, value);
    };
    text_member(R"({"path":)", lease.path);
    text_member(R"(,"holder":)", lease.holder);
    text_member(R"(,"session":)", lease.session);
    text.append(R"(,"token":)").append(std::to_string(lease.token));
    text.append(lease.implicit ? R"(,"implicit":true,"expires_ms":)" : R"(,"implicit":false,"expires_ms":)");
    text.append(std::to_string(lease.ends_ms)).append(R"(,"ttl_ms":)").append(std::to_string(lease.ttl_ms));
    if (!lease.data.empty()) text.append(R"(,"data":)").append(lease.data);
    text.append("}");
}

void append_leases(std::string& text, const std::vector<Lease>& leases) {
    text.append("[");
    for (const auto& lease : leases) {
        if (text.back() != '[') text.append(",");
        append_lease(text, lease);
    }
    text.append("]");
}

std::size_t room_for(const std::vector<Lease>& leases) {
    static constexpr std::size_t kMembersBytes = 160;
    std::size_t bytes = 0;
    for (const auto& lease : leases)
        bytes += kMembersBytes + lease.path.size() + lease.holder.size() + lease.session.size() + lease.data.size();
    return bytes;
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
    std::string text;
    text.reserve(80 + room_for(outcome.leases) + room_for(outcome.blocked_by) + room_for(outcome.evicted));
    text.append(outcome.granted ? R"({"granted":true,"leases":)" : R"({"granted":false,"leases":)");
    append_leases(text, outcome.leases);
    append_leases(text.append(R"(,"blocked_by":)"), outcome.blocked_by);
    append_leases(text.append(R"(,"evicted":)"), outcome.evicted);
    text.append("}");
    return {Buffer::copy_of(text), outcome.token};
}

PortValue encode(const PresenceList& list) {
    return {Buffer::copy_of(R"({"users":)" + listed(list.users, user_json) + "}"), list.total};
}

std::string leases_json(std::string_view name, const std::vector<Lease>& leases) {
    std::string text;
    text.reserve(name.size() + 8 + room_for(leases));
    text.append("{");
    tg::json::append_string(text, name);
    append_leases(text.append(":"), leases);
    return text.append("}");
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
