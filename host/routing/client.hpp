#pragma once

// Client: one session and what routing knows of it: its channels, its opens, a parked message. Not shared: other
// threads have SessionInfo. SessionTable: a loop's clients by slot; a slot is used again with a new generation. [loop]

#include "base/session_id.hpp"
#include "routing/invocation.hpp"
#include "routing/loop_channels.hpp"
#include "session/session.hpp"
#include "session/token_bucket.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tidegate::routing {

// The opens of an endpoint's plugins, one after another: the owner, then those attached.
struct Opening {
    std::vector<PluginPort*> plugins;
    bool has_owner = false;  // plugins[0]
    std::size_t at = 0;
    bool in_flight = false;             // dispatched and not ended
    std::int64_t waiting_since_ms = 0;  // for a place in the strand's queue; 0 = not
    std::vector<BufferRef> subscribed;  // frames for the channels joined until now

    bool is_owners() const { return has_owner && at == 0; }
};

// The one message that waits for its strand, or for a subscription in flight.
struct Parked {
    BufferRef message;
    std::int64_t since_ms;
};

struct Client : Member {
    template <class... SessionArguments>
    explicit Client(SessionArguments&&... arguments) : own_session(std::forward<SessionArguments>(arguments)...) {
        session = &own_session;
    }
    const session::SessionInfoRef& info() const { return own_session.info(); }
    const session::SessionIdentity& identity() const { return own_session.info()->identity(); }

    session::Session own_session;
    std::unique_ptr<Opening> opening;  // until all opens have ended
    std::unique_ptr<Parked> parked;
    std::vector<PluginPort*> opened;             // each gets on_close
    std::vector<PluginPort*> refused;            // attached, and their prefixes unavailable here
    std::vector<std::string> subscribing;        // channels whose on_subscribe is in flight
    std::vector<std::string> rechecks;           // channels to be authorized again
    std::string address;                         // counted by the caps; empty = not
    std::string user;                            // likewise
    std::atomic<std::int64_t>* gauge = nullptr;  // counted as open
    std::int64_t expires_ms = 0;                 // wall clock; 0 = never
    session::TokenBucket rate;
    std::int64_t errors_since_ms = 0;
    std::uint32_t errors = 0;
    std::uint16_t close_code = 0;
    bool raw_echo = false;
    bool departed = false;  // every on_close is dispatched
};

class SessionTable {
public:
    explicit SessionTable(std::uint32_t loop) : loop_(loop) {}

    SessionId reserve() {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(slots_.size()));
            slots_.emplace_back();
        }
        const std::uint32_t slot = free_.back();
        free_.pop_back();
        return {loop_, slot, slots_[slot].generation};
    }
    Client& put(SessionId id, std::unique_ptr<Client> client) {
        ++count_;
        slots_[id.slot()].client = std::move(client);
        return *slots_[id.slot()].client;
    }
    // Null for an id whose session is deleted.
    Client* find(SessionId id) {
        if (id.loop() != loop_ || id.slot() >= slots_.size()) return nullptr;
        Slot& slot = slots_[id.slot()];
        return slot.generation == id.generation() ? slot.client.get() : nullptr;
    }
    void free(SessionId id) {
        Slot& slot = slots_[id.slot()];
        slot.client = nullptr;
        if (++slot.generation == 0) slot.generation = 1;
        free_.push_back(id.slot());
        --count_;
    }
    // `visit` must not add.
    template <class Visit>
    void each(Visit&& visit) {
        for (Slot& slot : slots_) {
            if (slot.client) visit(*slot.client);
        }
    }
    // As each(), of `places` of the table's places, from where the last call ended, around and around.
    template <class Visit>
    void each_of_next(std::size_t places, Visit&& visit) {
        if (next_ >= slots_.size()) next_ = 0;
        const std::size_t end = std::min(slots_.size(), next_ + places);
        for (; next_ < end; ++next_) {
            if (slots_[next_].client) visit(*slots_[next_].client);
        }
    }
    std::size_t count() const { return count_; }
    std::size_t places() const { return slots_.size(); }

private:
    struct Slot {
        std::unique_ptr<Client> client;
        std::uint32_t generation = 1;
    };
    const std::uint32_t loop_;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_;
    std::size_t count_ = 0;
    std::size_t next_ = 0;
};

}  // namespace tidegate::routing
