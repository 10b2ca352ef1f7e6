// quote:update and calculation:cancel.

#include <utility>

#include "identity.hpp"
#include "merge_patch.hpp"
#include "quote_patches.hpp"
#include "quote_plugin.hpp"
#include "untold.hpp"

namespace tidegate::quote {
namespace {

// How often an update is merged again because another writer came between reading and patching.
constexpr int kMerges = 4;

void refuse(const tg::Message& message, const rating::FieldError& problem) {
    message.fail(code_of(problem), "quote_data: " + problem.message, error_fields(problem));
}

}  // namespace

// The call's own deadline is an outcome here, not the end of the hook; if the hook must end, its next await says so.
tg::Task<tg::Result<tg::Patched>> QuotePlugin::patch_in_time(tg::Patch patch) {
    try {
        co_return co_await tg::Docs::patch(std::move(patch));
    } catch (const tg::Cancelled& stopped) {
        if (stopped.rc() != TG_E_DEADLINE) throw;
    }
    co_return tg::Status(TG_E_DEADLINE, "patch a quote: no answer in time");
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
    const std::string sub(message.principal().sub());
    Announcement change;
    change.quote_id = quote_id;
    change.key = tg::random_uuid();
    change.sub = sub;
    change.quote_data = request->quote_data;
    Untold untold(std::move(change));
    std::uint64_t revision = 0;
    for (int merges = 1; revision == 0; ++merges) {
        auto loaded = co_await load(quote_id);
        if (!loaded) co_return loaded.status();
        if (!access.may_write(loaded->created_by())) co_return tg::forbidden("this quote is not yours to change");

        tg::Patch patch = creation_of(quote_id, sub, *merge);
        auto too_much = check_size_of_new(*merge);
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
            too_much = check_size_of_merged(*stored, *merge);
            patch = update_of(quote_id, plan);
            patch.base_revision(loaded->revision);
        }
        if (too_much) {
            refuse(message, *too_much);
            co_return tg::Status();
        }
        patch.actor(sub).idempotency_key(untold.announcement().key);
        untold.begin(loaded->revision);
        auto patched = co_await patch_in_time(patch);
        const bool late = !patched && may_be_committed(patched.status());
        // The store may have it and only be slow to say so: the key makes it safe to ask again.
        if (late) patched = co_await patch_in_time(std::move(patch));
        if (!patched && (may_be_committed(patched.status()) || (late && patched.rc() == TG_E_BUSY))) {
            refusal_of(patched.status());
            co_return tg::unavailable("the quotes cannot be reached");
        }
        if (!patched) untold.settled();
        if (!patched && patched.rc() == TG_E_CONFLICT && merges < kMerges) continue;
        if (!patched) co_return refusal_of(patched.status());
        revision = patched->revision();

        untold.committed(revision);
        Announcement told = untold.announcement();
        const tg::Status published = co_await publish_patched(std::move(told));
        if (published.ok()) untold.settled();
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
