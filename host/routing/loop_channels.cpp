#include "routing/loop_channels.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tidegate::routing {
namespace {

// Longer batches go frame by frame: a batch is one block of memory, and must be written whole once begun.
constexpr std::size_t kBatchBytes = 256 * 1024;

constexpr session::Lane kLanes[] = {session::Lane::kEvents, session::Lane::kBulk};

std::size_t lane_index(session::Lane lane) { return lane == session::Lane::kBulk ? 1 : 0; }

BufferRef laid_end_to_end(const std::vector<EventRef>& events) {
    if (events.size() == 1) return events.front()->frame;
    std::size_t bytes = 0;
    for (const EventRef& event : events) bytes += event->frame->size();
    if (bytes > kBatchBytes) return {};
    BufferRef batch = Buffer::make(bytes);
    char* out = batch->data();
    for (const EventRef& event : events) {
        std::memcpy(out, event->frame->data(), event->frame->size());
        out += event->frame->size();
    }
    return batch;
}

}  // namespace

class LoopChannel {
public:
    struct Subscriber {
        Member* member;
        std::array<std::uint32_t, 2> taken{};  // events of this turn that it has got already, per lane
    };

    explicit LoopChannel(HubChannelRef channel) : hub(std::move(channel)) {}

    HubChannelRef hub;
    std::vector<Subscriber> subscribers;
    std::array<std::vector<EventRef>, 2> events;  // of this turn, per lane
    bool is_pending = false;
};

namespace {

Member::Seat* find_seat(Member& member, const LoopChannel& channel) {
    for (Member::Seat& seat : member.seats) {
        if (seat.channel == &channel) return &seat;
    }
    return nullptr;
}

}  // namespace

LoopChannels::LoopChannels(std::uint32_t loop, ChannelHub& hub, RoutingMetrics& metrics)
    : loop_(loop), hub_(hub), metrics_(metrics) {}

LoopChannels::~LoopChannels() = default;

bool LoopChannels::subscribe(Member& member, const HubChannelRef& channel) {
    auto& held = channels_[channel.get()];
    if (!held) held = std::make_unique<LoopChannel>(channel);
    if (find_seat(member, *held)) {
        hub_.release(loop_, channel);
        return false;
    }
    LoopChannel::Subscriber subscriber{&member};
    for (std::size_t lane = 0; lane < 2; ++lane) {
        subscriber.taken[lane] = static_cast<std::uint32_t>(held->events[lane].size());
    }
    member.seats.push_back({held.get(), static_cast<std::uint32_t>(held->subscribers.size())});
    held->subscribers.push_back(subscriber);
    return true;
}

bool LoopChannels::unsubscribe(Member& member, const HubChannel& channel) {
    for (std::size_t i = 0; i < member.seats.size(); ++i) {
        if (member.seats[i].channel->hub.get() != &channel) continue;
        remove(member, i);
        return true;
    }
    return false;
}

bool LoopChannels::unsubscribe(Member& member, std::string_view channel_name) {
    for (const Member::Seat& seat : member.seats) {
        if (seat.channel->hub->name() == channel_name) return unsubscribe(member, *seat.channel->hub);
    }
    return false;
}

void LoopChannels::unsubscribe_all(Member& member) {
    while (!member.seats.empty()) remove(member, member.seats.size() - 1);
}

bool LoopChannels::is_subscribed(const Member& member, std::string_view channel_name) {
    return std::any_of(member.seats.begin(), member.seats.end(),
                       [&](const Member::Seat& seat) { return seat.channel->hub->name() == channel_name; });
}

std::vector<std::string> LoopChannels::names(const Member& member) {
    std::vector<std::string> names;
    for (const Member::Seat& seat : member.seats) names.emplace_back(seat.channel->hub->name());
    return names;
}

void LoopChannels::remove(Member& member, std::size_t seat_index) {
    const Member::Seat seat = member.seats[seat_index];
    LoopChannel& channel = *seat.channel;
    if (member.session->is_live()) {
        for (std::size_t lane = 0; lane < 2; ++lane) deliver_rest(channel, seat.at, lane);
    }
    LoopChannel::Subscriber& last = channel.subscribers.back();
    find_seat(*last.member, channel)->at = seat.at;
    channel.subscribers[seat.at] = last;
    channel.subscribers.pop_back();
    member.seats[seat_index] = member.seats.back();
    member.seats.pop_back();
    hub_.release(loop_, channel.hub);
    drop_if_unused(channel);
}

