#include "plugin/slot.hpp"

#include "plugin/generation.hpp"
#include "plugin/hook_call.hpp"
#include "plugin/hook_life.hpp"

#include <cstring>
#include <utility>

namespace tidegate::plugin {

using routing::Dispatched;
using routing::InvocationKind;

namespace {

constexpr std::uint32_t kNoticesInFlight = 32;
constexpr std::uint64_t kRetryMs = 10;

bool is_notice(InvocationKind kind) { return kind == InvocationKind::kLease || kind == InvocationKind::kPresence; }

}  // namespace

Slot::Slot(Engine& engine, std::string id)
    : engine_(engine),
      id_(std::move(id)),
      strands_(*this),
      metrics_(engine.services.metrics, id_),
      own_metrics_(engine.services.metrics, id_),
      events_(*this) {}

void Slot::publish(Generation* generation) {
    current_.store(generation, std::memory_order_seq_cst);
    if (generation)
        events_.serve(generation->manifest().events,
                      takes_events_together(generation->table()) ? EventPump::kTogether : 1);
    else
        events_.pause();
}

Hook* Slot::make_hook(routing::Invocation& call) {
    Hook* hook = engine_.hooks.allocate();
    if (!hook) return nullptr;
    hook->slot = this;
    if (call.route) {
        hook->mode = call.route->mode;
        hook->max_in_flight = call.route->max_in_flight;
    }
    if (is_notice(call.kind)) hook->mode = routing::Mode::kStartOrder;
    if (is_notice(call.kind)) hook->max_in_flight = kNoticesInFlight;
    hook->call = std::move(call);
    hook->call.route = nullptr;  // it lives no longer than this call
    return hook;
}

Dispatched Slot::dispatch(routing::Invocation&& call) {
    if (!current()) return Dispatched::kUnavailable;
    const bool on_loop = call.route && call.route->runs_inline;
    const auto* route = call.route;
    // A close must arrive, and so must a notice; there is one per session, lease and coming or going, which are bounded
    // where they are made.
    const bool bounded = call.kind != InvocationKind::kClose && !is_notice(call.kind);
    Hook* hook = make_hook(call);
    if (!hook) {
        metrics_.queue_full.add();
        return Dispatched::kFull;
    }
    const bool has_turns = engine_.participants.current() != Participants::kShared;
    const auto outcome = on_loop && has_turns ? run_inline(*hook) : queue(*hook, bounded);
    if (outcome == Dispatched::kAccepted) return outcome;
    call = std::move(hook->call);
    call.route = route;
    engine_.hooks.release(hook);
    if (outcome == Dispatched::kFull) metrics_.queue_full.add();
    return outcome;
}

Dispatched Slot::queue(Hook& hook, bool bounded) {
    auto& call = hook.call;
    if (call.key.empty()) call.key = "\n" + std::to_string(unkeyed_.fetch_add(1, std::memory_order_relaxed));
    for (;;) {
        const auto strand = strands_.find_or_make(call.tenant_name(), call.key);
        switch (strand->push(&hook, bounded)) {
            case Strand::Pushed::kQueued:
                return Dispatched::kAccepted;
            case Strand::Pushed::kFull:
                return Dispatched::kFull;
            case Strand::Pushed::kRetired:
                break;  // its successor is in the table by now
        }
    }
}

Dispatched Slot::run_inline(Hook& hook) {
    const Participants::Turn turn(engine_.participants, engine_.participants.current());
    hook.generation = current();
    if (!hook.generation) return Dispatched::kUnavailable;
    here().inline_hook = &hook;
    start_hook(hook);
    here().inline_hook = nullptr;
    return Dispatched::kAccepted;
}

Dispatched Slot::post_task(std::string tenant, std::string key, std::string_view name, std::string_view payload) {
    routing::Invocation call;
    call.kind = InvocationKind::kTask;
    call.key = std::move(key);
    call.tenant = std::move(tenant);
    call.buffer = Buffer::make(name.size() + payload.size());
    std::memcpy(call.buffer->data(), name.data(), name.size());
    std::memcpy(call.buffer->data() + name.size(), payload.data(), payload.size());
    call.type = call.buffer->view().substr(0, name.size());
    call.payload = call.buffer->view().substr(name.size());
    return dispatch(std::move(call));
}

void Slot::notify(InvocationKind kind, const std::string& tenant, const std::string& key, const BufferRef& payload) {
    routing::Invocation call;
    call.kind = kind;
    call.key = key;
    call.tenant = tenant;
    call.buffer = payload;
    call.payload = payload->view();
    const auto outcome = dispatch(std::move(call));
    if (outcome == Dispatched::kUnavailable) metrics_.lost_notices.add();
    if (outcome == Dispatched::kFull)
        engine_.timers.run_after_ms(kRetryMs,
                                    [this, kind, tenant, key, payload] { notify(kind, tenant, key, payload); });
}

}  // namespace tidegate::plugin
