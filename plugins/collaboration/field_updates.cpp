// field:update.

#include <utility>

#include "collaboration_plugin.hpp"
#include "json_text.hpp"
#include "quote_document/field_path.hpp"
#include "session_places.hpp"

namespace tidegate::collaboration {
namespace {

// How often somebody else may create the quote between two looks at it.
constexpr int kCreations = 3;

FieldEdit field_edit(const Request& request) {
    FieldEdit edit;
    edit.field = request.field;
    const bool removes = request.value == "null";
    edit.kind = removes ? VersionOp::Kind::kRemove : VersionOp::Kind::kSet;
    if (!removes) edit.value = request.value;
    return edit;
}

// A new element of an array is named by its own id, and put in rather than set.
bool may_be_new_element(const Request& request) {
    const std::size_t slash = request.field.rfind('/');
    if (slash == std::string::npos || request.value.front() != '{') return false;
    const std::string id = value_at(request.value, "id");
    return id == json_string(std::string_view(request.field).substr(slash + 1));
}

void put(quote::Edit& edit, const FieldEdit& field) {
    if (field.kind == VersionOp::Kind::kSet) edit.set(field.field, field.value);
    if (field.kind == VersionOp::Kind::kInsert) edit.insert(field.field, field.value);
    if (field.kind == VersionOp::Kind::kRemove) edit.remove(field.field);
}

std::optional<std::string> why_invalid(const Request& request) {
    if (auto why = quote::check_field(request.field)) return why;
    return check_value(request.value);
}

}  // namespace

quote::Edit CollaborationPlugin::update_by(const Caller& caller, const Request& request, Note note,
                                           const FieldEdit& field) {
    quote::Edit edit = edit_by(caller, std::move(note), {field});
    put(edit, field);
    edit.lease_token(request.lease_token);
    if (request.base_revision) edit.base_revision(*request.base_revision);
    return edit;
}

tg::Task<quote::EditOutcome> CollaborationPlugin::apply_update(Caller caller, Request request, Note note) {
    FieldEdit field = field_edit(request);
    quote::Edit edit = update_by(caller, request, note, field);
    quote::EditOutcome outcome = co_await quote::apply(std::move(edit));
    for (int n = 0; n < kCreations && outcome.kind() == quote::EditKind::kNoQuote; ++n) {
        if (request.base_revision.value_or(0) != 0) co_return quote::EditOutcome::refused(quote::EditKind::kConflict);
        note.kind = "create";
        quote::Edit first = edit_by(caller, note, {field});
        first.create(field.value.empty() ? "{}" : nested(field.field, field.value));
        outcome = co_await quote::apply(std::move(first));
        if (outcome.kind() != quote::EditKind::kConflict) continue;
        note.kind = "edit";
        quote::Edit again = update_by(caller, request, note, field);
        outcome = co_await quote::apply(std::move(again));
    }
    if (outcome.kind() != quote::EditKind::kInvalid || !may_be_new_element(request)) co_return outcome;

    note.kind = "edit";
    field.kind = VersionOp::Kind::kInsert;
    quote::Edit added = update_by(caller, request, std::move(note), field);
    const quote::EditOutcome second = co_await quote::apply(std::move(added));
    co_return second.ok() ? second : outcome;
}

tg::Task<> CollaborationPlugin::update(tg::Message message, Caller caller, Request request) {
    const std::uint64_t started_ns = tg::monotonic_ns();
    // Most know their rights without a look at the quote.
    const KnownRights known = rights_without_creator(caller.access);
    tg::Result<Rights> held = known.rights;
    if (known.needs_creator) held = co_await rights(caller);
    if (!held) {
        message.fail(held.status());
        co_return;
    }
    FieldRejected rejection;
    rejection.field = request.field;
    if (*held != Rights::kEditor) {
        rejection.code = "forbidden";
        rejection.message = "this quote is not yours to change";
    } else if (auto why = why_invalid(request)) {
        rejection.code = "invalid";
        rejection.message = std::move(*why);
    }
    // An edit that is committed renews those on its quote by itself.
    std::string renewed_by_edit;
    if (rejection.code.empty()) renewed_by_edit = caller.quote_id;
    if (SessionPlaces::locked(caller.session).any_besides(renewed_by_edit))
        co_await renew_locks(caller, std::move(renewed_by_edit));
    if (!rejection.code.empty()) {
        co_await reject(std::move(message), std::move(caller), std::move(rejection));
        co_return;
    }

    Note note("edit");
    note.session = caller.client_id;
    note.update_id = tg::random_uuid();
    note.reason = request.reason;
    quote::EditOutcome outcome = co_await apply_update(caller, request, std::move(note));
    // The lock of an edit that is sent again may have ended since it was committed.
    std::uint64_t before = outcome.replayed() ? outcome.revision() : 0;
    if (!outcome.ok()) {
        std::string none;
        co_await renew_locks(caller, std::move(none));
        before = co_await done_before(caller);
    }
    if (before != 0) {
        co_await answer_again(std::move(message), std::move(caller), std::move(request.field), before);
    } else if (!outcome.ok()) {
        co_await refuse_edit(std::move(message), std::move(caller), std::move(request.field), std::move(outcome));
    } else {
        edits_total_.add();
        edit_us_.observe(static_cast<double>(tg::monotonic_ns() - started_ns) / 1000);
    }
}

}  // namespace tidegate::collaboration
