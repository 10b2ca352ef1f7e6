// quote:update and calculation:cancel.

#include <utility>

#include "merge_patch.hpp"
#include "quote_document/identity.hpp"
#include "quote_document/people.hpp"
#include "quote_plugin.hpp"

namespace tidegate::quote {
namespace {

// How often an update is merged again because another writer came between reading and patching.
constexpr int kMerges = 4;

void refuse(const tg::Message& message, const rating::FieldError& problem) {
    message.fail(code_of(problem), "quote_data: " + problem.message, error_fields(problem));
}

void refuse(const tg::Message& message, const EditOutcome& outcome) {
    std::string fields;
    if (const tg::Lease* holder = outcome.holder()) {
        fields = locked_fields(outcome.field(), holder_of(*holder));
    } else if (!outcome.errors().empty()) {
        fields = error_fields(outcome.errors());
    }
    message.fail(outcome.code(), outcome.text(), fields);
}

// The same request again is the same update; without an id only this one's own second attempts are.
std::string key_of(const tg::Message& message) {
    if (message.id().empty()) return tg::random_uuid();
    return std::string(message.client_id()).append(":update:").append(message.id());
}

Edit edit_of(const tg::Message& message, const UpdateRequest& request, const std::string& key) {
    const std::string sub(message.principal().sub());
    Edit edit(request.quote_id, sub, std::string(message.client_id()));
    edit.who(who_of(message.principal())).idempotency_key(key);
    tg::Publication told(channel_of(request.quote_id),
                         quote_patched(request.quote_id, request.quote_data, sub, time_text(tg::wall_ms())));
    told.recorded();
    edit.publish(std::move(told));
    return edit;
}

void change(Edit& edit, MergePlan plan, std::uint64_t base) {
    for (Change& change : plan.changes) {
        if (change.kind == Change::Kind::kSet) edit.set(std::move(change.path), std::move(change.json));
        if (change.kind == Change::Kind::kInsert) edit.insert(std::move(change.path), std::move(change.json));
        if (change.kind == Change::Kind::kRemove) edit.remove(std::move(change.path));
    }
    for (auto& [path, json] : plan.unchanged) edit.expect_value(std::move(path), std::move(json));
    edit.base_revision(base).note(std::string(kUpdateNote));
}

}  // namespace

// The store may have it and only be slow to say so: the key makes it safe to ask again.
tg::Task<EditOutcome> QuotePlugin::apply_for_sure(Edit edit) {
    Edit again = edit;
    EditOutcome outcome = co_await apply(std::move(edit));
    if (outcome.kind() != EditKind::kUnavailable) co_return outcome;
    outcome = co_await apply(std::move(again));
    // Refused now says nothing about the first; a conflict does: the store would have known the key.
    if (!outcome.ok() && outcome.kind() != EditKind::kConflict) outcome = EditOutcome::refused(EditKind::kUnavailable);
    co_return outcome;
}

tg::Task<tg::Status> QuotePlugin::update(tg::Message message) {
    auto request = read_update(message.payload());
    if (!request) co_return tg::invalid("quote:update needs quote_id and quote_data, each once");
    const std::string quote_id = request->quote_id;
    if (quote_id.empty() || quote_of_channel(message.channel()) != quote_id)
        co_return tg::invalid("the channel is not that of the quote");

    if (const auto problem = check_size(request->quote_data, kMaxUpdateBytes)) {
        refuse(message, *problem);
        co_return tg::Status();
    }
    std::string error;
    const auto merge = rating::parse_json(request->quote_data, error);
    if (!merge) co_return tg::invalid("quote_data: " + error);
    if (const auto problem = check_merge_patch(*merge)) {
        refuse(message, *problem);
        co_return tg::Status();
    }

    const Access access = access_of(message.principal(), quote_id);
    const std::string key = key_of(message);
    std::uint64_t revision = 0;
    for (int merges = 1; revision == 0; ++merges) {
        auto loaded = co_await load(quote_id);
        if (!loaded) co_return loaded.status();
        if (!access.may_write(loaded->created_by())) co_return tg::forbidden("this quote is not yours to change");

        Edit edit = edit_of(message, *request, key);
        auto too_much = check_size_of_new(*merge);
        if (loaded->exists) {
            const auto stored = rating::parse_json(loaded->quote.quote_data, error);
            if (!stored) co_return tg::internal("quote " + quote_id + ": quote_data is " + error);
            MergePlan plan = plan_merge(*stored, *merge);
            if (plan.problem) {
                refuse(message, *plan.problem);
                co_return tg::Status();
            }
            if (plan.changes.empty()) {
                revision = loaded->revision;
                break;
            }
            too_much = check_size_of_merged(*stored, *merge);
            change(edit, std::move(plan), loaded->revision);
        } else {
            edit.create(merged_into_nothing(*merge)).note(std::string(kCreateNote));
        }
        if (too_much) {
            refuse(message, *too_much);
            co_return tg::Status();
        }
        EditOutcome outcome = co_await apply_for_sure(std::move(edit));
        if (outcome.kind() == EditKind::kConflict && merges < kMerges) continue;
        if (!outcome.ok()) {
            refuse(message, outcome);
            co_return tg::Status();
        }
        revision = outcome.revision();
    }
    co_return calculate_for(message, std::move(*request), revision);
}

tg::Status QuotePlugin::calculate_for(const tg::Message& message, UpdateRequest request, std::uint64_t revision) {
    Ticket ticket = new_ticket(std::move(request.quote_id), revision, std::string(message.principal().sub()));
    ticket.client = message.client_id();
    ticket.session = message.session().id();
    ticket.ref = message.id();
    ticket.input_rev = std::move(request.input_rev);
    return start_calculation(message.scope(), std::move(ticket));
}

tg::Task<tg::Status> QuotePlugin::cancel(tg::Message message) {
    const auto calculation_id = read_cancel(message.payload());
    const std::string quote_id(quote_of_channel(message.channel()));
    if (!calculation_id || quote_id.empty())
        co_return tg::invalid("calculation:cancel needs calculation_id and the channel of a quote");
    const Access access = access_of(message.principal(), quote_id);
    auto loaded = co_await load(quote_id);
    if (!loaded) co_return loaded.status();
    if (!access.may_write(loaded->created_by())) co_return tg::forbidden("this quote is not yours to change");
    if (!calculations_.cancel(message.scope(), quote_id, *calculation_id))
        co_return tg::not_found("no such calculation is running");
    message.reply(calculation_cancelled(*calculation_id, Copy::kViewers, std::string_view()));
    co_return tg::Status();
}

}  // namespace tidegate::quote
