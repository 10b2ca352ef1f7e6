#include "adapters/memory/channel_presence.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace tidegate {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

}  // namespace

void ChannelPresence::catch_up(std::int64_t now_ns) {
    for (auto due = due_ns(); due && *due <= now_ns; due = due_ns()) {
        if (window_ends_ns_ == due) {
            close_window();
            continue;
        }
        const std::string user = graces_.begin()->second;
        graces_.erase(graces_.begin());
        end_user(user, *due);
    }
}

Result<std::uint64_t> ChannelPresence::join(const PresenceEntry& entry, std::int64_t now_ns) {
    if (const auto known = user_of_.find(entry.session); known != user_of_.end()) {
        if (known->second != entry.user) {
            return fail(Errc::kInvalid, "join channel '" + name_.channel + "': session " +
                                            std::to_string(entry.session) + " is there as another user");
        }
        auto& user = users_.at(entry.user);
        auto& connection = connection_of(user, entry.session);
        connection.info = entry.info;
        connection.grace_ms = entry.grace_ms;
        user.info = user.connections.back().info;
        return user.connections.size();
    }
    if (user_of_.size() >= kSessions) {
        return fail(Errc::kBusy, "join channel '" + name_.channel + "': it has 100000 sessions");
    }
    const auto [at, came] = users_.try_emplace(entry.user);
    auto& user = at->second;
    user_of_.emplace(entry.session, entry.user);
    user.connections.push_back({entry.session, entry.info, "", entry.grace_ms});
    user.info = entry.info;
    if (user.leaves_ns) {
        graces_.erase({*user.leaves_ns, entry.user});
        user.leaves_ns.reset();
    }
    const std::size_t connections = user.connections.size();
    if (came) {
        user.owner = entry.owner;
        note({entry.user, entry.owner, "", true}, now_ns);
    }
    return connections;
}

Result<std::uint64_t> ChannelPresence::leave(std::uint64_t session, std::int64_t now_ns) {
    const auto known = user_of_.find(session);
    if (known == user_of_.end()) return no_session("leave", session);
    const std::string name = known->second;
    user_of_.erase(known);
    auto& user = users_.at(name);
    const std::int64_t grace_ms = connection_of(user, session).grace_ms;
    std::erase_if(user.connections, [&](const Connection& connection) { return connection.session == session; });
    if (!user.connections.empty()) {
        user.info = user.connections.back().info;
        return user.connections.size();
    }
    if (grace_ms == 0) {
        end_user(name, now_ns);
        return std::uint64_t{0};
    }
    user.leaves_ns = now_ns + grace_ms * kNsPerMs;
    graces_.emplace(*user.leaves_ns, name);
    return std::uint64_t{0};
}

Result<void> ChannelPresence::update(std::uint64_t session, std::string state) {
    const auto known = user_of_.find(session);
    if (known == user_of_.end()) return no_session("update", session);
    connection_of(users_.at(known->second), session).state = std::move(state);
    return {};
}

PresenceList ChannelPresence::list() const {
    PresenceList found;
    found.total = users_.size();
    found.users.reserve(std::min(users_.size(), kListed));
    for (const auto& [name, user] : users_) {
        if (found.users.size() == kListed) break;
        const auto& connections = user.connections;
        found.users.push_back(
            {name, user.info, connections.empty() ? "" : connections.back().state, connections.size()});
    }
    return found;
}

std::optional<std::int64_t> ChannelPresence::due_ns() const {
    if (graces_.empty()) return window_ends_ns_;
    const std::int64_t grace_ns = graces_.begin()->first;
    return window_ends_ns_ ? std::min(*window_ends_ns_, grace_ns) : grace_ns;
}

PresenceBatch ChannelPresence::take_batch() {
    PresenceBatch batch = std::move(batches_.front());
    batches_.pop_front();
    return batch;
}

ChannelPresence::Connection& ChannelPresence::connection_of(User& user, std::uint64_t session) {
    const auto at = std::find_if(user.connections.begin(), user.connections.end(),
                                 [&](const Connection& connection) { return connection.session == session; });
    TG_ASSERT(at != user.connections.end(), "a session that is known is one of its user's");
    return *at;
}

Error ChannelPresence::no_session(const char* act, std::uint64_t session) const {
    return fail(Errc::kNotFound, std::string(act) + " channel '" + name_.channel + "': session " +
                                     std::to_string(session) + " is not there");
}

void ChannelPresence::end_user(const std::string& user, std::int64_t at_ns) {
    auto gone = users_.extract(user);
    note({user, std::move(gone.mapped().owner), std::move(gone.mapped().info), false}, at_ns);
}

void ChannelPresence::note(Change change, std::int64_t at_ns) {
    // What is pending of a user is the opposite of what comes now: together they are nothing.
    if (const auto unheard = pending_of_.find(change.user); unheard != pending_of_.end()) {
        TG_ASSERT(unheard->second->joined != change.joined, "a user comes and goes by turns");
        pending_.erase(unheard->second);
        pending_of_.erase(unheard);
        return;
    }
    if (!window_ends_ns_) {
        window_ends_ns_ = at_ns + Presence::kWindowMs * kNsPerMs;
        singles_ = 0;
    }
    if (singles_ < Presence::kSingles) {
        ++singles_;
        std::string owner = change.owner;
        batches_.push_back({name_, std::move(owner), {told(std::move(change))}});
        return;
    }
    pending_.push_back(std::move(change));
    pending_of_[pending_.back().user] = std::prev(pending_.end());
}

void ChannelPresence::close_window() {
    window_ends_ns_.reset();
    pending_of_.clear();
    std::map<std::string, std::vector<PresenceChange>> by_owner;
    for (auto& change : pending_) {
        auto& [owner, changes] = *by_owner.try_emplace(change.owner).first;
        changes.push_back(told(std::move(change)));
        if (changes.size() == Presence::kBatch) batches_.push_back({name_, owner, std::exchange(changes, {})});
    }
    pending_.clear();
    for (auto& [owner, changes] : by_owner) {
        if (!changes.empty()) batches_.push_back({name_, owner, std::move(changes)});
    }
}

PresenceChange ChannelPresence::told(Change change) const {
    if (!change.joined) return {std::move(change.user), std::move(change.info), false, {}};
    const auto& user = users_.at(change.user);
    PresenceChange joined{std::move(change.user), user.info, true, {}};
    for (const auto& connection : user.connections) joined.sessions.push_back(connection.session);
    return joined;
}

}  // namespace tidegate
