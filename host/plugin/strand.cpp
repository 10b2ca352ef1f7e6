#include "plugin/strand.hpp"

#include "base/limits.hpp"
#include "plugin/engine.hpp"
#include "plugin/hook_life.hpp"
#include "plugin/slot.hpp"

#include <algorithm>
#include <utility>

namespace tidegate::plugin {

Here& here() {
    thread_local Here current;
    return current;
}

Strand::Strand(Slot& slot, std::string tenant, std::string key)
    : slot_(slot), tenant_(std::move(tenant)), key_(std::move(key)) {}

namespace {

// Few of them in a turn: what is urgent cannot interrupt it.
constexpr int kLaterCost = 8;

int cost_of(const Hook* hook) {
    const auto events = hook ? static_cast<int>(hook->call.events.size()) : 0;
    return events > 0 ? kLaterCost * events : 1;
}

// Who changed something has his answer; those who read of it can wait until those who ask have theirs.
Urgency urgency_of(const Hook& hook) {
    return hook.call.kind == routing::InvocationKind::kEvent ? Urgency::kLater : Urgency::kNow;
}

}  // namespace

Strand::Wake Strand::schedule_locked(Urgency urgency) {
    const bool later = urgency == Urgency::kLater;
    if (scheduled_) {
        if (later || !scheduled_later_) return Wake::kNot;
        scheduled_later_ = false;
        return Wake::kHurry;
    }
    scheduled_ = true;
    scheduled_later_ = later;
    retain();  // the pool's reference
    return later ? Wake::kLater : Wake::kNow;
}

void Strand::tell_pool(Wake wake) {
    auto& workers = slot_.engine().workers;
    if (wake == Wake::kNow) workers.schedule(this, Urgency::kNow);
    if (wake == Wake::kLater) workers.schedule(this, Urgency::kLater);
    if (wake == Wake::kHurry) workers.hurry(this);
}

Strand::Pushed Strand::push(Hook* hook, bool bounded) {
    Wake wake = Wake::kNot;
    {
        const std::lock_guard lock(mutex_);
        if (retired_) return Pushed::kRetired;
        if (bounded && waiting_ >= limits::kStrandQueue) {
            const auto* session = hook->call.session.get();
            if (session && std::find(refused_.begin(), refused_.end(), session->id()) == refused_.end())
                refused_.push_back(session->id());
            return Pushed::kFull;
        }
        (last_ ? last_->next : first_) = hook;
        last_ = hook;
        ++waiting_;
        if (urgency_of(*hook) == Urgency::kNow) ++waiting_now_;
        hook->strand = this;
        retain();  // the hook's reference
        // What runs now will look at the queue when it ends; what waits behind a strict hook needs no turn of its own.
        if (in_flight_ == 0 || !strict_in_flight_) wake = schedule_locked(urgency_of(*hook));
    }
    tell_pool(wake);
    return Pushed::kQueued;
}

void Strand::complete(PendingOpRef op) {
    Wake wake = Wake::kNot;
    {
        const std::lock_guard lock(mutex_);
        PendingOp* raw = op.release_to_c();
        raw->next_completion = nullptr;
        (last_completion_ ? last_completion_->next_completion : first_completion_) = raw;
        last_completion_ = raw;
        wake = schedule_locked(Urgency::kNow);
    }
    tell_pool(wake);
}

void Strand::check_soon() {
    Wake wake = Wake::kNot;
    {
        const std::lock_guard lock(mutex_);
        check_ = true;
        wake = schedule_locked(Urgency::kNow);
    }
    tell_pool(wake);
}

bool Strand::may_start(const Hook& hook, const Generation* current) const {
    if (in_flight_ == 0) return true;
    if (generation_ != current) return false;  // a switch is pending: first everything in flight ends
    if (strict_in_flight_ || hook.mode == routing::Mode::kStrict) return false;
    return in_flight_ < hook.max_in_flight;
}

Strand::Next Strand::next(Generation* current, Urgency turn) {
    Next found;
    const std::lock_guard lock(mutex_);
    if (check_) {
        check_ = false;
        found.step = Step::kCheck;
    } else if (first_completion_) {
        found.step = Step::kCompletion;
        found.op = PendingOpRef::adopt(first_completion_);
        first_completion_ = first_completion_->next_completion;
        if (!first_completion_) last_completion_ = nullptr;
    } else if (first_ && may_start(*first_, current) && turn == Urgency::kNow && waiting_now_ == 0) {
        found.step = Step::kLeft;
    } else if (first_ && may_start(*first_, current)) {
        found.step = Step::kStart;
        found.hook = first_;
        first_ = first_->next;
        if (!first_) last_ = nullptr;
        --waiting_;
        if (urgency_of(*found.hook) == Urgency::kNow) --waiting_now_;
        found.hook->next = nullptr;
        generation_ = current;
        ++in_flight_;
        strict_in_flight_ = found.hook->mode == routing::Mode::kStrict;
        if (!refused_.empty() && waiting_ <= limits::kStrandQueue / 2) found.freed.swap(refused_);
    } else {
        scheduled_ = false;
    }
    return found;
}

Urgency Strand::left() {
    const std::lock_guard lock(mutex_);
    scheduled_later_ = !check_ && !first_completion_ && waiting_now_ == 0;
    return scheduled_later_ ? Urgency::kLater : Urgency::kNow;
}

std::optional<Urgency> Strand::run(Urgency turn) {
    here().strand = this;
    // One load per turn: after a grace every turn has seen the newest generation.
    Generation* const current = slot_.current();
    bool more = true;
    bool leaves = false;
    for (int cost = 0; more && !leaves && cost < kTurn;) {
        auto found = next(current, turn);
        cost += cost_of(found.hook);
        switch (found.step) {
            case Step::kNothing:
                more = false;
                break;
            case Step::kLeft:
                leaves = true;
                break;
            case Step::kCompletion:
                deliver(*found.op);
                break;
            case Step::kCheck:
                check_hooks();
                break;
            case Step::kStart:
                begin(*found.hook, current);
                for (const auto session : found.freed) slot_.engine().services.gateway.strand_has_space(session);
                break;
        }
    }
    here().strand = nullptr;
    if (!more) return std::nullopt;
    return left();
}

void Strand::begin(Hook& hook, Generation* current) {
    hook.generation = current;
    start_hook(hook);
}

void Strand::add_pending(Hook& hook) {
    hook.flight_previous = nullptr;
    hook.flight_next = pending_;
    if (pending_) pending_->flight_previous = &hook;
    pending_ = &hook;
}

void Strand::remove_pending(Hook& hook) {
    (hook.flight_previous ? hook.flight_previous->flight_next : pending_) = hook.flight_next;
    if (hook.flight_next) hook.flight_next->flight_previous = hook.flight_previous;
    hook.flight_next = hook.flight_previous = nullptr;
}

void Strand::hook_left(const Hook& hook) {
    const std::lock_guard lock(mutex_);
    --in_flight_;
    if (hook.mode == routing::Mode::kStrict) strict_in_flight_ = false;
}

void Strand::check_hooks() {
    const auto now = slot_.engine().services.clock.monotonic_ns();
    // Stopping a hook runs plugin code, which may end others of this strand: names, not pointers.
    std::vector<tg_hook*> hooks;
    for (Hook* hook = pending_; hook; hook = hook->flight_next) hooks.push_back(hook->handle());
    for (tg_hook* handle : hooks) {
        if (Hook* hook = slot_.engine().hooks.find(handle)) check_hook(*hook, now);
    }
}

bool Strand::retire_if_idle() {
    const std::lock_guard lock(mutex_);
    if (retired_ || scheduled_ || in_flight_ != 0 || first_ || first_completion_) return false;
    retired_ = true;
    return true;
}

}  // namespace tidegate::plugin
