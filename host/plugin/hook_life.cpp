#include "plugin/hook_life.hpp"

#include "base/log.hpp"
#include "plugin/abi_text.hpp"
#include "plugin/generation.hpp"
#include "plugin/hook_answer.hpp"
#include "plugin/hook_call.hpp"
#include "plugin/slot.hpp"
#include "plugin/strand.hpp"
#include "plugin/wall.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace tidegate::plugin {

namespace {

Engine& engine_of(const Hook& hook) { return hook.slot->engine(); }

// Its key and its session go on; the hook itself may stay behind.
void leave(Hook& hook) {
    auto& engine = engine_of(hook);
    if (hook.watched) {
        engine.watch.remove(hook);
        hook.strand->remove_pending(hook);
    }
    if (hook.strand) hook.strand->hook_left(hook);
    if (hook.call.kind == routing::InvocationKind::kMessage)
        engine.services.gateway.message_ended(hook.call.session, hook.call.payload.size());
}

void finish(Hook& hook) {
    auto& engine = engine_of(hook);
    if (!hook.abandoned) leave(hook);
    Strand* const strand = hook.strand;
    Generation* const generation = hook.generation;
    engine.hooks.release(&hook);
    if (strand) strand->release();
    // Last: from here on the generation may be found quiet.
    if (generation) generation->counters().ended(engine.participants.current());
}

// Stopped, waits for nothing, and did not end: its key must not wait for it for ever. Its generation does.
void abandon(Hook& hook) {
    hook.slot->metrics().faults.add();
    hook.generation->note_misuse("a hook neither ended nor waited for anything when it was stopped");
    answer_end(hook, hook.stopped, {});
    leave(hook);
    hook.abandoned = true;
}

// Whatever happened to the hook, this decides whether it goes on. The hook may be gone afterwards.
void settle(Hook& hook) {
    if (hook.in_call || !hook.ops.empty()) return;
    if (hook.ended) return finish(hook);
    if (hook.stopped != TG_OK && !hook.abandoned) abandon(hook);
}

void note_fault(Hook& hook, const std::string& what) {
    hook.slot->metrics().faults.add();
    log_for_plugin(TG_LOG_ERROR, hook.slot->id(), "a hook threw: " + what);
}

// What it still waits for completes as cancelled; what threw has nothing left to be told.
void cancel_ops(Hook& hook, bool threw) {
    std::vector<PendingOpRef> ops;
    for (PendingOp* op = hook.ops.first(); op; op = op->next) ops.emplace_back(op);
    for (const auto& op : ops) {
        op->silent = threw;
        op->finish(TG_E_CANCELLED);
    }
}

void mark_ended(Hook& hook, tg_rc rc, std::string_view why, bool threw) {
    hook.ended = true;
    answer_end(hook, rc, why);
    cancel_ops(hook, threw);
}

void wait(Hook& hook) {
    auto& engine = engine_of(hook);
    if (!hook.strand) {
        hook.generation->note_misuse("a hook of an inline route wants to wait");
        answer_end(hook, TG_E_INTERNAL, "a hook of an inline route wants to wait");
        leave(hook);
        hook.abandoned = true;
        return;
    }
    const auto now = engine.services.clock.monotonic_ns();
    hook.deadline_ns = now + std::int64_t{hook.call.deadline_ms} * 1'000'000;
    hook.wake_ns.store(std::min(hook.wake_ns.load(std::memory_order_relaxed), hook.deadline_ns),
                       std::memory_order_relaxed);
    hook.strand->add_pending(hook);
    engine.watch.add(hook);
    engine.timers.want_ticks();
    // Cancelled between its start and now: the search for hooks of its generation may have missed it.
    if (hook.generation->cancelled()) hook.strand->check_soon();
}

// Claims the ops that `may` names. True when the author was told by one of them.
template <class May>
bool claim_ops(Hook& hook, std::vector<PendingOpRef>& claimed, May&& may) {
    bool told_author = false;
    for (PendingOp* op = hook.ops.first(); op; op = op->next) {
        if (!may(*op)) continue;
        if (op->claim())
            claimed.emplace_back(op);
        else
            told_author |= op->told_author();
    }
    return told_author;
}

// A commit may be telling the author at this moment. Then the hook goes on until it has heard of that, for one request
// has one answer.
void stop(Hook& hook, tg_rc why) {
    std::vector<PendingOpRef> claimed;
    const bool told_author = claim_ops(hook, claimed, [](const PendingOp& op) { return op.tells_author; });
    if (told_author) {
        hook.wake_ns.store(0, std::memory_order_relaxed);  // looked at again with the next tick
    } else {
        hook.stopped = why;
        if (why == TG_E_DEADLINE) {
            hook.slot->metrics().deadlines.add();
            answer_end(hook, TG_E_DEADLINE, {});
        }
        claim_ops(hook, claimed, [](const PendingOp& op) { return !op.tells_author; });
    }
    for (const auto& op : claimed) {
        op->rc = why;
        hook.strand->complete(op);
    }
    settle(hook);
}

void expire_ops(Hook& hook, std::int64_t now_ns) {
    auto wake = hook.deadline_ns;
    for (PendingOp* op = hook.ops.first(); op; op = op->next) {
        if (op->deadline_ns <= now_ns) {
            op->finish(TG_E_DEADLINE, nullptr, 0, "no answer in time");
            continue;
        }
        wake = std::min(wake, op->deadline_ns);
    }
    hook.wake_ns.store(wake, std::memory_order_relaxed);
}

}  // namespace

