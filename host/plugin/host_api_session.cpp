#include "base/limits.hpp"
#include "plugin/abi_text.hpp"
#include "plugin/host_api.hpp"
#include "protocol/codes.hpp"
#include "protocol/json_text.hpp"

#include <string>

namespace tidegate::plugin {

namespace {

using session::Lane;

routing::Gateway& gateway_of(const tg_host* host) { return generation_of(host).slot().engine().services.gateway; }

// The hook of a message that was not answered yet.
tg_rc find_unanswered(const tg_host* host, tg_hook* handle, Hook*& hook) {
    hook = hook_on_strand(host, handle);
    if (!hook || hook->call.kind != routing::InvocationKind::kMessage) return TG_E_INVALID;
    if (hook->stopped == TG_E_DEADLINE) return TG_E_DEADLINE;  // the peer was told `unavailable`
    if (hook->answered) return TG_E_CONFLICT;
    return TG_OK;
}

// An answer that acts on a recorded channel keeps its place among that channel's events.
Lane answer_lane(Hook& hook) {
    const auto* pattern = hook.generation->manifest().publishing_pattern(hook.call.channel);
    return !hook.call.channel.empty() && pattern && pattern->may_record ? Lane::kEvents : Lane::kControl;
}

tg_rc reply(const tg_host* host, tg_hook* handle, tg_str object) {
    Hook* hook = nullptr;
    if (const auto rc = find_unanswered(host, handle, hook); rc != TG_OK) return rc;
    if (const auto rc = check_own_type(*hook->generation, from_c(object)); rc != TG_OK) return rc;
    if (!protocol::splice_point(from_c(object))) return TG_E_INVALID;
    hook->answered = true;
    gateway_of(host).reply(hook->call.session->id(), from_c(object), hook->call.id, answer_lane(*hook));
    return TG_OK;
}

tg_rc fail_message(const tg_host* host, tg_hook* handle, tg_str code, tg_str message, tg_str fields) {
    Hook* hook = nullptr;
    if (const auto rc = find_unanswered(host, handle, hook); rc != TG_OK) return rc;
    const auto row = protocol::find_error(from_c(code));
    if (!row || (fields.len != 0 && !protocol::splice_point(from_c(fields)))) return TG_E_INVALID;
    hook->answered = true;
    const auto text = from_c(message).empty() ? protocol::row(*row).message : from_c(message);
    gateway_of(host).fail(hook->call.session->id(), from_c(code), text, hook->call.id, from_c(fields));
    return TG_OK;
}

tg_rc send(const tg_host* host, tg_hook*, tg_session session, tg_str object, std::uint32_t lane) {
    if (lane > TG_LANE_BULK || !protocol::splice_point(from_c(object))) return TG_E_INVALID;
    if (const auto rc = check_own_type(generation_of(host), from_c(object)); rc != TG_OK) return rc;
    auto& gateway = gateway_of(host);
    gateway.send(SessionId(session), from_c(object), static_cast<Lane>(lane));
    const auto info = gateway.find(SessionId(session));
    return info && info->behind ? TG_BACKPRESSURE : TG_OK;
}

tg_rc close(const tg_host* host, tg_session session, std::uint16_t code, tg_str reason) {
    // Codes of the protocol's own table, and those the RFC leaves to applications.
    if (code != 1000 && (code < 3000 || code > 4999)) return TG_E_INVALID;
    gateway_of(host).close(SessionId(session), code, from_c(reason).substr(0, 123));
    return TG_OK;
}

tg_rc find_for_channel(const tg_host* host, tg_hook* handle, tg_session id, tg_str channel,
                       session::SessionInfoRef& session) {
    if (!hook_on_strand(host, handle)) return TG_E_INVALID;
    if (channel.len == 0 || channel.len > limits::kChannelBytes) return TG_E_INVALID;
    if (!own_channel(generation_of(host), from_c(channel))) return TG_E_FORBIDDEN;
    session = gateway_of(host).find(SessionId(id));
    return session ? TG_OK : TG_E_NOT_FOUND;
}

tg_rc join(const tg_host* host, tg_hook* handle, tg_session id, tg_str channel) {
    session::SessionInfoRef session;
    const auto rc = find_for_channel(host, handle, id, channel, session);
    if (rc == TG_OK) gateway_of(host).join(session, from_c(channel));
    return rc;
}

tg_rc leave(const tg_host* host, tg_hook* handle, tg_session id, tg_str channel) {
    session::SessionInfoRef session;
    const auto rc = find_for_channel(host, handle, id, channel, session);
    if (rc == TG_OK) gateway_of(host).leave(session, from_c(channel));
    return rc;
}

tg_rc attribute_set(const tg_host* host, tg_session id, tg_str name, tg_str value) {
    if (name.len == 0) return TG_E_INVALID;
    const auto session = gateway_of(host).find(SessionId(id));
    if (!session) return TG_E_NOT_FOUND;
    const std::string plugin(generation_of(host).slot().id());
    return session->attributes.with([&](auto& all) -> tg_rc {
        const std::pair key(plugin, std::string(from_c(name)));
        if (value.len == 0) {
            all.erase(key);
            return TG_OK;
        }
        std::size_t used = name.len + value.len;
        for (const auto& [other, text] : all)
            if (other.first == plugin && other.second != key.second) used += other.second.size() + text.size();
        if (used > limits::kAttributeBytes) return TG_E_TOO_LARGE;
        all[key] = std::string(from_c(value));
        return TG_OK;
    });
}

tg_rc attribute_get(const tg_host* host, tg_session id, tg_str name, tg_result* now) {
    const auto session = gateway_of(host).find(SessionId(id));
    if (!session) return fail_now(nullptr, now, TG_E_NOT_FOUND, "no such session");
    const std::pair key(std::string(generation_of(host).slot().id()), std::string(from_c(name)));
    const auto value = session->attributes.with([&](const auto& all) {
        const auto found = all.find(key);
        return found == all.end() ? BufferRef{} : Buffer::copy_of(found->second);
    });
    if (!value) return fail_now(nullptr, now, TG_E_NOT_FOUND, "no such attribute");
    return done_now(now, value, 0);
}

constexpr tg_ext_session kExtension{sizeof(tg_ext_session), &reply,        &fail_message, &send, &close, &join, &leave,
                                    &attribute_set,         &attribute_get};

}  // namespace

const tg_ext_session* session_extension() { return &kExtension; }

}  // namespace tidegate::plugin
