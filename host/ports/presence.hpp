#pragma once

// Presence: who is on a channel. One entry per session; a user comes with his first session and leaves `grace_ms` after
// his last one, unless he came back. Comings and goings are told in batches. Not the subscribers of a channel: those
// are the hub's.
//
// Every call returns its outcome now, or nothing and then calls `done` exactly once: later, from any thread, never
// inside the call.

#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tidegate {

struct PresenceChannel {
    std::string tenant, channel;
};

struct PresenceEntry {
    PresenceChannel channel;
    std::string user;
    std::uint64_t session = 0;
    std::string owner;  // who is told: a plugin's id
    std::string info;   // JSON text of at most 512 bytes
    std::int64_t grace_ms = 0;
};

struct PresentUser {
    std::string user;
    std::string info;               // of his newest session
    std::string state;              // JSON text of at most 512 bytes, or empty
    std::uint64_t connections = 0;  // 0: in his grace
};

struct PresenceList {
    std::vector<PresentUser> users;  // by user, at most 1,000
    std::uint64_t total = 0;
};

struct PresenceChange {
    std::string user, info;
    bool joined = false;                  // else left
    std::vector<std::uint64_t> sessions;  // joined: those he has
};

struct PresenceBatch {
    PresenceChannel channel;
    std::string owner;
    std::vector<PresenceChange> changes;  // in order, at most kBatch
};

template <class T>
using PresenceDone = std::function<void(Result<T>)>;

class Presence {
public:
    // The first kSingles changes of a channel within kWindowMs are told at once and alone; those that follow within
    // that window are told at its end, together. Who came and went unheard within a window is not told of at all.
    static constexpr int kSingles = 10;
    static constexpr std::int64_t kWindowMs = 100;
    static constexpr std::size_t kBatch = 50;

    virtual ~Presence() = default;

    // The user's sessions on the channel, this one included. A session that is there already: its info is replaced.
    // kInvalid, kBusy (100,000 sessions on the channel), kUnavailable. [any-thread]
    virtual std::optional<Result<std::uint64_t>> join(PresenceEntry entry, PresenceDone<std::uint64_t> done) = 0;
    // The user's remaining sessions. kNotFound. [any-thread]
    virtual std::optional<Result<std::uint64_t>> leave(PresenceChannel channel, std::uint64_t session,
                                                       PresenceDone<std::uint64_t> done) = 0;
    // kNotFound. [any-thread]
    virtual std::optional<Result<void>> update(PresenceChannel channel, std::uint64_t session, std::string state,
                                               PresenceDone<void> done) = 0;
    virtual std::optional<Result<PresenceList>> list(PresenceChannel channel, PresenceDone<PresenceList> done) = 0;

    // Told without a lock held, for one channel one after the other. Set once. [startup]
    virtual void on_changes(std::function<void(PresenceBatch)> tell) = 0;
    // Ends graces and windows. True while there is one. [any-thread], one at a time
    virtual bool sweep() = 0;
};

}  // namespace tidegate
