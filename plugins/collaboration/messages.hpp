// What the plugin tells clients, as JSON text. Values and documents' parts are passed on as they are written, so no
// amount loses a digit. Members the host adds are absent: channel and offset of an event, revision of an event that a
// commit carries, ref of a reply. Answers name their channel themselves.
// Thread rule: [any-thread], pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tidegate/lease.hpp>
#include <tidegate/presence.hpp>
#include <utility>
#include <vector>

#include "person.hpp"

namespace tidegate::collaboration {

// The same object with more members, e.g. `,"ref":1`.
std::string with(std::string object, std::string_view fragment);
// The same object, named as the channel's.
std::string on_channel(std::string object, std::string_view channel);

// --- the session ---
struct Joined {
    Joined() {}

    std::string quote_id;
    std::uint64_t revision = 0;
    std::string status = "draft";
    std::string quote_data = "{}";
    std::string premium;  // JSON; "" none
    std::string review;   // JSON; "" none
    std::string access;
    std::uint64_t lease_ttl_ms = 0;
    std::vector<tg::PresentUser> users;
    std::vector<tg::Lease> locks;  // explicit ones
};
std::string session_joined(const Joined& joined);
std::string session_left();

// `user`, or `users` when there are more; without the one called `except`. "" when nobody is left.
std::string user_joined(const std::vector<tg::PresenceJoined>& joined, std::string_view except = std::string_view());
std::string user_left(const std::vector<tg::PresenceLeft>& left);

// --- locks ---
std::string field_locked(std::string_view field, const Person& holder, const tg::Lease& lease);
std::string field_locked_for_holder(std::string_view field, const tg::Lease& lease);
// `by`: who took it or started the review; null for nobody.
std::string field_unlocked(std::string_view field, const Person& holder, std::string_view reason, const Person* by);
// {"field","holder","expires_at","expires_in_ms"}: the members of the error.
std::string locked_by(std::string_view field, const tg::Lease& lease);

// --- edits ---
struct FieldUpdated {
    FieldUpdated() {}

    std::string update_id;
    std::string field;
    std::string value;  // JSON
    std::string updated_by;
    std::string timestamp;
    std::uint64_t undo_of = 0;  // the revision that it takes back; 0 none
    std::string restored;       // the version's id; "" none
};
std::string field_updated(const FieldUpdated& update);
std::string field_updated_before(const FieldUpdated& update, std::uint64_t revision);  // "replayed"

struct FieldRejected {
    FieldRejected() {}

    std::string field;
    std::string code;
    std::string value = "null";  // JSON: what stands
    std::uint64_t revision = 0;
    std::string message;
    std::string holder;  // JSON; "" none
    std::string errors;  // JSON; "" none
};
std::string field_rejected(const FieldRejected& rejection);

// --- review, versions, comments, cursors ---
std::string session_review(std::string_view state, const Person& by, std::string_view reason,
                           std::string_view timestamp);
std::string version_saved(std::string_view version);
std::string comment_added(std::string_view comment);
std::string comment_resolved(std::string_view comment_id, bool resolved, std::string_view by,
                             std::string_view timestamp);
// `{"type":…,"<name>":[items],"after":…}`
std::string listed(std::string_view type, std::string_view name, const std::vector<std::string>& items,
                   std::string_view after);
std::string cursor_moved(std::string_view user_id, std::string_view position);

// --- domain events ---
std::string field_event(std::string_view quote_id, std::string_view field, std::string_view by, std::string_view kind);
std::string joined_event(std::string_view quote_id, const tg::PresenceJoined& user);
std::string comment_event(std::string_view quote_id, std::string_view comment_id, std::string_view field,
                          std::string_view author, const std::vector<std::string>& mentions);
std::string taken_event(std::string_view quote_id, std::string_view field, const Person& from, const Person& by);
std::string review_event(std::string_view quote_id, std::string_view state, std::string_view by);

}  // namespace tidegate::collaboration
