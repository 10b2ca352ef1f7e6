#pragma once

// Presence: who is on a channel of the manifest's `channels` or `publishes`: one entry per session, told once per user.
// A user who came back within the grace never left. Not the channel's subscribers: a plugin joins and leaves for whom
// it likes. Calls are awaited in a hook [strand]; values own their texts [any-thread].

#include <tidegate/detail/op.hpp>
#include <tidegate/detail/presence_json.hpp>
#include <tidegate/log.hpp>
#include <tidegate/message.hpp>
#include <tidegate/presence_values.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tg {

class PresenceEntry {
public:
    explicit PresenceEntry(std::string channel) noexcept : channel_(std::move(channel)) {}

    PresenceEntry& user(std::string user) & { return user_ = std::move(user), *this; }
    PresenceEntry&& user(std::string user_of) && { return std::move(user(std::move(user_of))); }
    PresenceEntry& session(Session session) & { return session_ = session, *this; }
    PresenceEntry&& session(Session session_of) && { return std::move(session(session_of)); }
    // A JSON object of at most 512 bytes: name, role, …
    PresenceEntry& info(std::string json) & { return info_ = std::move(json), *this; }
    PresenceEntry&& info(std::string json) && { return std::move(info(std::move(json))); }
    // How long after the last session's leave the user leaves.
    PresenceEntry& grace_ms(std::uint32_t grace) & { return grace_ms_ = grace, *this; }
    PresenceEntry&& grace_ms(std::uint32_t grace) && { return std::move(grace_ms(grace)); }

    tg_presence_entry raw() const noexcept {
        tg_presence_entry out{};
        out.size = sizeof(out);
        out.grace_ms = grace_ms_;
        out.channel = detail::str(channel_);
        out.user = detail::str(user_);
        out.session = session_.id();
        out.info = detail::str(info_);
        return out;
    }

private:
    std::string channel_;
    std::string user_;
    std::string info_;
    Session session_;
    std::uint32_t grace_ms_ = 0;
};

namespace detail {

class [[nodiscard(TG_AWAIT_IT)]] JoinPresenceOp : public Op<JoinPresenceOp, Result<std::uint64_t>> {
public:
    explicit JoinPresenceOp(PresenceEntry entry) noexcept : entry_(std::move(entry)) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_presence) return absent(now, TG_EXT_PRESENCE);
        const tg_presence_entry raw = entry_.raw();
        return g_presence->join(g_host, hook, &raw, now, done);
    }
    Result<std::uint64_t> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return outcome.number;
    }

private:
    PresenceEntry entry_;
};

class [[nodiscard(TG_AWAIT_IT)]] LeavePresenceOp : public Op<LeavePresenceOp, Result<std::uint64_t>> {
public:
    LeavePresenceOp(std::string_view channel, Session session) : channel_(channel), session_(session) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_presence) return absent(now, TG_EXT_PRESENCE);
        return g_presence->leave(g_host, hook, str(channel_), session_.id(), now, done);
    }
    Result<std::uint64_t> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return outcome.number;
    }

private:
    std::string channel_;
    Session session_;
};

class [[nodiscard(TG_AWAIT_IT)]] UpdatePresenceOp : public Op<UpdatePresenceOp, Status> {
public:
    UpdatePresenceOp(std::string_view channel, Session session, std::string_view state)
        : channel_(channel), state_(state), session_(session) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_presence) return absent(now, TG_EXT_PRESENCE);
        return g_presence->update(g_host, hook, str(channel_), session_.id(), str(state_), now, done);
    }
    Status value(Outcome&& outcome) { return std::move(outcome).status(); }

private:
    std::string channel_;
    std::string state_;
    Session session_;
};

class [[nodiscard(TG_AWAIT_IT)]] ListPresenceOp : public Op<ListPresenceOp, Result<PresenceList>> {
public:
    explicit ListPresenceOp(std::string_view channel) : channel_(channel) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_presence) return absent(now, TG_EXT_PRESENCE);
        return g_presence->list(g_host, hook, str(channel_), now, done);
    }
    Result<PresenceList> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return read_presence_list(outcome.number, outcome.bytes.view());
    }

private:
    std::string channel_;
};

}  // namespace detail

template <>
inline constexpr bool is_awaitable<detail::JoinPresenceOp> = true;
template <>
inline constexpr bool is_awaitable<detail::LeavePresenceOp> = true;
template <>
inline constexpr bool is_awaitable<detail::UpdatePresenceOp> = true;
template <>
inline constexpr bool is_awaitable<detail::ListPresenceOp> = true;

class Presence {
public:
    // Result<std::uint64_t>: the user's sessions on the channel, this one included. Again for a session that is there:
    // its info is replaced. Errors: INVALID, FORBIDDEN (channel), BUSY, UNAVAILABLE.
    static detail::JoinPresenceOp join(PresenceEntry entry) { return detail::JoinPresenceOp(std::move(entry)); }
    // Result<std::uint64_t>: the user's remaining sessions. NOT_FOUND.
    static detail::LeavePresenceOp leave(std::string_view channel, Session session) {
        return detail::LeavePresenceOp(channel, session);
    }
    // Status. What the user does now: a JSON object of at most 512 bytes; the newest of his sessions counts. NOT_FOUND.
    static detail::UpdatePresenceOp update(std::string_view channel, Session session, std::string_view state) {
        return detail::UpdatePresenceOp(channel, session, state);
    }
    // Result<PresenceList>, by user; users in their grace are there with 0 connections.
    static detail::ListPresenceOp list(std::string_view channel) { return detail::ListPresenceOp(channel); }
};

// What on_presence gets: who came to or left a channel where this plugin, possibly in an earlier generation, keeps
// presence. It owns what it says. [strand] of the channel.
class PresenceNotice {
public:
    using Raw = tg_notice;
    PresenceNotice(const tg_notice& raw, tg_hook*, detail::Keep) {
        const tg_notice known = detail::copy_struct(&raw);
        channel_ = detail::view(known.key);
        scope_ = known.scope;
        if (!detail::read_changes(detail::view(known.payload), joined_, left_)) {
            joined_.clear();
            left_.clear();
            log::error("on_presence " + channel_ + ": malformed notice of the host");
        }
    }

    const std::string& channel() const& noexcept { return channel_; }
    std::string channel() && noexcept { return std::move(channel_); }
    const std::vector<PresenceJoined>& joined() const& noexcept { return joined_; }
    std::vector<PresenceJoined> joined() && noexcept { return std::move(joined_); }
    const std::vector<PresenceLeft>& left() const& noexcept { return left_; }
    std::vector<PresenceLeft> left() && noexcept { return std::move(left_); }
    // The same for all of one tenant, and for nobody else: part of the key of whatever a plugin keeps in memory.
    std::uint64_t scope() const noexcept { return scope_; }

private:
    std::string channel_;
    std::vector<PresenceJoined> joined_;
    std::vector<PresenceLeft> left_;
    std::uint64_t scope_ = 0;
};

}  // namespace tg
