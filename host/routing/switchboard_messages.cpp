#include "protocol/json_text.hpp"
#include "routing/host_frames.hpp"
#include "routing/switchboard.hpp"
#include "wire/frame_encoder.hpp"

#include <algorithm>
#include <utility>

// What a client's message becomes: an answer of the host, an invocation of a plugin, or a coded error.

namespace tidegate::routing {
namespace {

using protocol::ErrorCode;
using session::Lane;
using session::Pause;

constexpr std::int64_t kErrorWindowMs = 10'000;
constexpr std::uint32_t kResumeMessages = limits::kInFlightMessages / 2;
constexpr std::uint32_t kResumeBytes = limits::kInFlightBytes / 2;

bool is_host_type(std::string_view type) {
    const std::string_view head = type.substr(0, type.find(':'));
    return head == "connection" || head == "channel" || head == "ping" || head == "pong" || head == "error";
}

ErrorCode error_code_for(Errc code) {
    switch (code) {
        case Errc::kInvalid:
            return ErrorCode::kInvalid;
        case Errc::kNotFound:
            return ErrorCode::kNotFound;
        case Errc::kConflict:
            return ErrorCode::kConflict;
        case Errc::kForbidden:
            return ErrorCode::kForbidden;
        case Errc::kLocked:
            return ErrorCode::kFieldLocked;
        case Errc::kBusy:
            return ErrorCode::kBusy;
        case Errc::kUnavailable:
        case Errc::kDeadline:
            return ErrorCode::kUnavailable;
        case Errc::kCancelled:
            return ErrorCode::kCancelled;
        case Errc::kTooLarge:
            return ErrorCode::kTooLarge;
        default:
            return ErrorCode::kInternal;
    }
}

// The plugin said nothing about the client's rights: it could not answer.
bool is_passing(Errc code) {
    return code == Errc::kUnavailable || code == Errc::kDeadline || code == Errc::kBusy || code == Errc::kCancelled;
}

bool is_full(const session::SessionInfo& info) {
    return info.in_flight_messages >= limits::kInFlightMessages || info.in_flight_bytes >= limits::kInFlightBytes;
}

bool is_low(const session::SessionInfo& info) {
    return info.in_flight_messages <= kResumeMessages && info.in_flight_bytes <= kResumeBytes;
}

std::string_view channel_of(const Client& client, const protocol::Envelope& envelope) {
    return envelope.channel.empty() ? std::string_view(client.identity().channel) : envelope.channel;
}

}  // namespace

void Switchboard::on_message(session::Session& session, std::string_view text) {
    affine_.assert_here();
    commons_.metrics.messages_received.add();
    Client& client = client_of(session);
    if (client.raw_echo) {
        session.push(Lane::kEvents, encode_text(text));
    } else {
        deliver(client, Buffer::copy_of(text), 0);
    }
}

void Switchboard::on_binary(session::Session& session, std::string_view bytes) {
    session.push(Lane::kEvents, encode_binary(bytes));
}

// `parked_since_ms` is 0 for a message that comes for the first time.
void Switchboard::deliver(Client& client, BufferRef message, std::int64_t parked_since_ms) {
    protocol::Envelope envelope;
    if (const auto refusal = scanner_.scan(*message, envelope)) {
        answer_error(client, *refusal, envelope.id);
    } else if (const auto wait_ms = parked_since_ms == 0 ? over_rate_ms(client) : 0; wait_ms > 0) {
        answer_over_rate(client, envelope.id, wait_ms);
    } else if (is_host_type(envelope.type)) {
        if (!deliver_to_host(client, message, envelope, parked_since_ms)) {
            answer_error(client, ErrorCode::kUnknownType, envelope.id);
        }
    } else {
        deliver_to_plugin(client, std::move(message), envelope, parked_since_ms);
    }
}

void Switchboard::deliver_to_plugin(Client& client, BufferRef message, const protocol::Envelope& envelope,
                                    std::int64_t since_ms) {
    const RouteTable::MessageMatch match = routes_->match_message(envelope.type);
    if (!match.plugin) return answer_error(client, ErrorCode::kUnknownType, envelope.id);
    const bool refused = std::find(client.refused.begin(), client.refused.end(), match.plugin) != client.refused.end();
    if (!match.available || refused) return answer_error(client, ErrorCode::kUnavailable, envelope.id);
    if (message->size() > match.route->max_payload) return answer_error(client, ErrorCode::kTooLarge, envelope.id);
    Invocation invocation;
    invocation.key = key_of(client, *match.route, envelope);
    if (invocation.key.empty()) return answer_error(client, ErrorCode::kInvalid, envelope.id);
    invocation.kind = InvocationKind::kMessage;
    invocation.session = client.info();
    invocation.buffer = message;
    invocation.type = envelope.type;
    invocation.id = envelope.id;
    invocation.channel = channel_of(client, envelope);
    invocation.payload = message->view();
    invocation.deadline_ms = match.route->deadline_ms;
    invocation.route = match.route;
    switch (dispatch_counted(client, *match.plugin, std::move(invocation), message->size())) {
        case Dispatched::kAccepted:
            return;
        case Dispatched::kUnavailable:
            return answer_error(client, ErrorCode::kUnavailable, envelope.id);
        case Dispatched::kFull:
            if (since_ms != 0 && now_ms() - since_ms >= limits::kParkedMs) {
                return answer_error(client, ErrorCode::kBusy, envelope.id);
            }
            park(client, std::move(message), since_ms);
    }
}

// Empty when the message lacks what the route's key is made of.
std::string Switchboard::key_of(const Client& client, const MessageRoute& route,
                                const protocol::Envelope& envelope) const {
    switch (route.key) {
        case KeyKind::kSession:
            return client.identity().key;
        case KeyKind::kChannel:
            return std::string(channel_of(client, envelope));
        case KeyKind::kField:
            break;
    }
    const auto value = scanner_.find_member(route.key_field).plain_string();
    if (!value || value->size() > limits::kChannelBytes) return {};
    return std::string(*value);
}

Dispatched Switchboard::dispatch_counted(Client& client, PluginPort& plugin, Invocation&& invocation,
                                         std::size_t bytes) {
    session::SessionInfo& info = *client.info();
    const auto size = static_cast<std::uint32_t>(bytes);
    info.in_flight_messages += 1;
    info.in_flight_bytes += size;
    const Dispatched dispatched = plugin.dispatch(std::move(invocation));
    if (dispatched != Dispatched::kAccepted) {
        info.in_flight_messages -= 1;
        info.in_flight_bytes -= size;
        return dispatched;
    }
    if (!is_full(info) || !client.session->is_live()) return dispatched;
    info.paused = true;
    // The hooks may have ended before `paused` was seen.
    if (is_low(info) && info.paused.exchange(false)) return dispatched;
    client.session->pause(Pause::kInFlight);
    return dispatched;
}

void Switchboard::message_ended(const session::SessionInfoRef& info, std::size_t bytes) {
    info->in_flight_bytes -= static_cast<std::uint32_t>(bytes);
    info->in_flight_messages -= 1;
    if (!info->paused || !is_low(*info) || !info->paused.exchange(false)) return;
    inbox_.push([this, id = info->id()] {
        Client* client = table_.find(id);
        if (!client) return;
        if (client->session->is_live()) {
            client->session->resume(Pause::kInFlight);
        } else {
            depart(*client);
        }
    });
}

void Switchboard::park(Client& client, BufferRef message, std::int64_t since_ms) {
    if (since_ms == 0) since_ms = std::max<std::int64_t>(1, now_ms());
    client.parked = std::make_unique<Parked>(Parked{std::move(message), since_ms});
    client.session->pause(Pause::kParked);
}

void Switchboard::retry_parked(Client& client) {
    const auto parked = std::exchange(client.parked, nullptr);
    deliver(client, parked->message, parked->since_ms);
    if (!client.parked) client.session->resume(Pause::kParked);
}

bool Switchboard::deliver_to_host(Client& client, const BufferRef& message, const protocol::Envelope& envelope,
                                  std::int64_t since_ms) {
    if (envelope.type == "ping") {
        push(client, Lane::kControl, pong_frame(envelope.id));
    } else if (envelope.type == "channel:subscribe") {
        subscribe(client, message, envelope, since_ms);
    } else if (envelope.type == "channel:unsubscribe") {
        unsubscribe(client, message, envelope, since_ms);
    } else if (envelope.type == "connection:refresh") {
        refresh(client, envelope);
    } else {
        return envelope.type == "pong";
    }
    return true;
}

Invocation Switchboard::subscribe_invocation(Client& client, std::string_view channel) const {
    Invocation invocation;
    invocation.kind = InvocationKind::kSubscribe;
    invocation.session = client.info();
    invocation.key = channel;
    invocation.buffer = Buffer::copy_of(channel);
    invocation.channel = invocation.buffer->view();
    return invocation;
}

void Switchboard::subscribe(Client& client, const BufferRef& message, const protocol::Envelope& envelope,
                            std::int64_t since_ms) {
    const std::string channel(channel_of(client, envelope));
    if (!protocol::is_channel_name(channel)) return answer_error(client, ErrorCode::kInvalid, envelope.id);
    if (client.seats.size() + client.subscribing.size() >= limits::kChannelsPerSession &&
        !LoopChannels::is_subscribed(client, channel)) {
        return answer_error(client, ErrorCode::kInvalid, envelope.id, "Too many channels");
    }
    const RouteTable::ChannelMatch match = routes_->match_channel(channel);
    if (!match.plugin) return answer_error(client, ErrorCode::kNotFound, envelope.id);
    if (!match.available) return answer_error(client, ErrorCode::kUnavailable, envelope.id);

    Invocation invocation = subscribe_invocation(client, channel);
    const session::SessionInfoRef info = client.info();
    invocation.on_end = [this, info, channel, ref = std::string(envelope.id), bytes = message->size()](HookEnd end) {
        if (!end) {
            Join join;
            join.session = info;
            join.ref = ref;
            join.asked = true;
            commons_.hub.join(std::move(join), channel);
        } else {
            inbox_.push(
                [this, id = info->id(), channel, ref, why = *end] { subscribe_refused(id, channel, ref, why); });
        }
        message_ended(info, bytes);
    };
    client.subscribing.push_back(channel);
    switch (dispatch_counted(client, *match.plugin, std::move(invocation), message->size())) {
        case Dispatched::kAccepted:
            return;
        case Dispatched::kUnavailable:
            answer_error(client, ErrorCode::kUnavailable, envelope.id);
            break;
        case Dispatched::kFull:
            if (since_ms != 0 && now_ms() - since_ms >= limits::kParkedMs) {
                answer_error(client, ErrorCode::kBusy, envelope.id);
            } else {
                park(client, message, since_ms);
            }
    }
    client.subscribing.pop_back();
}

void Switchboard::subscribe_refused(SessionId id, const std::string& channel, const std::string& ref,
                                    const Error& why) {
    Client* client = table_.find(id);
    if (!client) return;
    std::erase(client->subscribing, channel);
    if (!client->session->is_live()) return;
    answer_error(*client, error_code_for(why.code), ref);
    if (client->parked) retry_parked(*client);
}

void Switchboard::unsubscribe(Client& client, const BufferRef& message, const protocol::Envelope& envelope,
                              std::int64_t since_ms) {
    const std::string channel(channel_of(client, envelope));
    if (!protocol::is_channel_name(channel)) return answer_error(client, ErrorCode::kInvalid, envelope.id);
    // A subscription in flight is ended by what comes after it, not overtaken.
    const auto& subscribing = client.subscribing;
    if (std::find(subscribing.begin(), subscribing.end(), channel) != subscribing.end()) {
        return park(client, message, since_ms);
    }
    channels_.unsubscribe(client, channel);
    push(client, Lane::kEvents, unsubscribed_frame(channel, {}, envelope.id));
}

void Switchboard::refresh(Client& client, const protocol::Envelope& envelope) {
    const auto token = scanner_.find_member("token").plain_string();
    if (!token) return answer_error(client, ErrorCode::kInvalid, envelope.id);
    Result<Principal> principal = authenticator_.authenticate(*token);
    const auto before = client.info()->principal();
    if (!principal) return answer_error(client, ErrorCode::kForbidden, envelope.id, "The token was not accepted");
    if (principal->sub != before->sub || principal->tenant != before->tenant) {
        return answer_error(client, ErrorCode::kForbidden, envelope.id, "The token belongs to somebody else");
    }
    client.expires_ms = principal->expires_ms;
    client.info()->replace_principal(std::make_shared<const Principal>(std::move(*principal)));
    push(client, Lane::kControl, refreshed_frame(envelope.id));
    client.rechecks = LoopChannels::names(client);
    recheck_all(client);
}

// What cannot be asked now is asked again by the sweep.
void Switchboard::recheck_all(Client& client) {
    for (std::string& channel : std::exchange(client.rechecks, {})) {
        if (!LoopChannels::is_subscribed(client, channel)) continue;
        if (recheck(client, channel) != Dispatched::kAccepted) client.rechecks.push_back(std::move(channel));
    }
}

Dispatched Switchboard::recheck(Client& client, const std::string& channel) {
    const RouteTable::ChannelMatch match = routes_->match_channel(channel);
    if (!match.plugin || !match.available) return Dispatched::kUnavailable;
    Invocation invocation = subscribe_invocation(client, channel);
    invocation.recheck = true;
    const session::SessionInfoRef info = client.info();
    invocation.on_end = [this, info, channel](HookEnd end) {
        if (end) {
            inbox_.push([this, id = info->id(), channel, why = *end] { recheck_refused(id, channel, why); });
        }
        message_ended(info, channel.size());
    };
    return dispatch_counted(client, *match.plugin, std::move(invocation), channel.size());
}

void Switchboard::recheck_refused(SessionId id, const std::string& channel, const Error& why) {
    Client* client = table_.find(id);
    if (!client || !client->session->is_live()) return;
    if (is_passing(why.code)) {
        client->rechecks.push_back(channel);
    } else if (channel == client->identity().channel) {
        client->session->close(protocol::close::kNoAccess, protocol::close_reason(protocol::close::kNoAccess));
    } else if (channels_.unsubscribe(*client, channel)) {
        push(*client, Lane::kEvents, unsubscribed_frame(channel, "forbidden", {}));
    }
}

std::int64_t Switchboard::over_rate_ms(Client& client) {
    return client.rate.take(settings_.messages_per_second, settings_.message_burst, now_ms());
}

void Switchboard::answer_over_rate(Client& client, std::string_view ref, std::int64_t retry_after_ms) {
    const protocol::ErrorRow& row = protocol::row(ErrorCode::kRateLimited);
    const std::string fields = "{\"retry_after_ms\":" + std::to_string(retry_after_ms) + "}";
    push(client, Lane::kControl, protocol::encode_error(row.name, row.message, ref, fields));
    count_error(client, ErrorCode::kRateLimited);
}

void Switchboard::answer_error(Client& client, ErrorCode code, std::string_view ref, std::string_view message) {
    const protocol::ErrorRow& row = protocol::row(code);
    push(client, Lane::kControl, protocol::encode_error(row.name, message.empty() ? row.message : message, ref, {}));
    count_error(client, code);
}

void Switchboard::count_error(Client& client, ErrorCode code) {
    commons_.metrics.count_error(code);
    if (settings_.errors_before_close == 0) return;
    const std::int64_t now = now_ms();
    if (client.errors == 0 || now - client.errors_since_ms >= kErrorWindowMs) {
        client.errors = 0;
        client.errors_since_ms = now;
    }
    if (++client.errors >= settings_.errors_before_close) {
        client.session->close(protocol::close::kTooManyErrors, protocol::close_reason(protocol::close::kTooManyErrors));
    }
}

}  // namespace tidegate::routing
