#include "messages.hpp"

#include <algorithm>
#include <tidegate/json/writer.hpp>

#include "quote_document/identity.hpp"

namespace tidegate::collaboration {
namespace {

using tg::json::Writer;

Writer begin(std::string_view type) {
    Writer out;
    out.begin_object().member("type", type);
    return out;
}

std::string finish(Writer& out) { return out.end_object().take(); }

void write_person(Writer& out, std::string_view name, const Person& person) {
    out.raw_member(name, person_json(person));
}

void write_expiry(Writer& out, const tg::Lease& lease) {
    out.member("expires_at", quote::time_text(lease.expires_ms()));
    out.member("expires_in_ms", std::max<std::int64_t>(lease.ttl_ms(), 0));
}

void write_texts(Writer& out, std::string_view name, const std::vector<std::string>& texts) {
    out.key(name).begin_array();
    for (const std::string& text : texts) out.value(text);
    out.end_array();
}

Writer begin_update(const FieldUpdated& update) {
    Writer out = begin("field:updated");
    if (!update.update_id.empty()) out.member("update_id", update.update_id);
    out.member("field", update.field).raw_member("value", update.value.empty() ? "null" : update.value);
    out.member("updated_by", update.updated_by).member("timestamp", update.timestamp);
    if (update.undo_of != 0) out.member("undo_of", update.undo_of);
    if (!update.restored.empty()) out.member("restored", update.restored);
    return out;
}

void write_quote(Writer& out, const Joined& joined) {
    out.key("quote").begin_object().member("quote_id", joined.quote_id);
    out.raw_member("quote_data", joined.quote_data).member("revision", joined.revision);
    if (!joined.premium.empty()) out.raw_member("premium", joined.premium);
    out.member("status", joined.status);
    if (!joined.review.empty()) out.raw_member("review", joined.review);
    out.end_object();
}

template <class Changed>
std::string users_message(std::string_view type, const std::vector<const Changed*>& changed) {
    if (changed.empty()) return {};
    Writer out = begin(type);
    const bool one = changed.size() == 1;
    out.key(one ? "user" : "users");
    if (!one) out.begin_array();
    for (const Changed* user : changed) {
        write_present(out, user->user(), user->info());
        out.end_object();
    }
    if (!one) out.end_array();
    return finish(out);
}

}  // namespace

std::string with(std::string object, std::string_view fragment) { return object.insert(object.size() - 1, fragment); }

std::string on_channel(std::string object, std::string_view channel) {
    return with(std::move(object), std::string(R"(,"channel":")").append(channel).append("\""));
}

std::string session_joined(const Joined& joined) {
    Writer out = begin("session:joined");
    write_quote(out, joined);
    out.key("users").begin_array();
    for (const tg::PresentUser& user : joined.users) {
        write_present(out, user.user(), user.info());
        out.member("connections", user.connections());
        out.raw_member("focus", user.state().empty() ? "null" : user.state()).end_object();
    }
    out.end_array().key("locked_fields").begin_object();
    for (const tg::Lease& lock : joined.locks) {
        out.key(lock.path()).begin_object();
        write_person(out, "user", read_holder(lock.holder(), lock.data()).person);
        write_expiry(out, lock);
        out.end_object();
    }
    out.end_object().member("revision", joined.revision).member("access", joined.access);
    out.member("lease_ttl_ms", joined.lease_ttl_ms);
    return finish(out);
}

std::string session_left() {
    Writer out = begin("session:left");
    return finish(out);
}

std::string user_joined(const std::vector<tg::PresenceJoined>& joined, std::string_view except) {
    std::vector<const tg::PresenceJoined*> told;
    for (const auto& user : joined) {
        if (except.empty() || user.user() != except) told.push_back(&user);
    }
    return users_message("user:joined", told);
}

std::string user_left(const std::vector<tg::PresenceLeft>& left) {
    std::vector<const tg::PresenceLeft*> told;
    for (const auto& user : left) told.push_back(&user);
    return users_message("user:left", told);
}

std::string field_locked(std::string_view field, const Person& holder, const tg::Lease& lease) {
    Writer out = begin("field:locked");
    out.member("field", field);
    write_person(out, "user", holder);
    write_expiry(out, lease);
    return finish(out);
}

