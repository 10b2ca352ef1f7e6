#include "plugin/hook_call.hpp"

#include "plugin/abi_text.hpp"
#include "plugin/generation.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace tidegate::plugin {

namespace {

using routing::InvocationKind;
using Pairs = std::vector<std::pair<std::string, std::string>>;

template <class Struct>
Struct sized() {
    Struct made{};
    made.size = sizeof made;
    return made;
}

tg_buf* owner_of(const Hook& hook) { return reinterpret_cast<tg_buf*>(hook.call.buffer.get()); }

const tg_principal* principal_of(Hook& hook) {
    const auto& call = hook.call;
    hook.principal = call.session ? call.session->principal() : call.http->principal;
    if (!hook.principal) return nullptr;
    const Principal& who = *hook.principal;
    hook.permissions.clear();
    for (const auto& permission : who.permissions) hook.permissions.push_back(to_c(permission));
    hook.abi_principal = {sizeof(tg_principal),    to_c(who.sub),           to_c(who.name), to_c(who.role),
                          hook.permissions.data(), hook.permissions.size(), who.expires_ms};
    return &hook.abi_principal;
}

// Both lists in one vector, because the structs point into it.
void fill_pairs(Hook& hook, const Pairs& params, const Pairs& query) {
    hook.pairs.clear();
    hook.pairs.reserve(params.size() + query.size());
    for (const auto* list : {&params, &query})
        for (const auto& [name, value] : *list) hook.pairs.push_back({to_c(name), to_c(value)});
}

tg_rc call_open(const tg_plugin& plugin, Hook& hook, std::uint64_t scope) {
    if (!plugin.on_open) return TG_OK;
    const auto& who = hook.call.session->identity();
    fill_pairs(hook, who.params, who.query);
    auto open = sized<tg_open>();
    open.flags = hook.call.owner ? std::uint32_t{TG_OPEN_OWNER} : 0u;
    open.session = who.id.bits();
    open.client_id = to_c(who.client_id);
    open.connection_type = to_c(who.connection_type);
    open.path = to_c(who.path);
    open.channel = to_c(who.channel);
    open.params = hook.pairs.data();
    open.param_count = who.params.size();
    open.query = hook.pairs.data() + who.params.size();
    open.query_count = who.query.size();
    open.principal = principal_of(hook);
    open.scope = scope;
    return plugin.on_open(&plugin, &open, hook.handle());
}

tg_rc call_message(const tg_plugin& plugin, Hook& hook, std::uint64_t scope) {
    if (!plugin.on_message) return TG_E_UNAVAILABLE;
    const auto& call = hook.call;
    auto message = sized<tg_message>();
    message.session = call.session->id().bits();
    message.type = to_c(call.type);
    message.id = to_c(call.id);
    message.channel = to_c(call.channel);
    message.payload = to_c(call.payload);
    message.owner = owner_of(hook);
    message.principal = principal_of(hook);
    message.client_id = to_c(call.session->identity().client_id);
    message.scope = scope;
    return plugin.on_message(&plugin, &message, hook.handle());
}

tg_rc call_close(const tg_plugin& plugin, Hook& hook, std::uint64_t scope) {
    if (!plugin.on_close) return TG_OK;
    const auto& who = hook.call.session->identity();
    auto close = sized<tg_close>();
    close.code = hook.call.close_code;
    close.session = who.id.bits();
    close.client_id = to_c(who.client_id);
    close.channel = to_c(who.channel);
    close.principal = principal_of(hook);
    close.scope = scope;
    return plugin.on_close(&plugin, &close, hook.handle());
}

tg_rc call_subscribe(const tg_plugin& plugin, Hook& hook, std::uint64_t scope) {
    if (!plugin.on_subscribe) return TG_OK;
    auto subscribe = sized<tg_subscribe>();
    subscribe.flags = hook.call.recheck ? std::uint32_t{TG_SUBSCRIBE_RECHECK} : 0u;
    subscribe.session = hook.call.session->id().bits();
    subscribe.channel = to_c(hook.call.channel);
    subscribe.principal = principal_of(hook);
    subscribe.scope = scope;
    return plugin.on_subscribe(&plugin, &subscribe, hook.handle());
}

tg_rc call_http(const tg_plugin& plugin, Hook& hook, std::uint64_t scope) {
    if (!plugin.on_http) return TG_E_UNAVAILABLE;
    const auto& http = *hook.call.http;
    fill_pairs(hook, http.params, http.query);
    auto request = sized<tg_http_request>();
    request.method = to_c(http.method);
    request.route = to_c(http.route);
    request.path = to_c(http.path);
    request.params = hook.pairs.data();
    request.param_count = http.params.size();
    request.query = hook.pairs.data() + http.params.size();
    request.query_count = http.query.size();
    request.body = to_c(hook.call.payload);
    request.idempotency_key = to_c(http.idempotency_key);
    request.owner = owner_of(hook);
    request.principal = principal_of(hook);
    request.scope = scope;
    return plugin.on_http(&plugin, &request, hook.handle());
}

tg_rc call_task(const tg_plugin& plugin, Hook& hook, std::uint64_t scope) {
    if (!plugin.on_task) return TG_E_UNAVAILABLE;
    auto task = sized<tg_task>();
    task.key = to_c(hook.call.key);
    task.name = to_c(hook.call.type);
    task.payload = to_c(hook.call.payload);
    task.owner = owner_of(hook);
    task.scope = scope;
    return plugin.on_task(&plugin, &task, hook.handle());
}

// Is the table long enough for the function that begins there? Those of older plugins are not.
bool reaches(const tg_plugin& plugin, std::size_t offset) { return plugin.size >= offset + sizeof(plugin.on_event); }

tg_event event_of(const Hook& hook, const routing::EventCall& call, std::uint64_t scope) {
    auto event = sized<tg_event>();
    event.key = to_c(call.key);
    event.name = to_c(call.name);
    event.data = to_c(call.data);
    event.actor = to_c(call.actor);
    event.doc_type = to_c(call.doc_type);
    event.doc_id = to_c(call.doc_id);
    event.sequence = call.sequence;
    event.revision = call.revision;
    event.at_ms = call.at_ms;
    event.owner = owner_of(hook);
    event.scope = scope;
    return event;
}

tg_rc call_events_together(const tg_plugin& plugin, Hook& hook, std::uint64_t scope) {
    const auto& calls = hook.call.events;
    std::vector<tg_event> events;
    std::vector<const tg_event*> each;
    events.reserve(calls.size());
    each.reserve(calls.size());
    for (const auto& call : calls) each.push_back(&events.emplace_back(event_of(hook, call, scope)));
    const tg_events together{sizeof(tg_events), static_cast<std::uint32_t>(each.size()), each.data()};
    return plugin.on_events(&plugin, &together, hook.handle());
}

tg_rc call_events(const tg_plugin& plugin, Hook& hook, std::uint64_t scope) {
    if (takes_events_together(plugin)) return call_events_together(plugin, hook, scope);
    if (!reaches(plugin, offsetof(tg_plugin, on_event)) || !plugin.on_event) return TG_OK;
    // Gathered for a generation that takes them together, but this one does not: they come again one by one.
    if (hook.call.events.size() > 1) return TG_E_UNAVAILABLE;
    const auto event = event_of(hook, hook.call.events.front(), scope);
    return plugin.on_event(&plugin, &event, hook.handle());
}

tg_notice notice_of(const Hook& hook, std::uint64_t scope) {
    auto notice = sized<tg_notice>();
    notice.key = to_c(hook.call.key);
    notice.payload = to_c(hook.call.payload);
    notice.owner = owner_of(hook);
    notice.scope = scope;
    return notice;
}

tg_rc call_lease(const tg_plugin& plugin, Hook& hook, std::uint64_t scope) {
    if (!reaches(plugin, offsetof(tg_plugin, on_lease)) || !plugin.on_lease) return TG_OK;
    const auto notice = notice_of(hook, scope);
    return plugin.on_lease(&plugin, &notice, hook.handle());
}

tg_rc call_presence(const tg_plugin& plugin, Hook& hook, std::uint64_t scope) {
    if (!reaches(plugin, offsetof(tg_plugin, on_presence)) || !plugin.on_presence) return TG_OK;
    const auto notice = notice_of(hook, scope);
    return plugin.on_presence(&plugin, &notice, hook.handle());
}

}  // namespace

