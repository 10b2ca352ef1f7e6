// Reading quotes, the form of an edit, and how one is refused.

#include <algorithm>
#include <utility>

#include "collaboration_plugin.hpp"
#include "json_text.hpp"
#include "quote_document/field_path.hpp"
#include "quote_document/identity.hpp"
#include "quote_document/store_refusal.hpp"

namespace tidegate::collaboration {
namespace {

// The store takes 64 events with a patch; more fields are told by the member of quote_data they belong to.
constexpr std::size_t kMaxEvents = 60;

std::string holder_of(const quote::EditOutcome& outcome) {
    const tg::Lease* lease = outcome.holder();
    return lease ? person_json(read_holder(lease->holder(), lease->data()).person) : std::string();
}

// The word of field:rejected; "" when it is no refusal of the field but a failure.
std::string_view rejection_code(quote::EditKind kind) {
    switch (kind) {
        case quote::EditKind::kLocked:
        case quote::EditKind::kUnderReview:
            return "locked";
        case quote::EditKind::kStale:
        case quote::EditKind::kConflict:
            return "stale";
        case quote::EditKind::kInvalid:
        case quote::EditKind::kTooLarge:
        case quote::EditKind::kNoQuote:
            return "invalid";
        default:
            return "";
    }
}

void add_events(quote::Edit& edit, const Caller& caller, std::string_view kind, const std::vector<FieldEdit>& fields) {
    std::vector<std::string> told;
    const bool few = fields.size() <= kMaxEvents;
    for (const FieldEdit& field : fields) {
        std::string name = few ? field.field : std::string(quote::top_of(field.field));
        if (told.size() == kMaxEvents || std::find(told.begin(), told.end(), name) != told.end()) continue;
        edit.event("field.updated", field_event(caller.quote_id, name, caller.person.id, kind));
        told.push_back(std::move(name));
    }
}

}  // namespace

tg::Status refusal_of(std::string_view act, const tg::Status& why) {
    tg::log::warn(std::string(act).append(": ").append(tg::code_name(why.rc())).append(": ").append(why.text()));
    return tg::Status(why.rc(), quote::outcome_of(why).text());
}

tg::Task<tg::Result<Loaded>> CollaborationPlugin::load(std::string quote_id) {
    auto document = co_await tg::Docs::get(quote::kQuoteType, quote_id);
    Loaded loaded;
    if (!document && document.rc() == TG_E_NOT_FOUND) co_return std::move(loaded);
    if (!document) co_return refusal_of("read a quote", document.status());
    auto quote = quote::read_quote(document->json());
    if (!quote) co_return tg::internal("quote " + quote_id + " is not in the form of one");
    loaded.exists = true;
    loaded.revision = document->revision();
    loaded.quote = std::move(*quote);
    co_return std::move(loaded);
}

tg::Task<tg::Result<Rights>> CollaborationPlugin::rights(Caller caller) {
    const KnownRights known = rights_without_creator(caller.access);
    if (!known.needs_creator) co_return known.rights;
    auto loaded = co_await load(caller.quote_id);
    if (!loaded) co_return loaded.status();
    co_return rights_of(caller.access, loaded->created_by());
}

quote::Edit CollaborationPlugin::edit_by(const Caller& caller, Note note, const std::vector<FieldEdit>& fields) {
    quote::Edit edit(caller.quote_id, caller.person.id, caller.client_id);
    edit.who(holder_json(caller.person, caller.session.id())).idempotency_key(caller.request_key);
    edit.lock_ttl_ms(lease_ttl_ms_);
    add_events(edit, caller, note.kind, fields);
    // The right was looked at before; what it rests on must still stand when the edit is committed.
    if (rights_without_creator(caller.access).needs_creator) edit.created_by(caller.person.id);
    const std::string timestamp = quote::time_text(tg::wall_ms());
    for (const FieldEdit& field : fields) {
        FieldUpdated update;
        update.update_id = note.update_id;
        update.field = field.field;
        update.value = field.value;
        update.updated_by = caller.person.id;
        update.timestamp = timestamp;
        update.undo_of = field.undo_of;
        update.restored = field.restored;
        std::string event = field_updated(update);
        tg::Publication publication(caller.channel(), event);
        publication.recorded();
        // The last one is the author's final answer.
        if (&field == &fields.back()) publication.author(caller.session, with(std::move(event), caller.ref));
        edit.publish(std::move(publication));
    }
    edit.note(note_json(note));
    return edit;
}

// The request was applied before: what it changed then is told to its sender again. `field`: what it asked for, where
// that was a creation of the whole quote.
tg::Task<> CollaborationPlugin::answer_again(tg::Message message, Caller caller, std::string field,
                                             std::uint64_t revision) {
    tg::VersionQuery query;
    query.after(revision - 1).before(revision + 1).limit(1);
    auto page = co_await tg::Docs::versions(quote::kQuoteType, caller.quote_id, query);
    if (!page) {
        message.fail(refusal_of("read a version", page.status()));
        co_return;
    }
    const auto versions = read_versions(page->view());
    FieldUpdated update;
    update.updated_by = caller.person.id;
    if (versions && !versions->empty()) {
        const QuoteVersion& version = versions->back();
        update.update_id = version.note.update_id;
        update.timestamp = version.at;
        update.undo_of = version.note.undoes;
        for (const VersionOp& op : version.ops) {
            update.field = op.in_data() ? op.field() : field;
            update.value = op.in_data() ? op.value : value_at(op.value, "quote_data/" + field);
        }
    }
    message.reply(on_channel(field_updated_before(update, revision), caller.channel()));
}

tg::Task<> CollaborationPlugin::reject(tg::Message message, Caller caller, FieldRejected rejection) {
    edits_refused_total_.add();
    auto loaded = co_await load(caller.quote_id);
    if (!loaded) {
        message.fail(loaded.status());
        co_return;
    }
    if (rights_of(caller.access, loaded->created_by()) == Rights::kNone) {
        message.fail("forbidden", "this quote is not yours to see");
        co_return;
    }
    rejection.revision = loaded->revision;
    rejection.value = value_at(loaded->quote.quote_data, rejection.field);
    message.reply(on_channel(field_rejected(rejection), caller.channel()));
}

tg::Task<> CollaborationPlugin::refuse_edit(tg::Message message, Caller caller, std::string field,
                                            quote::EditOutcome outcome) {
    FieldRejected rejection;
    rejection.code = rejection_code(outcome.kind());
    if (rejection.code.empty()) {
        edits_refused_total_.add();
        message.fail(outcome.code(), outcome.text());
        co_return;
    }
    rejection.field = outcome.field().empty() ? std::move(field) : outcome.field();
    rejection.message = outcome.text();
    rejection.holder = holder_of(outcome);
    rejection.errors = outcome.errors();
    co_await reject(std::move(message), std::move(caller), std::move(rejection));
}

// The revision that this request made when it came before; 0: it did not. Asked of the store by an edit that cannot be
// committed.
tg::Task<std::uint64_t> CollaborationPlugin::done_before(Caller caller) {
    if (caller.request_key.empty()) co_return 0;
    tg::Patch question(std::string(quote::kQuoteType), caller.quote_id);
    question.test("quote_id", "null").set("quote_data", "{}").base_revision(0);
    question.idempotency_key(caller.request_key).actor(caller.person.id);
    auto known = co_await tg::Docs::patch(std::move(question));
    co_return known && known->replayed() ? known->revision() : 0;
}

}  // namespace tidegate::collaboration