std::string field_locked_for_holder(std::string_view field, const tg::Lease& lease) {
    Writer out = begin("field:locked");
    out.member("field", field).key("lease").begin_object().member("token", lease.token());
    out.member("expires_at", quote::time_text(lease.expires_ms())).member("ttl_ms", lease.ttl_ms()).end_object();
    return finish(out);
}

std::string field_unlocked(std::string_view field, const Person& holder, std::string_view reason, const Person* by) {
    Writer out = begin("field:unlocked");
    out.member("field", field);
    write_person(out, "user", holder);
    out.member("reason", reason);
    if (by) write_person(out, "by", *by);
    return finish(out);
}

std::string locked_by(std::string_view field, const tg::Lease& lease) {
    Writer out;
    out.begin_object().member("field", field);
    write_person(out, "holder", read_holder(lease.holder(), lease.data()).person);
    write_expiry(out, lease);
    return finish(out);
}

std::string field_updated(const FieldUpdated& update) {
    Writer out = begin_update(update);
    return finish(out);
}

std::string field_updated_before(const FieldUpdated& update, std::uint64_t revision) {
    Writer out = begin_update(update);
    out.member("revision", revision).member("replayed", true);
    return finish(out);
}

std::string field_rejected(const FieldRejected& rejection) {
    Writer out = begin("field:rejected");
    out.member("field", rejection.field).member("code", rejection.code);
    out.raw_member("value", rejection.value.empty() ? "null" : rejection.value);
    out.member("revision", rejection.revision).member("message", rejection.message);
    if (!rejection.holder.empty()) out.raw_member("holder", rejection.holder);
    if (!rejection.errors.empty()) out.raw_member("errors", rejection.errors);
    return finish(out);
}

std::string session_review(std::string_view state, const Person& by, std::string_view reason,
                           std::string_view timestamp) {
    Writer out = begin("session:review");
    out.member("state", state);
    write_person(out, "by", by);
    if (!reason.empty()) out.member("reason", reason);
    out.member("timestamp", timestamp);
    return finish(out);
}

std::string version_saved(std::string_view version) {
    Writer out = begin("session:version_saved");
    out.raw_member("version", version);
    return finish(out);
}

std::string comment_added(std::string_view comment) {
    Writer out = begin("comment:added");
    out.raw_member("comment", comment);
    return finish(out);
}

std::string comment_resolved(std::string_view comment_id, bool resolved, std::string_view by,
                             std::string_view timestamp) {
    Writer out = begin("comment:resolved");
    out.member("comment_id", comment_id).member("resolved", resolved).member("by", by).member("timestamp", timestamp);
    return finish(out);
}

std::string listed(std::string_view type, std::string_view name, const std::vector<std::string>& items,
                   std::string_view after) {
    Writer out = begin(type);
    out.key(name).begin_array();
    for (const std::string& item : items) out.raw(item);
    out.end_array().raw_member("after", after);
    return finish(out);
}

std::string cursor_moved(std::string_view user_id, std::string_view position) {
    Writer out = begin("cursor:moved");
    out.member("user_id", user_id).raw_member("position", position);
    return finish(out);
}

std::string field_event(std::string_view quote_id, std::string_view field, std::string_view by, std::string_view kind) {
    Writer out;
    // In the order of their names, as the store keeps objects.
    out.begin_object().member("by", by).member("field", field).member("kind", kind).member("quote_id", quote_id);
    return finish(out);
}

std::string joined_event(std::string_view quote_id, const tg::PresenceJoined& user) {
    Writer out;
    out.begin_object().member("quote_id", quote_id).member("user_id", user.user()).member("role", role_in(user.info()));
    return finish(out);
}

std::string comment_event(std::string_view quote_id, std::string_view comment_id, std::string_view field,
                          std::string_view author, const std::vector<std::string>& mentions) {
    Writer out;
    out.begin_object().member("quote_id", quote_id).member("comment_id", comment_id).member("field", field);
    out.member("author", author);
    write_texts(out, "mentions", mentions);
    return finish(out);
}

std::string taken_event(std::string_view quote_id, std::string_view field, const Person& from, const Person& by) {
    Writer out;
    out.begin_object().member("quote_id", quote_id).member("field", field);
    out.member("from", from.id).member("by", by.id);
    return finish(out);
}

std::string review_event(std::string_view quote_id, std::string_view state, std::string_view by) {
    Writer out;
    out.begin_object().member("quote_id", quote_id).member("state", state).member("by", by);
    return finish(out);
}

}  // namespace tidegate::collaboration
