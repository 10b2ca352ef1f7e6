// Coming, going, and who is there.

#include <algorithm>
#include <charconv>
#include <utility>

#include "collaboration_plugin.hpp"
#include "quote_document/identity.hpp"
#include "session_places.hpp"

namespace tidegate::collaboration {
namespace {

// A connection that joined by message ends without a word to the quote's strand: it is looked after.
constexpr std::uint64_t kWatchMs = 3000;

std::string watched(const Caller& caller) {
    return std::to_string(caller.session.id()).append(" ").append(caller.client_id);
}

std::string premium_of(std::string_view result) {
    std::string_view key, premium;
    tg::json::Reader in(result);
    if (!in.enter_object()) return {};
    while (in.next_member(key)) {
        if (key == "premium") in.raw(premium);
    }
    return std::string(premium);
}

}  // namespace

tg::Task<tg::Status> CollaborationPlugin::on_open(tg::Open open) {
    const std::string_view quote_id = quote::quote_of_channel(open.channel());
    if (quote_id.empty()) co_return tg::forbidden("this endpoint has no quote");
    Caller caller(quote_id, open);
    auto joined = co_await enter(caller);
    if (!joined) co_return joined.status();
    caller.session.push(on_channel(std::move(*joined), caller.channel()));
    co_return tg::Status();
}

tg::Task<> CollaborationPlugin::join(tg::Message message, Caller caller, Request) {
    const bool is_watched = SessionPlaces::watched(caller.session).has(caller.quote_id);
    // Those left a moment ago count until their watch has ended.
    if (!is_watched && !SessionPlaces::watched(caller.session).add(caller.quote_id)) {
        message.fail("busy", "a connection joins at most 8 quotes");
        co_return;
    }
    if (!is_watched) watch_later(caller.channel(), caller.session, watched(caller));
    auto joined = co_await enter(caller);
    if (!joined) {
        message.fail(joined.status());
        co_return;
    }
    message.reply(on_channel(std::move(*joined), caller.channel()));
}

// Present first, then reading: whoever comes meanwhile is told of this one or is in what he reads.
tg::Task<tg::Result<std::string>> CollaborationPlugin::enter(Caller caller) {
    auto held = co_await rights(caller);
    if (!held) co_return held.status();
    if (*held == Rights::kNone) co_return tg::forbidden("this quote is not yours to see");
    if (!SessionPlaces::joined(caller.session).add(caller.quote_id))
        co_return tg::Status(TG_E_BUSY, "a connection joins at most 8 quotes");

    tg::PresenceEntry entry(caller.channel());
    entry.user(caller.person.id).session(caller.session).grace_ms(grace_ms_);
    entry.info(presence_info(caller.person, *held == Rights::kEditor ? "editor" : "viewer"));
    tg_rc stopped = TG_OK;
    try {
        auto here = co_await tg::Presence::join(std::move(entry));
        if (!here) {
            SessionPlaces::joined(caller.session).remove(caller.quote_id);
            co_return refusal_of("join presence", here.status());
        }
        joined_total_.add();
        auto text = co_await snapshot(caller, *held);
        if (text) co_return std::move(text);
        SessionPlaces::joined(caller.session).remove(caller.quote_id);
        co_await depart(caller.channel(), caller.session, caller.client_id);
        co_return text.status();
    } catch (const tg::Cancelled& ended) {
        stopped = ended.rc();
    }
    // Nobody would say that he left.
    tg::Exec::post(caller.channel(), kWatchTask, watched(caller));
    throw tg::Cancelled(stopped);
}

tg::Task<tg::Result<std::string>> CollaborationPlugin::snapshot(Caller caller, Rights held) {
    Joined joined;
    joined.quote_id = caller.quote_id;
    joined.access = held == Rights::kEditor ? "editor" : "viewer";
    joined.lease_ttl_ms = lease_ttl_ms_;
    auto loaded = co_await load(caller.quote_id);
    if (!loaded) co_return loaded.status();
    if (loaded->exists) {
        joined.revision = loaded->revision;
        joined.status = loaded->quote.status;
        joined.quote_data = loaded->quote.quote_data;
        joined.review = loaded->quote.review;
        auto result = co_await tg::Docs::get("quote_result", caller.quote_id);
        if (result) joined.premium = premium_of(result->json());
    }
    auto present = co_await tg::Presence::list(caller.channel());
    if (!present) co_return refusal_of("list presence", present.status());
    joined.users = present->users();
    auto leases = co_await tg::Leases::list(caller.channel());
    if (!leases) co_return refusal_of("list locks", leases.status());
    for (const tg::Lease& lease : *leases) {
        if (!lease.implicit()) joined.locks.push_back(lease);
    }
    co_return session_joined(joined);
}

tg::Task<> CollaborationPlugin::leave(tg::Message message, Caller caller, Request) {
    SessionPlaces::joined(caller.session).remove(caller.quote_id);
    SessionPlaces::locked(caller.session).remove(caller.quote_id);
    auto left = co_await tg::Presence::leave(caller.channel(), caller.session);
    if (!left && left.rc() != TG_E_NOT_FOUND) refusal_of("leave presence", left.status());
    co_await end_locks(caller, "left", caller.client_id);
    message.reply(on_channel(session_left(), caller.channel()));
}

tg::Task<> CollaborationPlugin::on_close(tg::Close close) {
    std::string channel(close.channel());
    if (quote::quote_of_channel(channel).empty()) co_return;
    co_await depart(std::move(channel), close.session(), std::string(close.client_id()));
}

// The user leaves after his grace, and the connection's locks end then too; on_presence and on_lease tell of it.
tg::Task<> CollaborationPlugin::depart(std::string channel, tg::Session session, std::string client_id) {
    auto left = co_await tg::Presence::leave(channel, session);
    if (!left && left.rc() != TG_E_NOT_FOUND) refusal_of("leave presence", left.status());
    auto ending = co_await tg::Leases::renew(channel, client_id, std::max<std::uint64_t>(grace_ms_, 1));
    if (!ending) refusal_of("end locks", ending.status());
}

tg::Task<> CollaborationPlugin::watch(std::string channel, std::string payload) {
    std::uint64_t id = 0;
    const char* end = payload.data() + payload.size();
    const char* space = std::from_chars(payload.data(), end, id).ptr;
    const tg::Session session(id);
    const std::string_view quote_id = quote::quote_of_channel(channel);
    if (SessionPlaces::joined(session).has(quote_id)) {
        watch_later(channel, session, payload);
        co_return;
    }
    SessionPlaces::watched(session).remove(quote_id);
    std::string client_id(space == end ? end : space + 1, end);
    co_await depart(std::move(channel), session, std::move(client_id));
}

void CollaborationPlugin::watch_later(const std::string& channel, tg::Session session, const std::string& payload) {
    const std::string_view quote_id = quote::quote_of_channel(channel);
    const auto timer = tg::Exec::post_after(kWatchMs, channel, kWatchTask, payload);
    if (timer) return;
    tg::log::warn("nobody looks whether a connection is still there: " + timer.text());
    SessionPlaces::watched(session).remove(quote_id);
}

tg::Task<> CollaborationPlugin::on_presence(tg::PresenceNotice notice) {
    tell_presence(notice);
    const std::string quote_id(quote::quote_of_channel(notice.channel()));
    if (quote_id.empty()) co_return;
    for (const tg::PresenceJoined& user : notice.joined()) {
        tg::Emission emission("session.joined", joined_event(quote_id, user));
        emission.doc("quote", quote_id).actor(user.user());
        auto told = co_await tg::Bus::emit(std::move(emission));
        if (!told) tg::log::warn("tell that somebody joined " + quote_id + ": " + told.text());
    }
}

// Who comes is told to the others; who came together learns of each other.
void CollaborationPlugin::tell_presence(const tg::PresenceNotice& notice) {
    const auto& joined = notice.joined();
    if (!joined.empty()) {
        std::vector<tg::Session> theirs;
        for (const tg::PresenceJoined& user : joined)
            theirs.insert(theirs.end(), user.sessions().begin(), user.sessions().end());
        tg::Publication to_others(notice.channel(), user_joined(joined));
        tg::Channel::publish_live(to_others.lane(tg::Lane::kEvents).exclude(theirs));
        for (const tg::PresenceJoined& user : joined) {
            const std::string others = user_joined(joined, user.user());
            if (others.empty()) continue;
            for (const tg::Session session : user.sessions()) session.push(on_channel(others, notice.channel()));
        }
    }
    if (!notice.left().empty())
        tg::Channel::publish_live(notice.channel(), user_left(notice.left()), tg::Lane::kEvents);
}

}  // namespace tidegate::collaboration
