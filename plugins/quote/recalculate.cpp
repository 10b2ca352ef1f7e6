// Edits of single fields: heard of as domain events, calculated together when there is a pause in them, for nobody in
// particular.

#include <utility>

#include "quote_document/identity.hpp"
#include "quote_plugin.hpp"
#include "rated_fields.hpp"

namespace tidegate::quote {
namespace {

// After the calculation could not start, or the hook had to end.
constexpr std::uint64_t kAgainMs = 250;

tg::Status set_timer(std::uint64_t delay_ms, const PauseTimer& timer) {
    const auto set = tg::Exec::post_after(delay_ms, channel_of(timer.quote_id), kRecalculateTask, write_pause(timer));
    if (!set) tg::log::warn("calculate " + timer.quote_id + " later: " + std::string(tg::code_name(set.rc())));
    return set ? tg::Status() : tg::Status(set.rc(), "the calculation cannot be put off");
}

}  // namespace

tg::Status QuotePlugin::on_events(const tg::Events& events) {
    for (const tg::Event& event : events) {
        tg::Status heard = on_edit(event);
        if (!heard.ok()) return heard;
    }
    return tg::Status();
}

tg::Status QuotePlugin::on_edit(const tg::Event& event) {
    const auto edit = event.name() == kFieldUpdated ? read_field_event(event.data()) : std::nullopt;
    if (!edit || !is_quote_id(edit->quote_id)) {
        tg::log::error("an event that this version cannot read: " + std::string(event.name()));
        return tg::Status();  // nor will it when it comes again
    }
    if (!is_rated(*manuals(), edit->field)) return tg::Status();
    PauseTimer timer;
    timer.quote_id = edit->quote_id;
    timer.name = tg::random_uuid();
    timer.sub = edit->by;
    timer.revision = event.revision();
    if (!pauses_.edited(event.scope(), timer, tg::monotonic_ns())) return tg::Status();
    tg::Status set = set_timer(kPauseMs, timer);
    if (!set.ok()) pauses_.forget(event.scope(), timer);
    return set;
}

tg::Task<tg::Status> QuotePlugin::on_pause(tg::TaskMessage task) {
    auto timer = read_pause(task.payload());
    if (!timer) {
        tg::log::error("a task 'recalculate' that this version cannot read");
        co_return tg::Status();
    }
    const std::uint64_t scope = task.scope();
    const EditPauses::Verdict verdict = pauses_.elapsed(scope, *timer, tg::monotonic_ns());
    if (verdict.standing == EditPauses::Standing::kOther) co_return tg::Status();
    if (verdict.standing == EditPauses::Standing::kLater && set_timer(verdict.delay_ms, *timer).ok())
        co_return tg::Status();
    pauses_.forget(scope, *timer);
    try {
        co_await recalculate(scope, *timer);
    } catch (const tg::Cancelled&) {
        set_timer(kAgainMs, *timer);
        throw;
    }
    co_return tg::Status();
}

tg::Task<> QuotePlugin::recalculate(std::uint64_t scope, PauseTimer timer) {
    auto loaded = co_await load(timer.quote_id);
    // What cannot be read now is read again by the calculation, which then says why it failed.
    if (loaded && !loaded->exists) co_return;
    if (loaded && loaded->revision > timer.revision) timer.revision = loaded->revision;
    if (calculations_.covers(scope, timer.quote_id, timer.revision)) co_return;
    Ticket ticket = new_ticket(timer.quote_id, timer.revision, timer.sub);
    if (!start_calculation(scope, std::move(ticket)).ok()) set_timer(kAgainMs, timer);
}

}  // namespace tidegate::quote
