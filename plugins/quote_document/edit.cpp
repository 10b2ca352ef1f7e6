#include "quote_document/edit.hpp"

#include <cstdint>
#include <memory>
#include <tidegate/docs.hpp>
#include <tidegate/exec.hpp>
#include <tidegate/lease.hpp>
#include <tidegate/log.hpp>

#include "quote_document/edit_leases.hpp"
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

    Claim claim() const {
        Claim out;
        out.sub = edit_.sub_;
        out.client_id = edit_.client_id_;
        out.token = edit_.lease_token_;
        return out;
    }
    const std::string& quote_id() const { return edit_.quote_id_; }
    std::string space() const { return channel_of(edit_.quote_id_); }
    const std::vector<std::string>& fields() const { return fields_; }

    tg::LeaseRequest request(const EditLeases& leases) const {
        tg::LeaseRequest out(space());
        for (const std::string& path : leases.paths()) out.path(path);
        out.holder(edit_.sub_).session(edit_.client_id_).implicit();
        if (!edit_.who_.empty()) out.data(edit_.who_);
        out.ttl_ms(leases.renews() ? kLeaseTtlMs : kImplicitLeaseTtlMs);
        return out;
    }

    EditOutcome locked_out(const std::vector<tg::Lease>& blocked_by) const {
        for (const tg::Lease& lease : blocked_by) {
            for (const std::string& field : fields_) {
                if (is_within(field, lease.path()) || is_within(lease.path(), field))
                    return EditOutcome::locked(field, lease);
            }
        }
        return EditOutcome::refused(EditKind::kLocked);
    }

    tg::Patch patch(const EditLeases& leases) const {
        tg::Patch out{std::string(kQuoteType), edit_.quote_id_};
        if (edit_.creation_) {
            create(out);
        } else {
            change(out, leases);
        }
        out.actor(edit_.sub_).idempotency_key(edit_.idempotency_key_);
        if (!edit_.note_.empty()) out.note(edit_.note_);
        for (const auto& [name, json] : edit_.events_) out.event(name, json);
        for (const tg::Publication& publication : edit_.publications_) out.publish(publication);
        return out;
    }

private:
    void name_fields() {
        for (const Edit::Change& change : edit_.changes_) fields_.push_back(change.field);
        if (!edit_.creation_) return;
        tg::json::Reader in{std::string_view(*edit_.creation_)};
        std::string_view key;
        in.enter_object();
        while (in.next_member(key)) fields_.emplace_back(key);
    }

    // No fence: the whole document would carry it, and with it everybody's own locks would be stale.
    void create(tg::Patch& out) const {
        out.set("", new_quote(edit_.quote_id_, edit_.sub_, time_text(tg::wall_ms()), *edit_.creation_));
        out.event("quote.created", created_event(edit_.quote_id_, edit_.sub_)).base_revision(0);
    }

    void change(tg::Patch& out, const EditLeases& leases) const {
        out.test("quote_id", json_string(edit_.quote_id_)).test("review", std::string());
        if (!edit_.creator_.empty()) out.test("created_by", json_string(edit_.creator_));
        for (const Edit::Change& expected : edit_.expected_) out.test(at(expected.field), expected.json);
        for (std::size_t n = 0; n < edit_.changes_.size(); ++n) {
            const Edit::Change& one = edit_.changes_[n];
            if (one.kind == Edit::Kind::kSet) out.set(at(one.field), one.json, leases.fence(n));
            if (one.kind == Edit::Kind::kInsert) out.insert(at(one.field), one.json, leases.fence(n));
            if (one.kind == Edit::Kind::kRemove) out.remove(at(one.field), leases.fence(n));
        }
        if (edit_.base_revision_) out.base_revision(*edit_.base_revision_);
    }

    Edit edit_;
    std::vector<std::string> fields_;
};

