#include "quote_document/edit.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <tidegate/docs.hpp>
#include <tidegate/exec.hpp>
#include <tidegate/lease.hpp>
#include <tidegate/log.hpp>

#include "quote_document/field_path.hpp"
#include "quote_document/identity.hpp"
#include "quote_document/store_refusal.hpp"
#include "quote_document/stored_quote.hpp"

#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>
#include <utility>

namespace tidegate::quote {
namespace {

constexpr std::string_view kData = "quote_data";

std::string at(const std::string& field) { return std::string(kData).append("/").append(field); }

std::string json_string(std::string_view text) {
    std::string out;
    tg::json::append_string(out, text);
    return out;
}

// Logged: the store's own words are not for a client.
EditOutcome refused_by_leases(const tg::Status& why) {
    if (why.rc() != TG_E_INVALID && why.rc() != TG_E_BUSY)
        tg::log::warn("leases: " + std::string(tg::code_name(why.rc())) + ": " + why.text());
    if (why.rc() == TG_E_INVALID || why.rc() == TG_E_FORBIDDEN) return EditOutcome::refused(EditKind::kInternal);
    return outcome_of(why);
}

}  // namespace

// An edit on its way. The coroutines below own it.
class EditRun {
public:
    explicit EditRun(Edit edit) : edit_(std::move(edit)) { name_fields(); }

    const std::string& quote_id() const { return edit_.quote_id_; }
    std::string space() const { return channel_of(edit_.quote_id_); }
    bool claims() const { return edit_.claims(); }

    tg::Patch patch() const {
        tg::Patch out{std::string(kQuoteType), edit_.quote_id_};
        if (edit_.creation_) {
            create(out);
        } else {
            change(out);
        }
        out.actor(edit_.sub_).idempotency_key(edit_.idempotency_key_).under(leases());
        if (!edit_.note_.empty()) out.note(edit_.note_);
        for (const auto& [name, json] : edit_.events_) out.event(name, json);
        for (const tg::Publication& publication : edit_.publications_) out.publish(publication);
        return out;
    }

    // Whose lease was in the way; nothing when it is gone by now.
    std::optional<EditOutcome> locked_out(const std::vector<tg::Lease>& standing) const {
        for (const tg::Lease& lease : standing) {
            if (lease.holder() == edit_.sub_) continue;
            for (const std::string& field : fields_) {
                if (is_within(field, lease.path()) || is_within(lease.path(), field))
                    return EditOutcome::locked(field, lease);
            }
        }
        return std::nullopt;
    }
    EditOutcome stale() const { return EditOutcome::stale(fields_.front()); }

private:
    void name_fields() {
        for (const Edit::Change& change : edit_.changes_) fields_.push_back(change.field);
        if (!edit_.creation_) return;
        tg::json::Reader in{std::string_view(*edit_.creation_)};
        std::string_view key;
        in.enter_object();
        while (in.next_member(key)) fields_.emplace_back(key);
        // A quote that begins empty.
        if (fields_.empty()) fields_.emplace_back();
    }

    tg::WriteLeases leases() const {
        tg::WriteLeases out(space());
        for (const std::string& field : fields_) out.path(field);
        out.holder(edit_.sub_).session(edit_.client_id_).token(edit_.lease_token_);
        out.write_ttl_ms(kImplicitLeaseTtlMs).lock_ttl_ms(edit_.lock_ttl_ms_);
        if (!edit_.who_.empty()) out.data(edit_.who_);
        // Not for a creation: the whole document would carry the fence, and everybody's own locks would be stale.
        if (!edit_.creation_) out.fenced();
        return out;
    }

    void create(tg::Patch& out) const {
        out.set("", new_quote(edit_.quote_id_, edit_.sub_, time_text(tg::wall_ms()), *edit_.creation_));
        out.event("quote.created", created_event(edit_.quote_id_, edit_.sub_)).base_revision(0);
    }