bool takes_events_together(const tg_plugin& plugin) {
    return reaches(plugin, offsetof(tg_plugin, on_events)) && plugin.on_events;
}

std::uint64_t tenant_scope(std::string_view tenant) {
    std::uint64_t hash = 14695981039346656037u;  // FNV-1a
    for (const char c : tenant) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    return hash;
}

Walled call_plugin(Hook& hook) {
    const tg_plugin& plugin = hook.generation->table();
    const auto scope = tenant_scope(hook.call.tenant_name());
    return behind_wall([&] {
        switch (hook.call.kind) {
            case InvocationKind::kOpen:
                return call_open(plugin, hook, scope);
            case InvocationKind::kMessage:
                return call_message(plugin, hook, scope);
            case InvocationKind::kClose:
                return call_close(plugin, hook, scope);
            case InvocationKind::kSubscribe:
                return call_subscribe(plugin, hook, scope);
            case InvocationKind::kHttp:
                return call_http(plugin, hook, scope);
            case InvocationKind::kTask:
                return call_task(plugin, hook, scope);
            case InvocationKind::kEvent:
                return call_events(plugin, hook, scope);
            case InvocationKind::kLease:
                return call_lease(plugin, hook, scope);
            case InvocationKind::kPresence:
                return call_presence(plugin, hook, scope);
        }
        return tg_rc{TG_E_INTERNAL};
    });
}

}  // namespace tidegate::plugin