namespace {

tg::Task<EditOutcome> explain(tg::Status why, std::string quote_id) {
    auto document = co_await tg::Docs::get(kQuoteType, quote_id);
    if (document) co_return outcome_of(why, document->json());
    if (document.rc() == TG_E_NOT_FOUND) co_return outcome_of(why, std::string_view());
    co_return outcome_of(document.status());
}

tg::Task<EditOutcome> commit(tg::Patch patch, std::string quote_id) {
    auto patched = co_await tg::Docs::patch(std::move(patch));
    if (patched) co_return EditOutcome::done(patched->revision(), patched->replayed());
    tg::Status why = patched.status();
    if (needs_a_look(why)) co_return co_await explain(std::move(why), std::move(quote_id));
    EditOutcome outcome = outcome_of(why);
    const bool is_the_clients = outcome.kind() == EditKind::kConflict || outcome.kind() == EditKind::kStale ||
                                outcome.kind() == EditKind::kInvalid || outcome.kind() == EditKind::kTooLarge;
    if (!is_the_clients)
        tg::log::warn("patch quote " + quote_id + ": " + std::string(tg::code_name(why.rc())) + ": " + why.text());
    co_return outcome;
}

tg::Task<> release(std::string space, std::string holder, std::uint64_t token) {
    tg::LeaseMatch match(space);
    match.holder(std::move(holder)).token(token);
    auto released = co_await tg::Leases::release(std::move(match));
    if (!released) tg::log::warn("release the leases of an edit of " + space + ": " + released.text());
}

tg::Task<EditOutcome> apply_once(std::shared_ptr<const EditRun> owner) {
    const EditRun& run = *owner;
    const Claim claim = run.claim();
    auto standing = co_await tg::Leases::list(run.space());
    if (!standing) co_return refused_by_leases(standing.status());
    EditLeases leases(run.fields(), *standing, claim);
    if (leases.stale()) co_return EditOutcome::stale(*leases.stale());

    std::uint64_t granted = 0;
    bool held = true;
    if (!leases.paths().empty()) {
        tg::LeaseRequest request = run.request(leases);
        auto grant = co_await tg::Leases::acquire(std::move(request));
        if (!grant) co_return refused_by_leases(grant.status());
        if (!grant->granted()) co_return run.locked_out(grant->blocked_by());
        granted = grant->token();
        held = leases.hold(grant->leases(), claim);
    }

    EditOutcome outcome = EditOutcome::refused(EditKind::kStale);
    tg_rc stopped = TG_OK;
    if (held) {
        try {
            tg::Patch patch = run.patch(leases);
            outcome = co_await commit(std::move(patch), run.quote_id());
        } catch (const tg::Cancelled& ended) {
            stopped = ended.rc();
        }
    }
    // A hook that must end says so here; then the leases end by themselves.
    if (granted != 0) co_await release(run.space(), claim.sub, granted);
    if (stopped == TG_E_DEADLINE) co_return EditOutcome::refused(EditKind::kUnavailable);
    if (stopped != TG_OK) throw tg::Cancelled(stopped);
    co_return outcome;
}

}  // namespace

tg::Task<EditOutcome> apply(Edit edit) {
    const bool claims = edit.claims();
    const auto run = std::make_shared<const EditRun>(std::move(edit));
    bool shared = false;
    for (std::size_t waits = 0;;) {
        EditOutcome outcome = co_await apply_once(run);
        // Another's edit under way is over within milliseconds: worth waiting for, as a lock is not.
        if (outcome.holder() && outcome.holder()->implicit() && waits < kWaitsMs.size()) {
            const std::uint64_t wait_ms = kWaitsMs[waits++];
            co_await tg::Exec::sleep(wait_ms);
            continue;
        }
        // Two edits of one person at once share a lease, which ends with the first: the second asks for its own.
        if (outcome.kind() == EditKind::kStale && !claims && !std::exchange(shared, true)) continue;
        co_return outcome;
    }
}

}  // namespace tidegate::quote
