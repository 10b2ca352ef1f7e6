#include "base/uuid.hpp"
#include "routing/host_frames.hpp"
#include "routing/switchboard.hpp"

#include <algorithm>
#include <utility>

// How sessions begin and end: admission, the plugins' opens one after another, the plugins' closes.

namespace tidegate::routing {
namespace {

using session::Lane;
using session::Pause;

std::string user_key(const Principal& principal) { return channel_key(principal.tenant, principal.sub); }

std::uint16_t close_code_for(const Error& why) {
    const bool no_access = why.code == Errc::kForbidden || why.code == Errc::kNotFound;
    return no_access ? protocol::close::kNoAccess : protocol::close::kOpenFailed;
}

std::string_view open_key(const session::SessionIdentity& identity) {
    return identity.channel.empty() ? identity.key : identity.channel;
}

}  // namespace

const session::SessionLimits& Switchboard::limits_for(const OpenRequest& request) {
    const auto [at, is_new] = limits_.try_emplace({request.raw_echo, request.endpoint.json_ping_ms});
    session::SessionLimits& limits = at->second;
    if (is_new) {
        limits.message_bytes_max = settings_.message_bytes_max;
        limits.outbox_bytes_max = settings_.outbox_bytes_max;
        limits.heartbeat_ms = settings_.heartbeat_ms;
        limits.json_ping_ms = request.endpoint.json_ping_ms;
        if (request.raw_echo) {
            limits.message_bytes_max = settings_.raw_echo_message_bytes_max;
            limits.outbox_bytes_max = std::max(limits.outbox_bytes_max, 2 * settings_.raw_echo_message_bytes_max);
            limits.fragments_max = settings_.raw_echo_fragments_max;
            limits.accept_binary = true;
        }
    }
    return limits;
}

session::Session& Switchboard::open(OpenRequest request) {
    affine_.bind();
    if (!std::exchange(sweeping_, true)) executor_.run_after(settings_.sweep_ms, [this] { sweep(); });

    const SessionId id = table_.reserve();
    session::SessionIdentity identity;
    identity.id = id;
    identity.client_id = request.client_id.empty() ? random_uuid() : std::move(request.client_id);
    identity.tenant = request.principal ? request.principal->tenant : "default";
    identity.connection_type = request.endpoint.connection_type;
    identity.path = std::move(request.path);
    identity.key = "session:" + identity.client_id;
    // First, so that no query can say it.
    Params known{{"sub", request.principal ? request.principal->sub : std::string()}};
    known.insert(known.end(), request.query.begin(), request.query.end());
    const auto channel = fill_rest(request.endpoint.channel, known);
    const bool channel_is_good = channel && (channel->empty() || protocol::is_channel_name(*channel));
    if (channel_is_good) identity.channel = *channel;
    identity.params = request.endpoint.params;
    identity.query = std::move(request.query);
    auto principal = request.principal ? request.principal : std::make_shared<const Principal>();

    auto info = make_ref<session::SessionInfo>(std::move(identity), std::move(principal));
    const session::SessionLimits& limits = limits_for(request);
    Client& client =
        table_.put(id, std::make_unique<Client>(info, *request.transport, static_cast<session::SessionOwner&>(*this),
                                                outboxes_, clock_, limits));
    commons_.sessions.add(info);
    commons_.metrics.sessions_opened.add();

    std::uint16_t refusal = admit(client, request);
    if (refusal == 0 && !channel_is_good) refusal = protocol::close::kNoAccess;
    if (refusal != 0) {
        const bool has_reason = refusal == request.refusal && !request.refusal_reason.empty();
        client.session->close(refusal,
                              has_reason ? std::string_view(request.refusal_reason) : protocol::close_reason(refusal));
        return *client.session;
    }
    client.raw_echo = request.raw_echo;
    client.expires_ms = request.principal->expires_ms;
    client.gauge = &commons_.metrics.open_sessions(info->identity().connection_type);
    client.gauge->fetch_add(1, std::memory_order_relaxed);
    begin_opening(client, request.endpoint);
    return *client.session;
}

// 0, or the code it is closed with.
std::uint16_t Switchboard::admit(Client& client, const OpenRequest& request) {
    if (request.refusal != 0) return request.refusal;
    if (!request.principal) return protocol::close::kUnauthorized;
    if (is_draining_) return protocol::close::kDrain;
    if (!commons_.caps.per_address.enter(request.address)) return protocol::close::kTooManyConnections;
    client.address = request.address;
    std::string user = user_key(*request.principal);
    if (!commons_.caps.per_user.enter(user)) return protocol::close::kTooManyConnections;
    client.user = std::move(user);
    return 0;
}

void Switchboard::begin_opening(Client& client, const RouteTable::EndpointMatch& endpoint) {
    if (client.raw_echo) {
        client.session->release();
        return;
    }
    client.opening = std::make_unique<Opening>();
    client.opening->has_owner = endpoint.owner != nullptr;
    if (endpoint.owner) client.opening->plugins.push_back(endpoint.owner);
    client.opening->plugins.insert(client.opening->plugins.end(), endpoint.attached.begin(), endpoint.attached.end());
    if (!client.opening->plugins.empty()) client.session->pause(Pause::kOpening);
    if (!client.opening->has_owner) accept(client);
    open_current(client);
}

void Switchboard::open_current(Client& client) {
    Opening& opening = *client.opening;
    if (opening.at == opening.plugins.size()) {
        client.opening = nullptr;
        client.session->resume(Pause::kOpening);
        return;
    }
    PluginPort* const plugin = opening.plugins[opening.at];
    const session::SessionInfoRef& info = client.info();
    Invocation invocation;
    invocation.kind = InvocationKind::kOpen;
    invocation.session = info;
    invocation.key = open_key(info->identity());
    invocation.channel = info->identity().channel;
    invocation.owner = opening.is_owners();
    // The join takes effect here, on the strand: what the channel's next hook publishes comes after it.
    invocation.on_end = [this, info, plugin, owner = invocation.owner](HookEnd end) {
        const std::string& channel = info->identity().channel;
        if (!end && owner && !channel.empty()) {
            Join join;
            join.session = info;
            join.is_default = true;
            commons_.hub.join(std::move(join), channel);
        }
        inbox_.push([this, id = info->id(), plugin, moved = std::move(end)] { open_ended(id, plugin, moved); });
    };
    opening.in_flight = true;
    switch (plugin->dispatch(std::move(invocation))) {
        case Dispatched::kAccepted:
            opening.waiting_since_ms = 0;
            return;
        case Dispatched::kFull:
            opening.in_flight = false;
            if (opening.waiting_since_ms == 0) {
                opening.waiting_since_ms = std::max<std::int64_t>(1, now_ms());
            } else if (now_ms() - opening.waiting_since_ms >= limits::kParkedMs) {
                open_failed(client, tidegate::fail(Errc::kBusy, "open: the strand stayed full"));
            }
            return;
        case Dispatched::kUnavailable:
            opening.in_flight = false;
            open_failed(client, tidegate::fail(Errc::kUnavailable, "open: the plugin does not serve"));
            return;
    }
}

void Switchboard::open_ended(SessionId id, PluginPort* plugin, const HookEnd& end) {
    Client* client = table_.find(id);
    if (!client || !client->opening) return;
    client->opening->in_flight = false;
    if (!end) client->opened.push_back(plugin);
    if (!client->session->is_live()) {
        depart(*client);
    } else if (end) {
        open_failed(*client, *end);
    } else {
        if (client->opening->is_owners()) accept(*client);
        open_next(*client);
    }
}

void Switchboard::open_failed(Client& client, const Error& why) {
    if (client.opening->is_owners()) {
        const std::uint16_t code = close_code_for(why);
        client.session->close(code, protocol::close_reason(code));
        return;
    }
    client.refused.push_back(client.opening->plugins[client.opening->at]);
    open_next(client);
}

void Switchboard::open_next(Client& client) {
    ++client.opening->at;
    client.opening->waiting_since_ms = 0;
    open_current(client);
}

// First what the host says, then what was held.
void Switchboard::accept(Client& client) {
    std::vector<BufferRef>& subscribed = client.opening->subscribed;
    for (auto frame = subscribed.rbegin(); frame != subscribed.rend(); ++frame) client.session->push_first(*frame);
    subscribed.clear();
    client.session->push_first(
        established_frame(client.identity().client_id, clock_.wall_ms(), settings_.node, settings_.heartbeat_ms));
    client.session->release();
}

// The session is closing: its channels go at once; its plugins hear of it after everything else of it has ended.
void Switchboard::depart(Client& client) {
    if (client.session->is_live()) return;
    channels_.unsubscribe_all(client);
    if (client.gauge) std::exchange(client.gauge, nullptr)->fetch_sub(1, std::memory_order_relaxed);
    if (client.opening && client.opening->in_flight) return;
    if (!client.departed) dispatch_closes(client);
    if (client.departed && client.session->state() == session::Session::State::kClosed) bury(client);
}

void Switchboard::dispatch_closes(Client& client) {
    session::SessionInfo& info = *client.info();
    info.paused = true;  // whoever ends the last hook wakes this loop
    if (info.in_flight_messages > 0) return;
    while (!client.opened.empty()) {
        Invocation invocation;
        invocation.kind = InvocationKind::kClose;
        invocation.session = client.info();
        invocation.key = open_key(info.identity());
        invocation.channel = info.identity().channel;
        invocation.close_code = client.close_code;
        const Dispatched dispatched = client.opened.front()->dispatch(std::move(invocation));
        if (dispatched == Dispatched::kFull) return;
        if (dispatched == Dispatched::kUnavailable) commons_.metrics.count_dropped("plugin_unavailable");
        client.opened.erase(client.opened.begin());
    }
    client.departed = true;
}

void Switchboard::bury(Client& client) {
    const SessionId id = client.session->id();
    if (!client.address.empty()) commons_.caps.per_address.leave(client.address);
    if (!client.user.empty()) commons_.caps.per_user.leave(client.user);
    commons_.sessions.remove(id);
    table_.free(id);
}

}  // namespace tidegate::routing