void start_hook(Hook& hook) {
    if (!hook.generation) {
        hook.ended = true;
        answer_end(hook, TG_E_UNAVAILABLE, {});
        return finish(hook);
    }
    hook.generation->counters().started(engine_of(hook).participants.current());
    hook.slot->metrics().invocations(hook.call.kind).add();
    hook.in_call = true;
    const auto outcome = call_plugin(hook);
    hook.in_call = false;
    if (outcome.threw) note_fault(hook, outcome.what);
    if (hook.ended) {  // said so during the call
        if (outcome.rc != TG_PENDING && !outcome.threw) hook.generation->note_misuse("a hook ended twice");
    } else if (outcome.rc == TG_PENDING) {
        return wait(hook);
    } else {
        if (outcome.rc == TG_E_EXCEPTION && !outcome.threw) hook.slot->metrics().faults.add();
        mark_ended(hook, outcome.rc, hook.reason, outcome.threw);
    }
    if (!hook.ops.empty() && hook.strand) {
        // Its ops complete first; until then it counts as waiting.
        hook.strand->add_pending(hook);
        engine_of(hook).watch.add(hook);
    }
    settle(hook);
}

void end_hook(Hook& hook, tg_rc rc, std::string_view why) {
    if (hook.ended || rc == TG_PENDING) return hook.generation->note_misuse("a hook ended twice");
    if (rc == TG_E_EXCEPTION) hook.slot->metrics().faults.add();
    mark_ended(hook, rc, why.empty() ? std::string_view(hook.reason) : why, false);
    settle(hook);
}

void deliver(PendingOp& op) {
    Hook& hook = *op.hook;
    const PendingOpRef alive(&op);
    hook.ops.remove(op);
    if (!op.silent) {
        const tg_result result{sizeof(tg_result), op.rc,          op.bytes ? to_c(op.bytes->view()) : tg_str{},
                               op.number,         to_c(op.error), reinterpret_cast<tg_buf*>(op.bytes.get())};
        hook.in_call = true;
        const auto outcome = behind_wall([&] {
            op.done().fn(op.done().ctx, &result);
            return tg_rc{TG_OK};
        });
        hook.in_call = false;
        if (outcome.threw) {
            note_fault(hook, outcome.what);
            if (!hook.ended) mark_ended(hook, TG_E_EXCEPTION, {}, true);
        }
    }
    settle(hook);
}

void check_hook(Hook& hook, std::int64_t now_ns) {
    if (hook.ended || hook.abandoned) return;
    if (hook.stopped != TG_OK) return settle(hook);
    if (hook.generation->cancelled()) return stop(hook, TG_E_CANCELLED);
    if (hook.deadline_ns <= now_ns) return stop(hook, TG_E_DEADLINE);
    expire_ops(hook, now_ns);
}

void await(Hook& hook, const PendingOpRef& op) {
    hook.ops.add(op);
    if (op->deadline_ns < hook.wake_ns.load(std::memory_order_relaxed))
        hook.wake_ns.store(op->deadline_ns, std::memory_order_relaxed);
}

}  // namespace tidegate::plugin
