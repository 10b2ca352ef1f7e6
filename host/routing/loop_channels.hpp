#pragma once

// LoopChannels: one loop's subscribers of each channel, and the events of this turn that they have not got yet. At the
// turn's end a channel's events are laid end to end once and written once per subscriber. Not the sequencer
// (ChannelHub). [loop]

#include "routing/channel_hub.hpp"
#include "session/session.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tidegate::routing {

class LoopChannel;

// A session as its channels see it. Its address is fixed while it is subscribed to anything.
struct Member {
    struct Seat {
        LoopChannel* channel;
        std::uint32_t at;  // the member's place among the channel's subscribers
    };
    session::Session* session = nullptr;
    std::vector<Seat> seats;  // one per channel it is subscribed to
};

class LoopChannels {
public:
    LoopChannels(std::uint32_t loop, ChannelHub& hub, RoutingMetrics& metrics);
    ~LoopChannels();

    // Takes over one interest of the hub's, or gives it back: false when the member was subscribed already.
    bool subscribe(Member& member, const HubChannelRef& channel);
    // What was published until now is still delivered. False when the member was not subscribed.
    bool unsubscribe(Member& member, const HubChannel& channel);
    bool unsubscribe(Member& member, std::string_view channel_name);
    void unsubscribe_all(Member& member);
    static bool is_subscribed(const Member& member, std::string_view channel_name);
    static std::vector<std::string> names(const Member& member);

    // `author`: null when the event has none on this loop. True when flush() has something to do.
    bool add(const HubChannelRef& channel, const EventRef& event, Member* author);
    // Before something else is pushed to that lane of the member: what its channels have waiting for it goes first.
    void catch_up(Member& member, session::Lane lane);
    void flush();

private:
    void flush_lane(LoopChannel& channel, std::size_t lane, bool alone);
    void deliver_rest(LoopChannel& channel, std::size_t at, std::size_t lane);
    void remove(Member& member, std::size_t seat);
    void drop_if_unused(LoopChannel& channel);

    const std::uint32_t loop_;
    ChannelHub& hub_;
    RoutingMetrics& metrics_;
    std::unordered_map<const HubChannel*, std::unique_ptr<LoopChannel>> channels_;
    std::vector<LoopChannel*> pending_;
};

}  // namespace tidegate::routing
