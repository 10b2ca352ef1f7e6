#pragma once

// Strand: the queue of one exact key of one plugin. Runs at most one thread at a time; completions first, because they
// finish hooks; a new hook only when the mode of what waits and of what runs allows it. This is also the one place
// where a key changes from one generation to another: when nothing of it is in flight. Made on demand, retired when
// idle.

#include "base/guarded.hpp"
#include "base/ref.hpp"
#include "base/session_id.hpp"
#include "plugin/hook.hpp"
#include "plugin/pending_op.hpp"
#include "plugin/worker_pool.hpp"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tidegate::plugin {

class Slot;
class Generation;

class Strand final : public RefCounted<Strand> {
public:
    Strand(Slot& slot, std::string tenant, std::string key);

    const std::string& tenant() const { return tenant_; }
    const std::string& key() const { return key_; }
    Slot& slot() const { return slot_; }

    enum class Pushed : std::uint8_t { kQueued, kFull, kRetired };
    // Takes the hook when kQueued. kFull is for bounded ones: their session is told when half of the queue is free.
    // [any-thread]
    Pushed push(Hook* hook, bool bounded);
    void complete(PendingOpRef op);  // [any-thread]
    // Looks at the deadlines of its hooks, and whether their generation was cancelled, in its next turn. [any-thread]
    void check_soon();

    // One turn of at most kTurn items; an urgent one begins no event that nobody waits behind. Answers how urgent the
    // rest is, when there is one. [worker]
    std::optional<Urgency> run(Urgency turn);

    // Final: a retired strand takes nothing, its key gets a new one. [any-thread]
    bool retire_if_idle();

    // The hook that returned TG_PENDING stays in flight until it ends. [strand]
    void add_pending(Hook& hook);
    void remove_pending(Hook& hook);
    // Frees its place in the strand. [strand]
    void hook_left(const Hook& hook);

    static constexpr int kTurn = 32;

private:
    friend class RefCounted<Strand>;
    ~Strand() = default;

    enum class Step : std::uint8_t { kNothing, kCompletion, kCheck, kStart, kLeft };
    struct Next {
        Step step = Step::kNothing;
        PendingOpRef op;
        Hook* hook = nullptr;
        std::vector<SessionId> freed;  // sessions that may send again
    };
    Next next(Generation* current, Urgency turn);
    bool may_start(const Hook& hook, const Generation* current) const;
    void begin(Hook& hook, Generation* current);
    void check_hooks();
    Urgency left();
    // What is to be done with the pool once the lock is left.
    enum class Wake : std::uint8_t { kNot, kNow, kLater, kHurry };
    Wake schedule_locked(Urgency urgency);
    void tell_pool(Wake wake);

    Slot& slot_;
    const std::string tenant_;
    const std::string key_;

    std::mutex mutex_;
    Hook* first_ = nullptr;  // waiting
    Hook* last_ = nullptr;
    std::uint32_t waiting_ = 0;
    std::uint32_t waiting_now_ = 0;          // of those, the ones somebody waits for
    PendingOp* first_completion_ = nullptr;  // each with one reference
    PendingOp* last_completion_ = nullptr;
    std::vector<SessionId> refused_;  // were answered kFull
    std::uint32_t in_flight_ = 0;
    bool strict_in_flight_ = false;
    bool scheduled_ = false;
    bool scheduled_later_ = false;
    bool check_ = false;
    bool retired_ = false;
    // Only meaningful while something is in flight; then it is alive.
    Generation* generation_ = nullptr;

    Hook* pending_ = nullptr;  // [strand]

public:
    RunLink run_link;  // the worker pool's
};

using StrandRef = Ref<Strand>;

// Which strand, or which inline hook, the calling thread runs.
struct Here {
    const Strand* strand = nullptr;
    const Hook* inline_hook = nullptr;
    bool on(const Hook& hook) const { return hook.strand ? hook.strand == strand : inline_hook == &hook; }
};
Here& here();

}  // namespace tidegate::plugin
