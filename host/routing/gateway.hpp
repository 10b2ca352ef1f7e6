#pragma once

// Gateway: what the plugin layer may do to sessions and channels, from any thread, by id. It finds the loop and posts;
// a stale id is a counted drop. Implemented by routing over the loops' switchboards, and by recording fakes in tests.
// [any-thread]

#include "base/buffer.hpp"
#include "base/result.hpp"
#include "base/session_id.hpp"
#include "session/lane.hpp"
#include "session/session_info.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace tidegate::routing {

using session::Lane;

struct Publication {
    std::string_view tenant;
    std::string_view channel;
    std::string_view event;  // a JSON object; `channel` and, when recorded, `offset` are added before its last brace
    bool recorded = false;
    Lane lane = Lane::kBulk;              // of a live event
    std::string_view conflate_key;        // live only
    SessionId author;                     // gets author_event (same fields added) in place of event, subscribed or not
    std::string_view author_event;        // empty: the author gets nothing
    std::span<const SessionId> excluded;  // live only: these get nothing
    // Tells of what happened already, so it is not refused because a loop is behind. How many there can be at once is
    // for the caller to bound: a commit's are those of one patch, and the store takes no more patches than its queue
    // holds.
    bool committed = false;
};

class Gateway {
public:
    virtual ~Gateway() = default;
    // `object` is a complete JSON object; it is framed once.
    virtual void send(SessionId session, std::string_view object, Lane lane) = 0;
    // The same with `,"ref":<id>` added before the last brace when id is not empty.
    virtual void reply(SessionId session, std::string_view object, std::string_view id, Lane lane) = 0;
    // A coded error row; `fields` is a JSON object whose members are added, or empty. Counted by code.
    virtual void fail(SessionId session, std::string_view code, std::string_view message, std::string_view id,
                      std::string_view fields) = 0;
    virtual void close(SessionId session, std::uint16_t code, std::string_view reason) = 0;
    // The session sees channel:subscribed and then every event published after this call returned.
    virtual void join(const session::SessionInfoRef& session, std::string_view channel) = 0;
    virtual void leave(const session::SessionInfoRef& session, std::string_view channel) = 0;
    // The offset of a recorded event, 0 for a live one.
    virtual Result<std::uint64_t> publish(const Publication& publication) = 0;
    virtual std::uint64_t subscribers(std::string_view tenant, std::string_view channel) const = 0;
    // A message's hook ended: takes it off the session's in-flight counts and wakes a paused loop.
    virtual void message_ended(const session::SessionInfoRef& session, std::size_t bytes) = 0;
    // A strand that answered kFull to this session's message takes messages again.
    virtual void strand_has_space(SessionId session) = 0;
    // Null when the session is gone.
    virtual session::SessionInfoRef find(SessionId session) const = 0;
};

}  // namespace tidegate::routing
