// field:undo and field:redo: one's own edit taken back by a new one, if what it left behind still stands.

#include <utility>

#include "collaboration_plugin.hpp"
#include "json_text.hpp"

namespace tidegate::collaboration {
namespace {

constexpr std::size_t kMaxVersionsBack = 500;
// How often another undo of the same user may come between looking and editing.
constexpr int kTries = 4;

bool is_undo(UndoWalk::What what) { return what == UndoWalk::What::kUndo; }

Note note_of(UndoWalk::What what, const Caller& caller, std::uint64_t revision) {
    Note note(is_undo(what) ? "undo" : "redo");
    note.session = caller.client_id;
    note.update_id = tg::random_uuid();
    (is_undo(what) ? note.undoes : note.redoes) = revision;
    return note;
}

std::vector<FieldEdit> fields_of(const std::vector<Reversal>& reversals, std::uint64_t undo_of) {
    std::vector<FieldEdit> out;
    for (const Reversal& reversal : reversals) {
        FieldEdit field;
        field.kind = reversal.kind;
        field.field = reversal.field;
        field.value = reversal.value;
        field.undo_of = undo_of;
        out.push_back(std::move(field));
    }
    return out;
}

void put(quote::Edit& edit, const std::vector<Reversal>& reversals) {
    for (const Reversal& reversal : reversals) {
        edit.expect_value(reversal.field, reversal.expected);
        if (reversal.kind == VersionOp::Kind::kSet) edit.set(reversal.field, reversal.value);
        if (reversal.kind == VersionOp::Kind::kInsert) edit.insert(reversal.field, reversal.value);
        if (reversal.kind == VersionOp::Kind::kRemove) edit.remove(reversal.field);
    }
}

}  // namespace

tg::Task<> CollaborationPlugin::undo(tg::Message message, Caller caller, Request) {
    co_await take_back(std::move(message), std::move(caller), UndoWalk::What::kUndo);
}

tg::Task<> CollaborationPlugin::redo(tg::Message message, Caller caller, Request) {
    co_await take_back(std::move(message), std::move(caller), UndoWalk::What::kRedo);
}

tg::Task<tg::Result<std::optional<QuoteVersion>>> CollaborationPlugin::find_to_take_back(Caller caller,
                                                                                         UndoWalk::What what) {
    UndoWalk walk(what, caller.person.id);
    std::uint64_t before = 0;
    bool more = true;
    for (std::size_t seen = 0; more && seen < kMaxVersionsBack;) {
        auto page = co_await versions_before(caller.quote_id, before);
        if (!page) co_return page.status();
        more = !page->empty();
        for (QuoteVersion& version : *page) {
            before = version.revision;
            ++seen;
            if (!more || !walk.see(std::move(version))) continue;
            more = false;
        }
        more = more && before > 1;
    }
    std::optional<QuoteVersion> found = walk.found();
    co_return std::move(found);
}

tg::Task<> CollaborationPlugin::take_back(tg::Message message, Caller caller, UndoWalk::What what) {
    if (const std::uint64_t revision = co_await done_before(caller); revision != 0) {
        co_await answer_again(std::move(message), std::move(caller), std::string(), revision);
        co_return;
    }
    std::uint64_t tried = 0;
    for (int n = 0;; ++n) {
        auto found = co_await find_to_take_back(caller, what);
        if (!found) {
            message.fail(found.status());
            co_return;
        }
        if (!*found) {
            message.fail("not_found", is_undo(what) ? "there is nothing to undo" : "there is nothing to redo");
            co_return;
        }
        const std::uint64_t revision = (*found)->revision;
        const auto reversals = reversal_of(**found);
        if (!reversals || reversals->empty()) {
            message.fail("conflict", "this edit cannot be taken back");
            co_return;
        }
        if (revision == tried || n == kTries) {
            co_await refuse_to_take_back(std::move(message), std::move(caller), *reversals);
            co_return;
        }
        tried = revision;
        quote::Edit edit =
            edit_by(caller, note_of(what, caller, revision), fields_of(*reversals, is_undo(what) ? revision : 0));
        put(edit, *reversals);
        quote::EditOutcome outcome = co_await quote::apply(std::move(edit));
        if (outcome.kind() == quote::EditKind::kConflict) continue;
        if (!outcome.ok()) {
            std::string field = reversals->front().field;
            co_await refuse_edit(std::move(message), std::move(caller), std::move(field), std::move(outcome));
        } else if (outcome.replayed()) {
            co_await answer_again(std::move(message), std::move(caller), std::string(), outcome.revision());
        } else {
            edits_total_.add();
        }
        co_return;
    }
}

tg::Task<> CollaborationPlugin::refuse_to_take_back(tg::Message message, Caller caller,
                                                    std::vector<Reversal> reversals) {
    FieldRejected rejection;
    rejection.code = "stale";
    rejection.message = "the field was changed since";
    rejection.field = reversals.front().field;
    auto loaded = co_await load(caller.quote_id);
    for (const Reversal& reversal : reversals) {
        if (!loaded || value_at(loaded->quote.quote_data, reversal.field) == reversal.expected) continue;
        rejection.field = reversal.field;
        break;
    }
    co_await reject(std::move(message), std::move(caller), std::move(rejection));
}

}  // namespace tidegate::collaboration
