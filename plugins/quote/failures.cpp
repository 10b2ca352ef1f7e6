// Calculations that gave no premium and left nothing in the store: told as a domain event by a task on a key of its
// own, so that nothing of the quote waits for it.

#include <utility>

#include "quote_plugin.hpp"

namespace tidegate::quote {

void QuotePlugin::tell_failure(const Ticket& ticket, std::string_view code) {
    std::string payload(code);
    payload.append(" ").append(write_ticket(ticket));
    const tg::Status posted = tg::Exec::post("failed:" + ticket.quote_id, kFailedTask, payload);
    if (!posted.ok()) tg::log::warn("tell that " + ticket.calculation_id + " failed: " + posted.text());
}

tg::Task<tg::Status> QuotePlugin::on_failed(tg::TaskMessage task) {
    const std::string_view payload = task.payload();
    const std::size_t space = payload.find(' ');
    auto ticket = space == std::string_view::npos ? std::nullopt : read_ticket(payload.substr(space + 1));
    if (!ticket) {
        tg::log::error("a task 'failed' that this version cannot read");
        co_return tg::Status();
    }
    Refusal refusal;
    refusal.code = payload.substr(0, space);
    tg::Emission emission("calculation.failed", failed_event(*ticket, refusal));
    emission.doc("quote", ticket->quote_id).actor(ticket->sub).idempotency_key(ticket->calculation_id);
    auto told = co_await tg::Bus::emit(std::move(emission));
    if (!told) tg::log::warn("tell that " + ticket->calculation_id + " failed: " + told.text());
    co_return tg::Status();
}

}  // namespace tidegate::quote
