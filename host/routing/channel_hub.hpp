#pragma once

// ChannelHub: the sequencer of every channel of the host. Numbering an event, encoding it once per variant and handing
// it to each interested loop happen in one critical section per channel, and so do joining and leaving: what a loop
// receives of a channel is in order and has no holes. Not the subscribers: each loop keeps its own (LoopChannels).
// [any-thread]

#include "base/buffer.hpp"
#include "base/guarded.hpp"
#include "base/result.hpp"
#include "routing/gateway.hpp"
#include "routing/loop_inbox.hpp"
#include "routing/routing_metrics.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tidegate::routing {

// One published event, encoded, shared by all loops.
struct Event final : RefCounted<Event> {
    BufferRef frame;
    BufferRef author_frame;  // null: the author gets nothing
    SessionId author;
    BufferRef conflate_key;  // channel and key; null = never conflated
    Lane lane = Lane::kEvents;
    std::vector<std::uint64_t> excluded;  // bits of session ids, ascending

    bool is_for(SessionId session) const {
        return excluded.empty() || !std::binary_search(excluded.begin(), excluded.end(), session.bits());
    }
};
using EventRef = Ref<Event>;

// One channel of one tenant.
class HubChannel final : public RefCounted<HubChannel> {
public:
    HubChannel(std::string key, std::size_t loops)
        : key_(std::move(key)), state_(State{0, std::vector<std::uint32_t>(loops), false}) {}
    const std::string& key() const { return key_; }
    std::string_view name() const { return std::string_view(key_).substr(key_.find('\n') + 1); }

private:
    friend class ChannelHub;
    struct State {
        std::uint64_t offset = 0;             // of the last recorded event
        std::vector<std::uint32_t> interest;  // per loop: sessions joined, and joins on their way
        bool retired = false;                 // no longer in the hub: look it up again
    };
    const std::string key_;
    Guarded<State> state_;
};
using HubChannelRef = Ref<HubChannel>;

struct Join {
    session::SessionInfoRef session;
    HubChannelRef channel;
    std::uint64_t offset = 0;  // of the last event before the join
    bool is_default = false;   // the endpoint's own channel, joined while opening
    std::string ref;           // raw token of the channel:subscribe that asked; empty = none
    bool asked = false;        // by channel:subscribe, not by a plugin
};

// What the hub hands to a loop, on that loop, in order.
class ChannelSink {
public:
    virtual void on_event(const HubChannelRef& channel, const EventRef& event) = 0;
    virtual void on_join(Join join) = 0;
    virtual void on_leave(SessionId session, const HubChannelRef& channel) = 0;

protected:
    ~ChannelSink() = default;
};

class ChannelHub {
public:
    // `loops` is fixed for life. `epoch` names this run's numbering.
    ChannelHub(std::size_t loops, std::string epoch, RoutingMetrics& metrics);

    // Before anything is published; the loop's switchboard does it. [startup]
    void attach(std::uint32_t loop, LoopInbox& inbox, ChannelSink& sink);

    Result<std::uint64_t> publish(const Publication& publication);
    void join(Join join, std::string_view channel);  // fills in channel and offset
    void leave(const session::SessionInfoRef& session, std::string_view channel);
    // A join that came to nothing, or a subscriber that is gone. By its loop.
    void release(std::uint32_t loop, const HubChannelRef& channel);
    std::uint64_t subscribers(std::string_view tenant, std::string_view channel) const;

    const std::string& epoch() const { return epoch_; }

private:
    struct Loop {
        LoopInbox* inbox = nullptr;
        ChannelSink* sink = nullptr;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using Map = std::unordered_map<std::string, HubChannelRef, Hash, std::equal_to<>>;
    static constexpr std::size_t kShards = 32;

    Guarded<Map>& shard(std::string_view key) const { return shards_[Hash{}(key) % kShards]; }
    HubChannelRef find(std::string_view key) const;
    HubChannelRef find_or_make(const std::string& key);
    void publish_live(const Publication& publication, const std::string& key);
    void forget(const HubChannelRef& channel);
    template <class Body>
    void with_live_channel(const std::string& key, Body&& body);
    std::optional<Error> refuse(const Publication& publication) const;
    EventRef encode(const Publication& publication, std::optional<std::uint64_t> offset) const;
    void hand_out(const HubChannelRef& channel, const HubChannel::State& state, const EventRef& event);
    void post_event(std::uint32_t loop, const HubChannelRef& channel, const EventRef& event);
    bool is_busy() const;

    const std::string epoch_;
    RoutingMetrics& metrics_;
    std::vector<Loop> loops_;
    mutable std::array<Guarded<Map>, kShards> shards_;
};

std::string channel_key(std::string_view tenant, std::string_view channel);

}  // namespace tidegate::routing
