#pragma once

// Op: an awaitable over one host call with a completion. It lives in the awaiting frame: no allocation, no atomic,
// since the completion comes on the same strand and so never overtakes await_suspend. Derived classes give start() and
// value(). [strand]

#include <tidegate/bytes.hpp>
#include <tidegate/task.hpp>

#include <coroutine>
#include <string>

namespace tg::detail {

// The outcome of a host call, kept.
struct Outcome {
    Outcome() noexcept = default;
    tg_rc rc = TG_OK;
    std::uint64_t number = 0;
    Bytes bytes;
    std::string error;

    Status status() && { return Status(rc, std::move(error)); }
};

inline tg_result empty_result() noexcept {
    tg_result result{};
    result.size = sizeof(tg_result);
    return result;
}

inline void take_inline(Outcome& outcome, tg_rc rc, const tg_result& now) {
    outcome.rc = rc;
    outcome.number = now.number;
    outcome.bytes = Bytes::adopt(now.bytes, now.owner);
    if (rc < 0) outcome.error.assign(view(now.error));
}

// An extension that the host lacks or the manifest does not ask for.
inline tg_rc absent(tg_result* now, std::string_view id) noexcept {
    now->error = str(id);
    return TG_E_UNSUPPORTED;
}

// Every class derived from Op says [[nodiscard(TG_AWAIT_IT)]]: the attribute is not inherited.
#define TG_AWAIT_IT "a host call does nothing until it is awaited: co_await it"

template <class D, class R>
class Op {
public:
    Op() noexcept = default;
    Op(const Op&) = delete;
    Op& operator=(const Op&) = delete;

    // A handle, not the operation itself: g++ 12 would copy that into the frame once more.
    class Awaiter {
    public:
        explicit Awaiter(Op& op) noexcept : op_(&op) {}
        bool await_ready() const noexcept { return false; }
        bool await_suspend(std::coroutine_handle<> frame) noexcept { return op_->suspend(frame); }
        R await_resume() { return op_->resume(); }

    private:
        Op* op_;
    };
    Awaiter bind(Flow* flow) && noexcept {
        flow_ = flow;
        return Awaiter(*this);
    }

private:
    // False: completed inline, go on.
    bool suspend(std::coroutine_handle<> frame) noexcept {
        frame_ = frame;
        if (const tg_rc stopped = g_host->hook_stopped(g_host, flow_->hook); stopped != TG_OK) {
            outcome_.rc = stopped;
            return false;
        }
        tg_result now = empty_result();
        const tg_rc rc = static_cast<D*>(this)->start(flow_->hook, &now, tg_done{&Op::done, this});
        if (rc == TG_PENDING) return true;
        take_inline(outcome_, rc, now);
        return false;
    }
    R resume() {
        if (outcome_.rc == TG_E_CANCELLED || outcome_.rc == TG_E_DEADLINE) throw Cancelled(outcome_.rc);
        return static_cast<D*>(this)->value(std::move(outcome_));
    }
    static void done(void* self, const tg_result* result) noexcept {
        auto* op = static_cast<Op*>(self);
        const tg_result known = copy_struct(result);
        op->outcome_.rc = known.rc;
        op->outcome_.number = known.number;
        op->outcome_.bytes = Bytes::retain(known.bytes, known.owner);
        if (known.rc < 0) op->outcome_.error.assign(view(known.error));
        detail::resume(op->flow_, op->frame_);
    }

    Flow* flow_ = nullptr;
    std::coroutine_handle<> frame_{};
    Outcome outcome_;
};

}  // namespace tg::detail
