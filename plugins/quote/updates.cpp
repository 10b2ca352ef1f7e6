// quote:update and calculation:cancel.

#include <utility>

#include "identity.hpp"
#include "merge_patch.hpp"
#include "quote_plugin.hpp"

namespace tidegate::quote {
namespace {

// How often an update is merged again because another writer came between reading and patching.
constexpr int kMerges = 4;

tg::Patch patch_of(const std::string& quote_id, const MergePlan& plan) {
    tg::Patch patch("quote", quote_id);
    for (const Change& change : plan.changes) {
        if (change.kind == Change::Kind::kSet) patch.set(change.path, change.json);
        if (change.kind == Change::Kind::kInsert) patch.insert(change.path, change.json);
        if (change.kind == Change::Kind::kRemove) patch.remove(change.path);
    }
    return patch;
}

void refuse(const tg::Message& message, const rating::FieldError& problem) {
    message.fail("invalid", "quote_data: " + problem.message, error_fields(problem));
}

tg::Patch creation_of(const std::string& quote_id, const std::string& sub, const rating::JsonValue& merge) {
    tg::Patch patch("quote", quote_id);
    patch.set("", new_quote(quote_id, sub, time_text(tg::wall_ms()), merged_into_nothing(merge)));
    patch.event("quote.created", created_event(quote_id, sub)).base_revision(0);
    return patch;
}

}  // namespace

tg::Task<tg::Status> QuotePlugin::update(tg::Message message) {
    auto request = read_update(message.payload());
    if (!request) co_return tg::invalid("quote:update needs quote_id and quote_data");
    const std::string quote_id = request->quote_id;
    if (quote_id.empty() || quote_of_channel(message.channel()) != quote_id)
        co_return tg::invalid("the channel is not that of the quote");

    std::string error;
    const auto merge = rating::parse_json(request->quote_data, error);
    if (!merge) co_return tg::invalid("quote_data: " + error);
    if (const auto problem = check_merge_patch(*merge)) {
        refuse(message, *problem);
        co_return tg::Status();
    }

    const Access access = access_of(message.principal(), quote_id);
    const std::string sub(message.principal().sub());
    std::uint64_t revision = 0;
    for (int merges = 1; revision == 0; ++merges) {
        auto loaded = co_await load(quote_id);
        if (!loaded) co_return loaded.status();
        if (!access.may_write(loaded->created_by())) co_return tg::forbidden("this quote is not yours to change");

        tg::Patch patch = creation_of(quote_id, sub, *merge);
        if (loaded->exists) {
            const auto stored = rating::parse_json(loaded->quote.quote_data, error);
            if (!stored) co_return tg::internal("quote " + quote_id + ": quote_data is " + error);
            const MergePlan plan = plan_merge(*stored, *merge);
            if (plan.problem) {
                refuse(message, *plan.problem);
                co_return tg::Status();
            }
            if (plan.changes.empty()) {
                revision = loaded->revision;
                break;
            }
            patch = patch_of(quote_id, plan);
            patch.base_revision(loaded->revision);
        }
        patch.actor(sub);
        auto patched = co_await tg::Docs::patch(std::move(patch));
        if (!patched && patched.rc() == TG_E_CONFLICT && merges < kMerges) continue;
        if (!patched) co_return refusal_of(patched.status());
        revision = patched->revision();

        tg::Publication event(channel_of(quote_id),
                              quote_patched(quote_id, request->quote_data, sub, revision, time_text(tg::wall_ms())));
        event.recorded();
        auto published = co_await tg::Channel::publish(std::move(event));
        if (!published) tg::log::warn("publish quote:patched of " + quote_id + ": " + published.text());
    }
    co_return start_calculation(message, std::move(*request), revision);
}

tg::Status QuotePlugin::start_calculation(const tg::Message& message, UpdateRequest request, std::uint64_t revision) {
    Ticket ticket;
    ticket.calculation_id = tg::random_uuid();
    ticket.trace_id = tg::random_uuid();
    ticket.quote_id = std::move(request.quote_id);
    ticket.revision = revision;
    ticket.started_ns = tg::monotonic_ns();
    ticket.day = rating::date_text(day_of(tg::wall_ms()));
    ticket.sub = message.principal().sub();
    ticket.client = message.client_id();
    ticket.session = message.session().id();
    ticket.ref = message.id();
    ticket.input_rev = std::move(request.input_rev);

    const std::uint64_t scope = message.scope();
    const std::string channel = channel_of(ticket.quote_id);
    calculations_.begin(scope, ticket);
    const tg::Status posted = tg::Exec::post(channel, kCalculateTask, write_ticket(ticket));
    if (!posted.ok()) {
        calculations_.end(scope, ticket);
        return tg::Status(posted.rc(), "the calculation could not start");
    }
    calculations_total_.add();
    const std::string now = time_text(tg::wall_ms());
    tg::Channel::publish_live(channel, calculation_started(ticket, now, Copy::kViewers), message.session(),
                              calculation_started(ticket, now, Copy::kRequester), tg::Lane::kEvents);
    return tg::Status();
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
