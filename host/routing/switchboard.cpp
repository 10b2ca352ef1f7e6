#include "routing/switchboard.hpp"

#include "base/assert.hpp"
#include "base/uuid.hpp"
#include "routing/host_frames.hpp"

#include <algorithm>
#include <utility>

namespace tidegate::routing {
namespace {

// True for as long as it lives, whatever is thrown meanwhile.
class Raised {
public:
    explicit Raised(bool& flag) : flag_(flag) { flag_ = true; }
    ~Raised() { flag_ = false; }
    Raised(const Raised&) = delete;
    Raised& operator=(const Raised&) = delete;

private:
    bool& flag_;
};

constexpr int kRoundsPerTurn = 4;
constexpr std::int64_t kDrainTickMs = 50;
// A sweep goes in so many parts at most, each of so many clients at least.
constexpr std::size_t kSweepParts = 16;
constexpr std::size_t kSweptAtOnce = 64;

}  // namespace

RoutingCommons::RoutingCommons(std::size_t loops, Metrics& registry, const SwitchboardSettings& settings)
    : metrics(registry),
      caps{ConnectionCap(settings.connections_per_user), ConnectionCap(settings.connections_per_address)},
      hub(loops, random_uuid(), metrics) {}

Switchboard::Switchboard(std::uint32_t loop, Executor& executor, const Clock& clock, const Authenticator& authenticator,
                         RoutingCommons& commons, const SwitchboardSettings& settings)
    : loop_(loop),
      executor_(executor),
      clock_(clock),
      authenticator_(authenticator),
      commons_(commons),
      settings_(settings),
      inbox_(executor, [this] { schedule_turn_end(); }),
      routes_(RouteTable::build({}).value()),
      table_(loop),
      channels_(loop, commons.hub, commons.metrics) {
    commons_.hub.attach(loop, inbox_, *this);
}

Switchboard::~Switchboard() = default;

void Switchboard::set_routes(Ref<RouteTable> routes) {
    TG_ASSERT(routes, "a loop always has a route table");
    routes_ = std::move(routes);
}

Client& Switchboard::client_of(const session::Session& session) {
    Client* client = table_.find(session.id());
    TG_ASSERT(client, "a session that calls is in the table");
    return *client;
}

// Channel events that wait for the end of the turn were published before this.
void Switchboard::push(Client& client, session::Lane lane, BufferRef frame) {
    channels_.catch_up(client, lane);
    client.session->push(lane, std::move(frame));
}

void Switchboard::send(SessionId id, BufferRef frame, session::Lane lane) {
    if (Client* client = table_.find(id)) {
        push(*client, lane, std::move(frame));
    } else {
        commons_.metrics.count_dropped("stale_session");
    }
}

void Switchboard::send_error(SessionId id, protocol::ErrorCode code, BufferRef frame) {
    Client* client = table_.find(id);
    send(id, std::move(frame), session::Lane::kControl);
    if (client) count_error(*client, code);
}

void Switchboard::close(SessionId id, std::uint16_t code, std::string_view reason) {
    if (Client* client = table_.find(id)) {
        for (const session::Lane lane : {session::Lane::kEvents, session::Lane::kBulk})
            channels_.catch_up(*client, lane);
        client->session->close(code, reason);
    } else {
        commons_.metrics.count_dropped("stale_session");
    }
}

void Switchboard::on_unflushed(session::Session& session) {
    unflushed_.push_back(session.id());
    schedule_turn_end();
}

void Switchboard::on_dropped(session::Session&, std::string_view reason, std::size_t count) {
    commons_.metrics.count_dropped(reason, count);
}

void Switchboard::on_closing(session::Session& session, std::uint16_t code) {
    Client& client = client_of(session);
    client.close_code = code;
    client.parked = nullptr;
    commons_.metrics.count_close(code);
    ended_.push_back(session.id());
    schedule_turn_end();
}

void Switchboard::on_gone(session::Session& session) {
    ended_.push_back(session.id());
    schedule_turn_end();
}

void Switchboard::on_event(const HubChannelRef& channel, const EventRef& event) {
    Client* author = event->author.loop() == loop_ ? table_.find(event->author) : nullptr;
    if (author && !author->session->is_live()) author = nullptr;
    if (channels_.add(channel, event, author)) schedule_turn_end();
}

void Switchboard::on_join(Join join) {
    const SessionId id = join.session->id();
    Client* client = table_.find(id);
    const std::string name(join.channel->name());
    if (client && join.asked) std::erase(client->subscribing, name);
    const bool subscribed = client && LoopChannels::is_subscribed(*client, name);
    const bool has_room = client && client->seats.size() < limits::kChannelsPerSession;
    if (!client || !client->session->is_live() || (!subscribed && !has_room)) {
        commons_.hub.release(loop_, join.channel);
        if (client && client->session->is_live() && join.asked) {
            answer_error(*client, protocol::ErrorCode::kInvalid, join.ref, "Too many channels");
        }
        return;
    }
    const bool is_new = channels_.subscribe(*client, join.channel);
    if (is_new || join.asked) {
        BufferRef frame = subscribed_frame(
            {name, routes_->match_channel(name).may_record, join.offset, commons_.hub.epoch(), join.ref});
        const bool held = client->session->state() == session::Session::State::kOpening;
        if (held && client->opening) {
            // The endpoint's own channel is told first.
            auto& frames = client->opening->subscribed;
            frames.insert(join.is_default ? frames.begin() : frames.end(), std::move(frame));
        } else {
            push(*client, session::Lane::kEvents, std::move(frame));
        }
    }
    if (client->parked) retry_parked(*client);
}

void Switchboard::on_leave(SessionId id, const HubChannelRef& channel) {
    if (Client* client = table_.find(id)) channels_.unsubscribe(*client, *channel);
}

void Switchboard::schedule_turn_end() {
    if (in_turn_end_) {
        more_to_do_ = true;
        return;
    }
    if (std::exchange(turn_end_scheduled_, true)) return;
    executor_.at_turn_end([this] { end_turn(); });
}

// What ends a turn may give rise to more (a close that a plugin answers inline); it is done in the same turn as far as
// it is short.
void Switchboard::end_turn() {
    affine_.assert_here();
    turn_end_scheduled_ = false;
    const Raised in_turn_end(in_turn_end_);
    int rounds = 0;
    do {
        more_to_do_ = false;
        inbox_.drain();
        flush_all();
    } while (more_to_do_ && ++rounds < kRoundsPerTurn);
    if (more_to_do_) executor_.post([this] { end_turn(); });
}

void Switchboard::flush_all() {
    channels_.flush();
    for (const SessionId id : std::exchange(unflushed_, {})) {
        if (Client* client = table_.find(id)) client->session->flush();
    }
    for (const SessionId id : std::exchange(ended_, {})) {
        if (Client* client = table_.find(id)) depart(*client);
    }
}

void Switchboard::sweep() {
    const std::int64_t now = now_ms();
    const std::int64_t wall = clock_.wall_ms();
    // Thousands at once would keep every message of the loop waiting for milliseconds.
    const auto parts = std::clamp<std::size_t>(table_.places() / kSweptAtOnce, 1, kSweepParts);
    table_.each_of_next((table_.places() + parts - 1) / parts,
                        [&](Client& client) { sweep_client(client, now, wall); });
    const auto wait_ms = std::max<std::int64_t>(1, settings_.sweep_ms / static_cast<std::int64_t>(parts));
    executor_.run_after(wait_ms, [this] { sweep(); });
}

void Switchboard::sweep_client(Client& client, std::int64_t now, std::int64_t wall) {
    client.session->sweep(now);
    if (!client.session->is_live()) {
        if (!client.departed) depart(client);
        return;
    }
    if (client.expires_ms != 0 && wall >= client.expires_ms) {
        client.session->close(protocol::close::kExpired, protocol::close_reason(protocol::close::kExpired));
        return;
    }
    if (client.opening && client.opening->waiting_since_ms != 0) open_current(client);
    if (client.parked) retry_parked(client);
    if (!client.rechecks.empty()) recheck_all(client);
}

void Switchboard::drain(std::int64_t over_ms) {
    if (std::exchange(is_draining_, true)) return;
    table_.each([&](Client& client) { draining_.push_back(client.session->id()); });
    const auto ticks = static_cast<std::size_t>(std::max<std::int64_t>(1, over_ms / kDrainTickMs));
    drain_step_ = (draining_.size() + ticks - 1) / ticks;
    drain_some();
}

void Switchboard::drain_some() {
    for (std::size_t i = 0; i < drain_step_ && !draining_.empty(); ++i) {
        if (Client* client = table_.find(draining_.back())) {
            client->session->close(protocol::close::kDrain, protocol::close_reason(protocol::close::kDrain));
        }
        draining_.pop_back();
    }
    if (!draining_.empty()) executor_.run_after(kDrainTickMs, [this] { drain_some(); });
}

void Switchboard::strand_has_space(SessionId id) {
    Client* client = table_.find(id);
    if (!client) return;
    if (!client->session->is_live()) {
        depart(*client);
        return;
    }
    if (client->opening && client->opening->waiting_since_ms != 0) open_current(*client);
    if (client->parked) retry_parked(*client);
    if (!client->rechecks.empty()) recheck_all(*client);
}

}  // namespace tidegate::routing
