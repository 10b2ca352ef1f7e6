#include "routing/channel_hub.hpp"

#include "base/assert.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_text.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace tidegate::routing {

std::string channel_key(std::string_view tenant, std::string_view channel) {
    std::string key;
    key.reserve(tenant.size() + 1 + channel.size());
    key.append(tenant).append(1, '\n').append(channel);
    return key;
}

ChannelHub::ChannelHub(std::size_t loops, std::string epoch, RoutingMetrics& metrics)
    : epoch_(std::move(epoch)), metrics_(metrics), loops_(loops) {}

void ChannelHub::attach(std::uint32_t loop, LoopInbox& inbox, ChannelSink& sink) {
    TG_ASSERT(loop < loops_.size(), "every loop of the hub has a number below their count");
    loops_[loop] = {&inbox, &sink};
}

HubChannelRef ChannelHub::find(std::string_view key) const {
    return shard(key).with([&](Map& map) {
        const auto found = map.find(key);
        return found == map.end() ? HubChannelRef{} : found->second;
    });
}

HubChannelRef ChannelHub::find_or_make(const std::string& key) {
    return shard(key).with([&](Map& map) {
        HubChannelRef& held = map[key];
        if (!held) held = make_ref<HubChannel>(key, loops_.size());
        return held;
    });
}

void ChannelHub::forget(const HubChannelRef& channel) {
    shard(channel->key()).with([&](Map& map) {
        const auto found = map.find(channel->key());
        if (found != map.end() && found->second == channel) map.erase(found);
    });
}

// Between looking up and locking, the last subscriber may have gone and taken the channel with it.
template <class Body>
void ChannelHub::with_live_channel(const std::string& key, Body&& body) {
    while (true) {
        const HubChannelRef channel = find_or_make(key);
        const bool done = channel->state_.with([&](HubChannel::State& state) {
            if (state.retired) return false;
            body(channel, state);
            return true;
        });
        if (done) return;
        forget(channel);
    }
}

bool ChannelHub::is_busy() const {
    return std::any_of(loops_.begin(), loops_.end(),
                       [](const Loop& loop) { return loop.inbox && loop.inbox->is_full(); });
}

std::optional<Error> ChannelHub::refuse(const Publication& publication) const {
    const std::string name(publication.channel);
    if (!protocol::is_channel_name(publication.channel)) {
        return tidegate::fail(Errc::kInvalid, "publish to '" + name + "': not a channel's name");
    }
    if (!protocol::splice_point(publication.event)) {
        return tidegate::fail(Errc::kInvalid, "publish to '" + name + "': the event is not a JSON object");
    }
    if (!publication.author_event.empty() && !protocol::splice_point(publication.author_event)) {
        return tidegate::fail(Errc::kInvalid, "publish to '" + name + "': the author's event is not a JSON object");
    }
    if (!publication.committed && is_busy())
        return tidegate::fail(Errc::kBusy, "publish to '" + name + "': a loop does not keep up");
    return std::nullopt;
}

EventRef ChannelHub::encode(const Publication& publication, std::optional<std::uint64_t> offset) const {
    auto event = make_ref<Event>();
    event->frame = protocol::encode_on_channel(*protocol::splice_point(publication.event), publication.channel, offset);
    event->author = publication.author;
    if (publication.author && !publication.author_event.empty()) {
        event->author_frame =
            protocol::encode_on_channel(*protocol::splice_point(publication.author_event), publication.channel, offset);
    }
    const bool keeps_its_place = offset || publication.lane != Lane::kBulk;
    event->lane = keeps_its_place ? Lane::kEvents : Lane::kBulk;
    if (!offset && !publication.conflate_key.empty()) {
        event->conflate_key = Buffer::copy_of(channel_key(publication.channel, publication.conflate_key));
    }
    if (!offset) {
        for (const SessionId session : publication.excluded) event->excluded.push_back(session.bits());
        std::sort(event->excluded.begin(), event->excluded.end());
    }
    return event;
}

