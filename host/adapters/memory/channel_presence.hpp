#pragma once

// ChannelPresence: who is on one channel, and what has to be told of it, batch by batch. Knows neither a clock nor a
// lock; every time is monotonic nanoseconds, given by its owner, and never goes back. What became due before a call is
// caught up with first, in its order, so that the outcome does not depend on how often that is done.

#include "ports/presence.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tidegate {

class ChannelPresence {
public:
    static constexpr std::size_t kSessions = 100'000;
    static constexpr std::size_t kListed = 1000;

    explicit ChannelPresence(PresenceChannel name) : name_(std::move(name)) {}

    // Ends the graces and the window that are due.
    void catch_up(std::int64_t now_ns);
    Result<std::uint64_t> join(const PresenceEntry& entry, std::int64_t now_ns);
    Result<std::uint64_t> leave(std::uint64_t session, std::int64_t now_ns);
    Result<void> update(std::uint64_t session, std::string state);
    PresenceList list() const;

    // When catch_up() has something to do.
    std::optional<std::int64_t> due_ns() const;
    bool has_batch() const { return !batches_.empty(); }
    PresenceBatch take_batch();
    // Nobody, nothing to tell and no window: as good as new.
    bool idle() const { return users_.empty() && !window_ends_ns_ && batches_.empty(); }

private:
    struct Connection {
        std::uint64_t session = 0;
        std::string info, state;
        std::int64_t grace_ms = 0;
    };
    struct User {
        std::string owner;  // of the session with which he came: who heard of that hears of his leaving
        std::string info;
        std::vector<Connection> connections;  // the newest is last
        std::optional<std::int64_t> leaves_ns;
    };
    struct Change {
        std::string user, owner, info;
        bool joined = false;
    };

    Connection& connection_of(User& user, std::uint64_t session);
    Error no_session(const char* act, std::uint64_t session) const;
    void end_user(const std::string& user, std::int64_t at_ns);
    void note(Change change, std::int64_t at_ns);
    void close_window();
    PresenceChange told(Change change) const;

    const PresenceChannel name_;
    std::map<std::string, User> users_;
    std::unordered_map<std::uint64_t, std::string> user_of_;  // by session
    std::set<std::pair<std::int64_t, std::string>> graces_;   // by end
    std::optional<std::int64_t> window_ends_ns_;
    int singles_ = 0;
    std::list<Change> pending_;  // to be told at the window's end; at most one per user
    std::map<std::string, std::list<Change>::iterator> pending_of_;
    std::deque<PresenceBatch> batches_;
};

}  // namespace tidegate
