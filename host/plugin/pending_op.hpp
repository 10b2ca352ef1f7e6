#pragma once

// PendingOp: one call of a hook that was answered TG_PENDING. It completes exactly once: by its outcome, by its
// deadline, or because the hook was stopped; whoever claims it first. The outcome may come from any thread, the
// completion is delivered on the hook's strand. While an op is pending, its hook is alive.

#include "base/buffer.hpp"
#include "base/ref.hpp"

#include <tidegate/abi/base.h>

#include <atomic>
#include <cstdint>
#include <limits>
#include <string>

namespace tidegate::plugin {

struct Hook;
class Strand;

class PendingOp final : public RefCounted<PendingOp> {
public:
    PendingOp(Hook& owner, tg_done done);

    // True for exactly one caller. [any-thread]
    bool claim() {
        auto expected = State::kOpen;
        return state_.compare_exchange_strong(expected, State::kClaimed, std::memory_order_acq_rel);
    }
    // The outcome: queued for the strand, unless somebody else was first. [any-thread]
    void finish(tg_rc rc, BufferRef bytes = nullptr, std::uint64_t number = 0, std::string error = {});

    // Blocking work: once begun, only its own end completes the op, for it uses the plugin's memory. False: the op was
    // claimed before. [any-thread]
    bool begin_work() {
        auto expected = State::kOpen;
        return state_.compare_exchange_strong(expected, State::kWorking, std::memory_order_acq_rel);
    }
    void end_work(tg_rc rc);

    // A patch whose commit answers the author: set before it is asked for. When the commit begins the op's work, the
    // author is told by it and by nothing else; so from then on the hook is not stopped before it had its completion.
    bool tells_author = false;
    bool told_author() const {
        const auto state = state_.load(std::memory_order_acquire);
        return tells_author && (state == State::kWorking || state == State::kAnswered);
    }
    // The outcome of who was asked, whether its work had begun or not; nothing when somebody else was first.
    // [any-thread]
    void answer(tg_rc rc, BufferRef bytes, std::uint64_t number, std::string error = {});

    const tg_done& done() const { return done_; }

    Hook* const hook;
    const Ref<Strand> strand;
    std::int64_t deadline_ns = std::numeric_limits<std::int64_t>::max();
    bool silent = false;  // the hook threw: what `done` points to is gone

    // Written by who claimed it.
    tg_rc rc = TG_OK;
    BufferRef bytes;
    std::uint64_t number = 0;
    std::string error;

    PendingOp* previous = nullptr;  // of the hook
    PendingOp* next = nullptr;
    PendingOp* next_completion = nullptr;  // of the strand

private:
    enum class State : std::uint8_t { kOpen, kWorking, kAnswered, kClaimed };
    void complete(tg_rc rc, BufferRef bytes, std::uint64_t number, std::string error);

    friend class RefCounted<PendingOp>;
    ~PendingOp();

    const tg_done done_;
    std::atomic<State> state_{State::kOpen};
};

using PendingOpRef = Ref<PendingOp>;

// A hook's ops, each with one reference. [strand]
class PendingOps {
public:
    bool empty() const { return !first_; }
    PendingOp* first() const { return first_; }
    void add(const PendingOpRef& op);
    void remove(PendingOp& op);  // gives the reference back

private:
    PendingOp* first_ = nullptr;
};

}  // namespace tidegate::plugin