void ChannelHub::post_event(std::uint32_t loop, const HubChannelRef& channel, const EventRef& event) {
    loops_[loop].inbox->push([sink = loops_[loop].sink, channel, event] { sink->on_event(channel, event); });
}

void ChannelHub::hand_out(const HubChannelRef& channel, const HubChannel::State& state, const EventRef& event) {
    for (std::uint32_t loop = 0; loop < loops_.size(); ++loop) {
        const bool is_authors = event->author && event->author.loop() == loop && event->author_frame;
        if (state.interest[loop] > 0 || is_authors) post_event(loop, channel, event);
    }
}

// The event needs no number, so it is encoded before the critical section, and only if somebody will see it.
void ChannelHub::publish_live(const Publication& publication, const std::string& key) {
    const bool has_author_copy = !publication.author_event.empty() && publication.author.loop() < loops_.size();
    EventRef event;
    while (true) {
        HubChannelRef channel = find(key);
        if (!channel && !(publication.author && has_author_copy)) return;
        if (!event) event = encode(publication, std::nullopt);
        if (!channel) {
            // Nobody is there but the author: the channel need not exist for that.
            post_event(publication.author.loop(), make_ref<HubChannel>(key, loops_.size()), event);
            return;
        }
        const bool done = channel->state_.with([&](HubChannel::State& state) {
            if (!state.retired) hand_out(channel, state, event);
            return !state.retired;
        });
        if (done) return;
        forget(channel);
    }
}

Result<std::uint64_t> ChannelHub::publish(const Publication& publication) {
    if (auto refusal = refuse(publication)) return std::move(*refusal);
    metrics_.events_published.add();
    const std::string key = channel_key(publication.tenant, publication.channel);
    if (!publication.recorded) {
        publish_live(publication, key);
        return std::uint64_t{0};
    }
    std::uint64_t offset = 0;
    with_live_channel(key, [&](const HubChannelRef& channel, HubChannel::State& state) {
        offset = ++state.offset;
        hand_out(channel, state, encode(publication, offset));
    });
    return offset;
}

void ChannelHub::join(Join join, std::string_view channel_name) {
    const std::uint32_t loop = join.session->id().loop();
    const std::string key = channel_key(join.session->identity().tenant, channel_name);
    with_live_channel(key, [&](const HubChannelRef& channel, HubChannel::State& state) {
        ++state.interest[loop];
        join.channel = channel;
        join.offset = state.offset;
        loops_[loop].inbox->push(
            [sink = loops_[loop].sink, moved = std::move(join)]() mutable { sink->on_join(std::move(moved)); });
    });
}

void ChannelHub::leave(const session::SessionInfoRef& session, std::string_view channel_name) {
    const HubChannelRef channel = find(channel_key(session->identity().tenant, channel_name));
    if (!channel) return;
    const std::uint32_t loop = session->id().loop();
    channel->state_.with([&](HubChannel::State&) {
        loops_[loop].inbox->push(
            [sink = loops_[loop].sink, id = session->id(), channel] { sink->on_leave(id, channel); });
    });
}

void ChannelHub::release(std::uint32_t loop, const HubChannelRef& channel) {
    const bool retire = channel->state_.with([&](HubChannel::State& state) {
        TG_ASSERT(state.interest[loop] > 0, "interest is released as often as it was taken");
        --state.interest[loop];
        const bool nobody =
            std::all_of(state.interest.begin(), state.interest.end(), [](auto count) { return count == 0; });
        // A recorded channel stays, since its numbers go on.
        state.retired = nobody && state.offset == 0;
        return state.retired;
    });
    if (retire) forget(channel);
}

std::uint64_t ChannelHub::subscribers(std::string_view tenant, std::string_view channel_name) const {
    const HubChannelRef channel = find(channel_key(tenant, channel_name));
    if (!channel) return 0;
    return channel->state_.with([](HubChannel::State& state) {
        return std::accumulate(state.interest.begin(), state.interest.end(), std::uint64_t{0});
    });
}

}  // namespace tidegate::routing