    void change(tg::Patch& out) const {
        out.test("quote_id", json_string(edit_.quote_id_)).test("review", std::string());
        if (!edit_.creator_.empty()) out.test("created_by", json_string(edit_.creator_));
        for (const Edit::Change& expected : edit_.expected_) out.test(at(expected.field), expected.json);
        for (const Edit::Change& one : edit_.changes_) {
            if (one.kind == Edit::Kind::kSet) out.set(at(one.field), one.json);
            if (one.kind == Edit::Kind::kInsert) out.insert(at(one.field), one.json);
            if (one.kind == Edit::Kind::kRemove) out.remove(at(one.field));
        }
        if (edit_.base_revision_) out.base_revision(*edit_.base_revision_);
    }

    Edit edit_;
    std::vector<std::string> fields_;
};

namespace {

using Run = std::shared_ptr<const EditRun>;

tg::Task<EditOutcome> explain(tg::Status why, std::string quote_id) {
    auto document = co_await tg::Docs::get(kQuoteType, quote_id);
    if (document) co_return outcome_of(why, document->json());
    if (document.rc() == TG_E_NOT_FOUND) co_return outcome_of(why, std::string_view());
    co_return outcome_of(document.status());
}

// Nothing: what was in the way is gone.
tg::Task<std::optional<EditOutcome>> find_holder(Run run) {
    auto standing = co_await tg::Leases::list(run->space());
    if (!standing) co_return refused_by_leases(standing.status());
    co_return run->locked_out(*standing);
}

EditOutcome refused_by_store(const tg::Status& why, const EditRun& run) {
    if (why.rc() == TG_E_FENCED && run.claims()) return run.stale();
    EditOutcome outcome = outcome_of(why);
    const bool is_the_clients = outcome.kind() == EditKind::kConflict || outcome.kind() == EditKind::kStale ||
                                outcome.kind() == EditKind::kInvalid || outcome.kind() == EditKind::kTooLarge;
    if (!is_the_clients)
        tg::log::warn("patch quote " + run.quote_id() + ": " + std::string(tg::code_name(why.rc())) + ": " +
                      why.text());
    return outcome;
}

// Nothing: a lease was in the way and is gone.
tg::Task<std::optional<EditOutcome>> apply_once(Run run) {
    tg::Patch patch = run->patch();
    tg::Result<tg::Patched> patched = tg::Status(TG_E_DEADLINE);
    try {
        patched = co_await tg::Docs::patch(std::move(patch));
    } catch (const tg::Cancelled& ended) {
        // Whether it was committed is not known; a hook that must end says so here.
        if (ended.rc() != TG_E_DEADLINE) throw;
    }
    if (patched) co_return EditOutcome::done(patched->revision(), patched->replayed());
    tg::Status why = patched.status();
    if (why.rc() == TG_E_LOCKED) co_return co_await find_holder(run);
    if (needs_a_look(why)) co_return co_await explain(std::move(why), run->quote_id());
    co_return refused_by_store(why, *run);
}

}  // namespace

tg::Task<EditOutcome> apply(Edit edit) {
    const auto run = std::make_shared<const EditRun>(std::move(edit));
    bool shared = false;
    for (std::size_t waits = 0;;) {
        std::optional<EditOutcome> outcome = co_await apply_once(run);
        // Another's edit under way is over within milliseconds: worth waiting for, as a lock is not.
        const bool passes = !outcome || (outcome->holder() && outcome->holder()->implicit());
        if (passes && waits < kWaitsMs.size()) {
            const std::uint64_t wait_ms = kWaitsMs[waits++];
            co_await tg::Exec::sleep(wait_ms);
            continue;
        }
        if (!outcome) co_return EditOutcome::refused(EditKind::kLocked);
        // Two edits of one person at once share a lease, which ends with the first: the second asks for its own.
        if (outcome->kind() == EditKind::kStale && !run->claims() && !std::exchange(shared, true)) continue;
        co_return std::move(*outcome);
    }
}

}  // namespace tidegate::quote
