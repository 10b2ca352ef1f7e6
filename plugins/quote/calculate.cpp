// A calculation, one phase per task: ticket in, ticket out. A task that finds its calculation superseded or cancelled
// answers its requester and ends the chain; one that finds no memory of it (another generation began it) reads the
// document again and goes on where the ticket says.

#include <utility>

#include "quote_document/identity.hpp"
#include "quote_plugin.hpp"

namespace tidegate::quote {
namespace {

constexpr int kAttempts = 3;

Rated rated_of(const Running& running) {
    const rating::Premium& premium = running.calculation.premium();
    Rated out;
    out.premium = rating::premium_json(premium);
    out.flags = rating::flags_json(running.calculation.flags());
    out.product = running.product;
    out.state = running.state;
    out.total = premium.total.to_fixed(2);
    out.currency = premium.currency;
    return out;
}

Refusal refusal_without_errors(std::string_view code, std::string message) {
    Refusal out;
    out.code = code;
    out.message = std::move(message);
    return out;
}

}  // namespace

Ticket new_ticket(std::string quote_id, std::uint64_t revision, std::string sub) {
    Ticket ticket;
    ticket.calculation_id = tg::random_uuid();
    ticket.trace_id = tg::random_uuid();
    ticket.quote_id = std::move(quote_id);
    ticket.revision = revision;
    ticket.started_ns = tg::monotonic_ns();
    ticket.day = day_text(tg::wall_ms());
    ticket.sub = std::move(sub);
    return ticket;
}

tg::Status QuotePlugin::start_calculation(std::uint64_t scope, Ticket ticket) {
    const std::string channel = channel_of(ticket.quote_id);
    calculations_.begin(scope, ticket);
    const tg::Status posted = tg::Exec::post(channel, kCalculateTask, write_ticket(ticket));
    if (!posted.ok()) {
        calculations_.end(scope, ticket);
        return tg::Status(posted.rc(), "the calculation could not start");
    }
    calculations_total_.add();
    const std::string now = time_text(tg::wall_ms());
    tg::Channel::publish_live(channel, calculation_started(ticket, now, Copy::kViewers), tg::Session(ticket.session),
                              calculation_started(ticket, now, Copy::kRequester), tg::Lane::kEvents);
    return tg::Status();
}

tg::Task<tg::Status> QuotePlugin::on_calculate(tg::TaskMessage task) {
    auto ticket = read_ticket(task.payload());
    if (!ticket) {
        tg::log::error("a task 'calculate' whose ticket this version cannot read");
        co_return tg::Status();
    }
    const std::uint64_t scope = task.scope();
    try {
        co_await advance(scope, *ticket);
    } catch (const tg::Cancelled&) {
        try_again(scope, std::move(*ticket));
        throw;
    } catch (const std::exception& fault) {
        tg::log::error("calculate " + ticket->calculation_id + ": " + fault.what());
        give_up(scope, *ticket, tg::internal(std::string()));
    }
    co_return tg::Status();
}

tg::Task<> QuotePlugin::advance(std::uint64_t scope, Ticket ticket) {
    if (!still_current(scope, ticket)) co_return;
    std::unique_ptr<Running> running = calculations_.take(scope, ticket);
    if (!running) running = co_await resume(scope, ticket);
    if (!running) co_return;
    ticket.revision = running->revision;
    while (!running->calculation.finished()) {
        run_phase(ticket, *running);
        ticket.phase = running->calculation.phases_run();
        // A queue that is full does not end a calculation: this task then does the next phase too.
        if (tg::Exec::post(channel_of(ticket.quote_id), kCalculateTask, write_ticket(ticket)).ok()) {
            calculations_.keep(scope, ticket, std::move(running));
            co_return;
        }
    }
    co_await conclude(scope, std::move(ticket), std::move(running));
}

tg::Task<std::unique_ptr<Running>> QuotePlugin::resume(std::uint64_t scope, Ticket ticket) {
    auto loaded = co_await load(ticket.quote_id);
    const auto day = rating::parse_date(ticket.day);
    if (!loaded || !loaded->exists || !day) {
        give_up(scope, ticket, loaded ? tg::internal("the quote is gone") : loaded.status());
        co_return nullptr;
    }
    rating::CalculationIds ids{ticket.calculation_id, ticket.quote_id, static_cast<std::int64_t>(loaded->revision)};
    auto running = std::make_unique<Running>(manuals(), std::move(loaded->quote.quote_data), *day, std::move(ids));
    running->product = std::move(loaded->quote.product);
    running->state = std::move(loaded->quote.state);
    for (int phase = 0; phase < ticket.phase; ++phase) running->calculation.run_next();
    co_return std::move(running);
}

bool QuotePlugin::still_current(std::uint64_t scope, const Ticket& ticket) {
    const Verdict verdict = calculations_.judge(scope, ticket);
    if (verdict.standing == Standing::kCurrent) return true;
    cancelled_total_.add();
    const tg::Session requester(ticket.session);
    if (verdict.standing == Standing::kSuperseded) {
        if (ticket.session != 0)
            requester.push(calculation_superseded(ticket, verdict.superseded_by), tg::Lane::kEvents);
    } else {
        tg::Channel::publish_live(
            channel_of(ticket.quote_id), calculation_cancelled(ticket.calculation_id, Copy::kViewers, ticket.ref),
            requester, calculation_cancelled(ticket.calculation_id, Copy::kRequester, ticket.ref), tg::Lane::kEvents);
        calculations_.end(scope, ticket);
    }
    return false;
}

void QuotePlugin::run_phase(const Ticket& ticket, Running& running) {
    const std::int64_t began = tg::monotonic_ns();
    const rating::PhaseResult phase = running.calculation.run_next();
    const std::int64_t elapsed_us = (tg::monotonic_ns() - began) / 1000;
    phase_us_.observe(static_cast<double>(elapsed_us));
    if (running.calculation.failure()) return;  // not completed: the error tells it
    tg::Publication event(channel_of(ticket.quote_id), calculation_progress(ticket, phase, elapsed_us));
    event.lane(tg::Lane::kEvents).conflate(ticket.calculation_id);
    tg::Channel::publish_live(event);
}

tg::Task<> QuotePlugin::conclude(std::uint64_t scope, Ticket ticket, std::unique_ptr<Running> running) {
    if (const auto& failure = running->calculation.failure()) {
        Refusal refusal(*failure);
        const tg::Status stored = co_await store_failure(ticket, refusal);
        if (!stored.ok()) {
            tg::log::warn("store the failure of " + ticket.calculation_id + ": " + stored.text());
            tell_failure(ticket, refusal.code);
        }
        if (still_current(scope, ticket)) answer_refusal(scope, ticket, refusal);
        co_return;
    }
    Rated rated = rated_of(*running);
    std::string trace = running->calculation.trace().json;
    running.reset();
    const std::string now = time_text(tg::wall_ms());
    const tg::Status stored = co_await store_rating(ticket, rated, std::move(trace), now);
    if (!stored.ok()) {
        give_up(scope, ticket, stored);
        co_return;
    }
    if (!still_current(scope, ticket)) co_return;
    tg::Publication event(channel_of(ticket.quote_id), quote_updated(ticket, rated, now));
    event.recorded();
    if (ticket.session != 0) event.author(tg::Session(ticket.session), calculation_complete(ticket, rated, now));
    auto published = co_await tg::Channel::publish(std::move(event));
    if (!published) {
        give_up(scope, ticket, published.status());
        co_return;
    }
    calculation_us_.observe(static_cast<double>(tg::monotonic_ns() - ticket.started_ns) / 1000);
    calculations_.end(scope, ticket);
}

// The calculation's id is the idempotency key: a task that is posted again stores nothing twice.
tg::Task<tg::Status> QuotePlugin::store_rating(Ticket ticket, Rated rated, std::string trace, std::string timestamp) {
    tg::Patch traced("trace", ticket.trace_id);
    traced.set("", std::move(trace)).actor(ticket.sub).idempotency_key(ticket.calculation_id);
    auto kept = co_await tg::Docs::patch(std::move(traced));
    if (!kept) co_return kept.status();

    auto before = co_await tg::Docs::get("quote_result", ticket.quote_id);
    if (!before && before.rc() != TG_E_NOT_FOUND) co_return before.status();
    const bool first = !before || !read_result(before->json()).rated();
    tg::Patch result("quote_result", ticket.quote_id);
    result.set("", rated_record(ticket, rated, timestamp)).actor(ticket.sub).idempotency_key(ticket.calculation_id);
    result.event("quote.rated", rated_event(ticket, rated, first));
    auto stored = co_await tg::Docs::patch(std::move(result));
    co_return stored ? tg::Status() : stored.status();
}

// Beside the last rating, which stands until there is another.
tg::Task<tg::Status> QuotePlugin::store_failure(Ticket ticket, Refusal refusal) {
    tg::Patch result("quote_result", ticket.quote_id);
    result.set("failure", failure_record(ticket, refusal, time_text(tg::wall_ms())));
    result.actor(ticket.sub).idempotency_key(ticket.calculation_id);
    result.event("calculation.failed", failed_event(ticket, refusal));
    auto stored = co_await tg::Docs::patch(std::move(result));
    co_return stored ? tg::Status() : stored.status();
}

void QuotePlugin::answer_refusal(std::uint64_t scope, const Ticket& ticket, const Refusal& refusal) {
    failed_total_.add();
    tg::Channel::publish_live(channel_of(ticket.quote_id), calculation_error(ticket, refusal, Copy::kViewers),
                              tg::Session(ticket.session), calculation_error(ticket, refusal, Copy::kRequester),
                              tg::Lane::kEvents);
    calculations_.end(scope, ticket);
}

void QuotePlugin::give_up(std::uint64_t scope, const Ticket& ticket, const tg::Status& why) {
    if (!why.text().empty()) tg::log::warn("calculate " + ticket.calculation_id + ": " + why.text());
    const std::string_view code = tg::code_name(why.rc());
    answer_refusal(scope, ticket, refusal_without_errors(code, "the calculation could not be completed"));
    tell_failure(ticket, code);
}

// Its hook had to end (deadline, retiring generation): whoever owns the key then goes on from the same ticket.
void QuotePlugin::try_again(std::uint64_t scope, Ticket ticket) {
    if (++ticket.attempt < kAttempts &&
        tg::Exec::post(channel_of(ticket.quote_id), kCalculateTask, write_ticket(ticket)).ok())
        return;
    give_up(scope, ticket, tg::unavailable("given up after " + std::to_string(ticket.attempt) + " attempts"));
}

}  // namespace tidegate::quote
