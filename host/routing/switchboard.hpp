#pragma once

// Switchboard: one loop's sessions and where their messages go. It opens sessions, answers the host's own messages,
// dispatches the others to plugins, keeps this loop's subscribers, and writes once per connection at the end of a turn.
// Not the network (a Transport is handed in) and not shared: other threads reach it through its inbox, by way of
// LoopGateway. [loop, except where marked]

#include "base/clock.hpp"
#include "base/loop_affine.hpp"
#include "ports/authenticator.hpp"
#include "ports/executor.hpp"
#include "protocol/codes.hpp"
#include "protocol/envelope.hpp"
#include "routing/channel_hub.hpp"
#include "routing/client.hpp"
#include "routing/connection_caps.hpp"
#include "routing/loop_channels.hpp"
#include "routing/loop_inbox.hpp"
#include "routing/route_table.hpp"
#include "routing/routing_metrics.hpp"
#include "routing/session_registry.hpp"
#include "routing/settings.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidegate::routing {

// What all loops share. Made before the switchboards, lives longer.
struct RoutingCommons {
    RoutingCommons(std::size_t loops, Metrics& registry, const SwitchboardSettings& settings);

    RoutingMetrics metrics;
    SessionRegistry sessions;
    ConnectionCaps caps;
    ChannelHub hub;
};

struct OpenRequest {
    session::Transport* transport = nullptr;  // outlives the session's last call to it
    RouteTable::EndpointMatch endpoint;       // found
    std::string path;
    Params query;  // without token and resume
    std::shared_ptr<const Principal> principal;
    std::uint16_t refusal = 0;  // not 0: the session only says this and closes (4001)
    std::string refusal_reason;
    std::string client_id;  // empty: a new one
    std::string address;
    bool raw_echo = false;  // the conformance endpoint: every message goes back as it came
};

class Switchboard final : private session::SessionOwner, private ChannelSink {
public:
    Switchboard(std::uint32_t loop, Executor& executor, const Clock& clock, const Authenticator& authenticator,
                RoutingCommons& commons, const SwitchboardSettings& settings);
    ~Switchboard();

    // From the next message on.
    void set_routes(Ref<RouteTable> routes);
    const RouteTable& routes() const { return *routes_; }
    // Writes nothing before the end of the turn, so that the handshake's answer goes out first.
    session::Session& open(OpenRequest request);
    // No new sessions; those there are get 1001, spread over `over_ms`.
    void drain(std::int64_t over_ms);
    std::size_t session_count() const { return table_.count(); }

    // Asked for by other threads, done here in order.
    LoopInbox& inbox() { return inbox_; }                                        // [any-thread]
    void message_ended(const session::SessionInfoRef& info, std::size_t bytes);  // [any-thread]
    void send(SessionId id, BufferRef frame, session::Lane lane);
    void send_error(SessionId id, protocol::ErrorCode code, BufferRef frame);
    void close(SessionId id, std::uint16_t code, std::string_view reason);
    void strand_has_space(SessionId id);

private:
    // SessionOwner
    void on_message(session::Session& session, std::string_view text) override;
    void on_binary(session::Session& session, std::string_view bytes) override;
    void on_unflushed(session::Session& session) override;
    void on_closing(session::Session& session, std::uint16_t code) override;
    void on_gone(session::Session& session) override;
    void on_dropped(session::Session& session, std::string_view reason, std::size_t count) override;
    // ChannelSink
    void on_event(const HubChannelRef& channel, const EventRef& event) override;
    void on_join(Join join) override;
    void on_leave(SessionId session, const HubChannelRef& channel) override;

    // Turn and sweep
    void schedule_turn_end();
    void end_turn();
    void flush_all();
    void sweep();
    void sweep_client(Client& client, std::int64_t now_ms, std::int64_t wall_ms);
    void drain_some();

    // Opening and closing (switchboard_open.cpp)
    const session::SessionLimits& limits_for(const OpenRequest& request);
    std::uint16_t admit(Client& client, const OpenRequest& request);
    void begin_opening(Client& client, const RouteTable::EndpointMatch& endpoint);
    void open_current(Client& client);
    void open_failed(Client& client, const Error& why);
    void open_ended(SessionId id, PluginPort* plugin, const HookEnd& end);
    void open_next(Client& client);
    void accept(Client& client);
    void depart(Client& client);
    void dispatch_closes(Client& client);
    void bury(Client& client);

    // Messages (switchboard_messages.cpp)
    void deliver(Client& client, BufferRef message, std::int64_t parked_since_ms);
    void deliver_to_plugin(Client& client, BufferRef message, const protocol::Envelope& envelope,
                           std::int64_t since_ms);
    bool deliver_to_host(Client& client, const BufferRef& message, const protocol::Envelope& envelope,
                         std::int64_t since_ms);
    std::string key_of(const Client& client, const MessageRoute& route, const protocol::Envelope& envelope) const;
    void subscribe(Client& client, const BufferRef& message, const protocol::Envelope& envelope, std::int64_t since_ms);
    void unsubscribe(Client& client, const BufferRef& message, const protocol::Envelope& envelope,
                     std::int64_t since_ms);
    void refresh(Client& client, const protocol::Envelope& envelope);
    void recheck_all(Client& client);
    Dispatched recheck(Client& client, const std::string& channel);
    void subscribe_refused(SessionId id, const std::string& channel, const std::string& ref, const Error& why);
    void recheck_refused(SessionId id, const std::string& channel, const Error& why);
    Invocation subscribe_invocation(Client& client, std::string_view channel) const;
    Dispatched dispatch_counted(Client& client, PluginPort& plugin, Invocation&& invocation, std::size_t bytes);
    void park(Client& client, BufferRef message, std::int64_t since_ms);
    void retry_parked(Client& client);
    void answer_error(Client& client, protocol::ErrorCode code, std::string_view ref, std::string_view message = {});
    std::int64_t over_rate_ms(Client& client);
    void answer_over_rate(Client& client, std::string_view ref, std::int64_t retry_after_ms);
    void count_error(Client& client, protocol::ErrorCode code);

    void push(Client& client, session::Lane lane, BufferRef frame);
    Client& client_of(const session::Session& session);
    std::int64_t now_ms() const { return clock_.monotonic_ms(); }

    const std::uint32_t loop_;
    Executor& executor_;
    const Clock& clock_;
    const Authenticator& authenticator_;
    RoutingCommons& commons_;
    const SwitchboardSettings settings_;
    LoopInbox inbox_;
    Ref<RouteTable> routes_;
    protocol::EnvelopeScanner scanner_;
    session::OutboxPool outboxes_;
    std::map<std::pair<bool, std::uint32_t>, session::SessionLimits> limits_;  // by raw_echo and json_ping_ms
    SessionTable table_;
    LoopChannels channels_;
    std::vector<SessionId> unflushed_;
    std::vector<SessionId> ended_;  // closing or gone since the last end of a turn
    std::vector<SessionId> draining_;
    std::size_t drain_step_ = 0;
    bool is_draining_ = false;
    bool turn_end_scheduled_ = false;
    bool in_turn_end_ = false;
    bool more_to_do_ = false;
    bool sweeping_ = false;
    LoopAffine affine_;
};

}  // namespace tidegate::routing
