#pragma once

// How a member of the author's class becomes a function of the C table: fail-closed, plain or coroutine. [strand]

#include <tidegate/http.hpp>
#include <tidegate/message.hpp>
#include <tidegate/plugin_base.hpp>
#include <tidegate/task.hpp>

#include <exception>
#include <string>
#include <type_traits>
#include <utility>

namespace tg::detail {

// Only inside a catch block: what was caught, as the end of a hook.
inline Status caught() noexcept {
    try {
        try {
            throw;
        } catch (const Cancelled& cancelled) {
            return Status(cancelled.rc());
        } catch (const std::exception& e) {
            return Status(TG_E_EXCEPTION, e.what());
        } catch (...) {
            return Status(TG_E_EXCEPTION, "an exception that is no std::exception");
        }
    } catch (...) {  // no memory left for the text
        return Status(TG_E_EXCEPTION);
    }
}

template <class T>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<Task<T>> = true;

// One coroutine hook: its flow and its root frame, counted as a frame.
template <class T>
class Root final : public Flow {
public:
    Root(tg_hook* of, typename Task<T>::Handle frame) noexcept : Flow(of), frame_(frame) {
        root = frame_;
        end = &Root::end_pending;
        frame_.promise().flow = this;
    }
    static void* operator new(std::size_t size) { return frame_alloc(size); }
    static void operator delete(void* block, std::size_t size) noexcept { frame_free(block, size); }

    static tg_rc start(tg_hook* hook, Task<T> task) {
        void* block = frame_alloc(sizeof(Root));
        Root* self = ::new (block) Root(hook, task.release());
        self->run(self->frame_);
        if (!self->frame_.done()) {
            self->pending = true;
            return TG_PENDING;
        }
        const Status status = self->finish();
        if (status.rc() < 0 && !status.text().empty()) g_host->hook_reason(g_host, hook, str(status.text()));
        return status.rc();
    }

private:
    // Frames are gone before the host hears of the end: frames = 0 is its proof of quiescence.
    Status finish() noexcept {
        Status status;
        auto& promise = frame_.promise();
        if (promise.failure) {
            try {
                std::rethrow_exception(std::move(promise.failure));
            } catch (...) {
                status = caught();
            }
        } else if constexpr (!std::is_void_v<T>) {
            status = promise.take();
        }
        frame_.destroy();
        delete this;
        return status;
    }
    static void end_pending(Flow* flow) noexcept {
        tg_hook* hook = flow->hook;
        const Status status = static_cast<Root*>(flow)->finish();
        g_host->hook_done(g_host, hook, status.rc(), str(status.text()));
    }

    typename Task<T>::Handle frame_;
};

template <class T>
tg_rc start_task(tg_hook* hook, Task<T> task) {
    return Root<T>::start(hook, std::move(task));
}

template <class F>
struct MemberTraits {
    static constexpr bool kUsable = false;
};
template <class R, class C, class A>
struct MemberTraits<R (C::*)(A)> {
    static constexpr bool kUsable = true;
    using Return = R;
    using Argument = A;
};
template <class R, class C, class A>
struct MemberTraits<R (C::*)(A) const> : MemberTraits<R (C::*)(A)> {};
template <class R, class C, class A>
struct MemberTraits<R (C::*)(A) noexcept> : MemberTraits<R (C::*)(A)> {};
template <class R, class C, class A>
struct MemberTraits<R (C::*)(A) const noexcept> : MemberTraits<R (C::*)(A)> {};

// Wire is what the table hands over, Argument what the member takes.
template <class Argument, class D, class F>
tg_rc call_hook(D& plugin, F member, const typename Argument::Raw* raw, tg_hook* hook) noexcept {
    using Traits = MemberTraits<F>;
    static_assert(Traits::kUsable, "a hook is one non-static member function with one parameter");
    using R = typename Traits::Return;
    using A = typename Traits::Argument;
    Status status;
    try {
        if constexpr (is_task<R>) {
            static_assert(std::is_same_v<R, Task<>> || std::is_same_v<R, Task<Status>>,
                          "a coroutine hook returns tg::Task<> or tg::Task<tg::Status>");
            static_assert(std::is_same_v<A, Argument>,
                          "a coroutine hook takes its argument by value, e.g. on_message(tg::Message m)");
            return start_task(hook, (plugin.*member)(Argument(*raw, hook, Keep::kRetain)));
        } else {
            static_assert(std::is_void_v<R> || std::is_same_v<R, Status>, "a plain hook returns void or tg::Status");
            static_assert(std::is_same_v<A, const Argument&>,
                          "a plain hook takes its argument by const&, e.g. on_message(const tg::Message& m)");
            const HookScope scope(hook);
            const Argument argument(*raw, hook, Keep::kBorrow);
            if constexpr (std::is_void_v<R>)
                (plugin.*member)(argument);
            else
                status = (plugin.*member)(argument);
        }
    } catch (...) {
        status = caught();
    }
    if (status.rc() < 0 && !status.text().empty()) g_host->hook_reason(g_host, hook, str(status.text()));
    return status.rc();
}

// A control call: its reason goes to the writer.
template <class Call>
tg_rc call_control(const tg_writer* why, Call call) noexcept {
    Status status;
    try {
        status = call();
    } catch (...) {
        status = caught();
    }
    if (status.rc() < 0 && why) why->write(why->ctx, str(status.text()));
    return status.rc();
}

}  // namespace tg::detail