// One with events waiting is kept until the flush has been over it.
void LoopChannels::drop_if_unused(LoopChannel& channel) {
    if (!channel.subscribers.empty() || channel.is_pending) return;
    const HubChannelRef hub = channel.hub;  // outlives the entry it is the key of
    channels_.erase(hub.get());
}

bool LoopChannels::add(const HubChannelRef& channel, const EventRef& event, Member* author) {
    const std::size_t lane = lane_index(event->lane);
    const auto found = channels_.find(channel.get());
    LoopChannel* here = found == channels_.end() ? nullptr : found->second.get();
    if (author) {
        catch_up(*author, event->lane);
        if (event->author_frame) {
            author->session->push(event->lane, event->author_frame);
            metrics_.deliveries.add();
        }
    }
    if (!here || here->subscribers.empty()) return author != nullptr;
    here->events[lane].push_back(event);
    if (const Member::Seat* seat = author ? find_seat(*author, *here) : nullptr) {
        here->subscribers[seat->at].taken[lane] = static_cast<std::uint32_t>(here->events[lane].size());
    }
    if (!std::exchange(here->is_pending, true)) pending_.push_back(here);
    return true;
}

void LoopChannels::catch_up(Member& member, session::Lane lane) {
    if (pending_.empty() || lane == session::Lane::kControl) return;
    for (const Member::Seat& seat : member.seats) {
        if (seat.channel->is_pending) deliver_rest(*seat.channel, seat.at, lane_index(lane));
    }
}

void LoopChannels::deliver_rest(LoopChannel& channel, std::size_t at, std::size_t lane) {
    LoopChannel::Subscriber& to = channel.subscribers[at];
    const std::vector<EventRef>& events = channel.events[lane];
    std::uint64_t delivered = 0;
    for (std::size_t i = to.taken[lane]; i < events.size(); ++i) {
        if (!events[i]->is_for(to.member->session->id())) continue;
        // Who keeps up is given everything; of one who does not, what came in this turn is the newest.
        session::Session& session = *to.member->session;
        session.push(kLanes[lane], events[i]->frame, session.is_behind() ? events[i]->conflate_key : BufferRef{});
        ++delivered;
    }
    metrics_.deliveries.add(delivered);
    to.taken[lane] = static_cast<std::uint32_t>(events.size());
}

void LoopChannels::flush() {
    const bool one_channel = pending_.size() == 1;
    for (LoopChannel* channel : pending_) {
        const bool alone = one_channel && (channel->events[0].empty() || channel->events[1].empty());
        for (std::size_t lane = 0; lane < 2; ++lane) flush_lane(*channel, lane, alone);
    }
    for (LoopChannel* channel : std::exchange(pending_, {})) {
        channel->is_pending = false;
        drop_if_unused(*channel);
    }
}

// `alone`: this is all that any subscriber gets of channels this turn, so it can be written without gathering.
void LoopChannels::flush_lane(LoopChannel& channel, std::size_t lane, bool alone) {
    std::vector<EventRef>& events = channel.events[lane];
    if (events.empty()) return;
    const BufferRef batch = laid_end_to_end(events);
    const bool for_all =
        std::all_of(events.begin(), events.end(), [](const EventRef& e) { return e->excluded.empty(); });
    const auto is_for = [&](const session::Session& session) {
        return for_all || std::all_of(events.begin(), events.end(),
                                      [&](const EventRef& event) { return event->is_for(session.id()); });
    };
    std::uint64_t delivered = 0;
    for (std::size_t i = 0; i < channel.subscribers.size(); ++i) {
        LoopChannel::Subscriber& to = channel.subscribers[i];
        session::Session& session = *to.member->session;
        if (to.taken[lane] == 0 && session.is_live() && batch && !session.is_behind() && is_for(session)) {
            if (alone) {
                session.offer(kLanes[lane], batch);
            } else {
                session.push(kLanes[lane], batch, events.size() == 1 ? events.front()->conflate_key : BufferRef{});
            }
            delivered += events.size();
        } else if (session.is_live()) {
            deliver_rest(channel, i, lane);
        }
        to.taken[lane] = 0;
    }
    metrics_.deliveries.add(delivered);
    events.clear();
}

}  // namespace tidegate::routing
