#pragma once

// Exec: the only source of threads and time. What is posted is a record that comes back as on_task, possibly to a newer
// generation; what is awaited pins this one. post, post_after, cancel [any-thread]; sleep, blocking [strand].

#include <tidegate/detail/op.hpp>

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tg {

namespace detail {

class [[nodiscard(TG_AWAIT_IT)]] SleepOp : public Op<SleepOp, Status> {
public:
    explicit SleepOp(std::uint64_t delay_ms) noexcept : delay_ms_(delay_ms) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_exec) return absent(now, TG_EXT_EXEC);
        return g_exec->sleep(g_host, hook, delay_ms_, now, done);
    }
    Status value(Outcome&& outcome) { return std::move(outcome).status(); }

private:
    std::uint64_t delay_ms_;
};

template <class T>
struct BlockingResult {
    using type = Result<T>;
};
template <>
struct BlockingResult<void> {
    using type = Status;
};
template <>
struct BlockingResult<Status> {
    using type = Status;
};

template <class F>
class [[nodiscard(TG_AWAIT_IT)]] BlockingOp
    : public Op<BlockingOp<F>, typename BlockingResult<std::invoke_result_t<F&>>::type> {
    using T = std::invoke_result_t<F&>;
    using R = typename BlockingResult<T>::type;
    static constexpr bool kPlain = std::is_void_v<T>;

public:
    explicit BlockingOp(F& work) noexcept : work_(&work) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_exec) return absent(now, TG_EXT_EXEC);
        return g_exec->post_blocking(g_host, hook, &BlockingOp::run, this, now, done);
    }
    R value(Outcome&& outcome) {
        if (!failure_.empty()) return Status(outcome.rc, std::move(failure_));
        if constexpr (kPlain)
            return std::move(outcome).status();
        else {
            if (made_) return std::move(*made_);
            return std::move(outcome).status();
        }
    }

private:
    static tg_rc run(void* self) noexcept {
        auto* op = static_cast<BlockingOp*>(self);
        try {
            if constexpr (kPlain)
                (*op->work_)();
            else
                op->made_.emplace((*op->work_)());
            return TG_OK;
        } catch (const std::exception& e) {
            op->note(e.what());
        } catch (...) {
            op->note("an exception that is no std::exception");
        }
        return TG_E_EXCEPTION;
    }
    void note(const char* text) noexcept {
        try {
            failure_ = text;
        } catch (...) {
        }
    }

    F* work_;
    std::string failure_;
    std::optional<std::conditional_t<kPlain, char, T>> made_;
};

}  // namespace detail

template <>
inline constexpr bool is_awaitable<detail::SleepOp> = true;
template <class F>
inline constexpr bool is_awaitable<detail::BlockingOp<F>> = true;

class Exec {
public:
    // on_task(key, name, payload) on that key's strand, after what already waits there. BUSY, TOO_LARGE (64 KiB),
    // UNAVAILABLE.
    static Status post(std::string_view key, std::string_view name, std::string_view payload) {
        if (!detail::g_exec) return Status(TG_E_UNSUPPORTED, TG_EXT_EXEC);
        return Status(detail::g_exec->post(g_host, detail::current_hook(), detail::str(key), detail::str(name),
                                           detail::str(payload)));
    }
    // The same after delay_ms; the value names the timer for cancel.
    static Result<std::uint64_t> post_after(std::uint64_t delay_ms, std::string_view key, std::string_view name,
                                            std::string_view payload) {
        if (!detail::g_exec) return Status(TG_E_UNSUPPORTED, TG_EXT_EXEC);
        std::uint64_t timer = 0;
        const tg_rc rc = detail::g_exec->post_after(g_host, detail::current_hook(), delay_ms, detail::str(key),
                                                    detail::str(name), detail::str(payload), &timer);
        if (rc < 0) return Status(rc);
        return timer;
    }
    // OK: it will not run. NOT_FOUND: it ran, or is about to.
    static Status cancel(std::uint64_t timer) {
        if (!detail::g_exec) return Status(TG_E_UNSUPPORTED, TG_EXT_EXEC);
        return Status(detail::g_exec->cancel(g_host, timer));
    }
    // Status.
    static detail::SleepOp sleep(std::uint64_t delay_ms) { return detail::SleepOp(delay_ms); }
    // Runs work() on a thread that may block; Status when it returns nothing or a Status, else Result of what it
    // returns. `work` is a named local: a capturing lambda written beside co_await is destroyed twice by g++ 12. Inside
    // there is no hook: no face of one may be used.
    template <class F>
    static detail::BlockingOp<F> blocking(F& work) {
        return detail::BlockingOp<F>(work);
    }
    template <class F>
    static detail::BlockingOp<F> blocking(const F&& work) = delete;
};

}  // namespace tg
