#pragma once

// Task<T>: a coroutine of one hook. It runs when awaited (or when the face starts a hook), on the hook's strand, by a
// trampoline: the stack stays flat at any optimisation level. Frames come from the host, which counts them.
// Not a general future: it is awaited once, in place, and never destroyed while suspended. [strand]
//
// What the static_asserts below refuse is what breaks at run time: dead references after a suspension, closures that
// die before their coroutine, awaitables that would resume off the strand, and the expressions g++ 12 destroys twice.

#include <tidegate/status.hpp>

#include <coroutine>
#include <exception>
#include <functional>
#include <initializer_list>
#include <new>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tg {

class Plugin;

template <class T = void>
class Task;

// True for what may stand behind co_await.
template <class T>
inline constexpr bool is_awaitable = false;
template <class T>
inline constexpr bool is_awaitable<Task<T>> = true;

namespace detail {

// One hook in flight: which frame goes next. Lives beside the root frame.
struct Flow {
    explicit Flow(tg_hook* of) noexcept : hook(of) {}
    tg_hook* hook;
    std::coroutine_handle<> next{};
    std::coroutine_handle<> root{};
    void (*end)(Flow*) noexcept = nullptr;  // after a hook that returned TG_PENDING
    bool pending = false;

    void run(std::coroutine_handle<> frame) noexcept {
        const HookScope scope(hook);
        while (frame) {
            next = nullptr;
            frame.resume();
            frame = next;
        }
    }
};

inline void resume(Flow* flow, std::coroutine_handle<> frame) noexcept {
    flow->run(frame);
    if (flow->pending && flow->root.done()) flow->end(flow);
}

inline void* frame_alloc(std::size_t size) {
    if (void* block = g_host->frame_alloc(g_host, size)) return block;
    throw std::bad_alloc();
}
inline void frame_free(void* block, std::size_t size) noexcept { g_host->frame_free(g_host, block, size); }

struct PromiseBase {
    Flow* flow = nullptr;
    std::coroutine_handle<> parent{};
    std::exception_ptr failure;

    struct FinalAwaiter {
        bool await_ready() const noexcept { return false; }
        template <class P>
        void await_suspend(std::coroutine_handle<P> frame) noexcept {
            PromiseBase& promise = frame.promise();
            promise.flow->next = promise.parent;
        }
        void await_resume() const noexcept {}
    };

    std::suspend_always initial_suspend() noexcept { return {}; }
    FinalAwaiter final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept { failure = std::current_exception(); }

    static void* operator new(std::size_t size) { return frame_alloc(size); }
    static void operator delete(void* block, std::size_t size) noexcept { frame_free(block, size); }

    template <class A>
    decltype(auto) await_transform(A&& awaitable) {
        using U = std::remove_cvref_t<A>;
        static_assert(is_awaitable<U>,
                      "co_await takes tg:: awaitables only: a foreign one would resume off the strand");
        if constexpr (is_awaitable<U>) {
            static_assert(!std::is_lvalue_reference_v<A>,
                          "co_await takes a temporary: co_await docs.get(…), or co_await std::move(task)");
            static_assert(alignof(U) <= 16, "an over-aligned awaitable is misaligned in a coroutine frame");
            return std::forward<A>(awaitable).bind(flow);
        } else {
            return std::suspend_never{};
        }
    }
};

template <class T>
struct Returned {
    static_assert(std::is_object_v<T> && alignof(T) <= 16,
                  "tg::Task<T>: T is an object type of at most 16 bytes alignment");
    template <class U>
    void return_value(U&& value) {
        value_.emplace(std::forward<U>(value));
    }
    T take() { return std::move(*value_); }

private:
    std::optional<T> value_;
};
template <>
struct Returned<void> {
    void return_void() noexcept {}
    void take() noexcept {}
};

}  // namespace detail

template <class T>
class [[nodiscard("a tg::Task does nothing until it is awaited: co_await it")]] Task {
public:
    struct promise_type : detail::PromiseBase, detail::Returned<T> {
        Task get_return_object() noexcept { return Task(Handle::from_promise(*this)); }
    };
    using Handle = std::coroutine_handle<promise_type>;

    Task(Task&& from) noexcept : frame_(std::exchange(from.frame_, {})) {}
    Task& operator=(Task&&) = delete;
    ~Task() {
        if (frame_) frame_.destroy();
    }

    class Awaiter {
    public:
        Awaiter(Handle child, detail::Flow* flow) noexcept : child_(child), flow_(flow) {}
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> parent) noexcept {
            child_.promise().parent = parent;
            child_.promise().flow = flow_;
            flow_->next = child_;
        }
        T await_resume() {
            if (child_.promise().failure) std::rethrow_exception(std::move(child_.promise().failure));
            return child_.promise().take();
        }

    private:
        Handle child_;
        detail::Flow* flow_;
    };

    Awaiter bind(detail::Flow* flow) && noexcept { return Awaiter(frame_, flow); }
    Handle release() noexcept { return std::exchange(frame_, {}); }

private:
    explicit Task(Handle frame) noexcept : frame_(frame) {}
    Handle frame_;
};

namespace detail {

template <class T>
concept Complete = requires { sizeof(T); };

template <class T>
inline constexpr bool is_abi_struct =
    std::is_same_v<T, tg_str> || std::is_same_v<T, tg_message> || std::is_same_v<T, tg_open> ||
    std::is_same_v<T, tg_close> || std::is_same_v<T, tg_subscribe> || std::is_same_v<T, tg_http_request> ||
    std::is_same_v<T, tg_task> || std::is_same_v<T, tg_event> || std::is_same_v<T, tg_notice> ||
    std::is_same_v<T, tg_pair> || std::is_same_v<T, tg_principal> || std::is_same_v<T, tg_result>;

template <class T>
inline constexpr bool is_borrower = false;
template <class T>
inline constexpr bool is_borrower<std::reference_wrapper<T>> = true;
template <class T>
inline constexpr bool is_borrower<std::initializer_list<T>> = true;

// `*this` of a member coroutine: the plugin, or a class that says `using tg_outlives_hook = void;`.
template <class U>
constexpr bool outlives_hook() {
    if constexpr (!std::is_class_v<U>)
        return false;
    else
        return std::is_base_of_v<Plugin, U> || requires { typename U::tg_outlives_hook; };
}

template <class A>
constexpr bool not_a_closure() {
    return Complete<std::remove_cvref_t<A>>;
}

template <class A>
constexpr bool by_value() {
    using U = std::remove_cvref_t<A>;
    if constexpr (!Complete<U>)
        return true;  // reported as a closure
    else if constexpr (std::is_reference_v<A>)
        return outlives_hook<U>();
    else
        return !std::is_pointer_v<U> && !std::ranges::enable_borrowed_range<U> && !is_borrower<U> && !is_abi_struct<U>;
}

template <class A>
constexpr bool aligned() {
    using U = std::remove_cvref_t<A>;
    if constexpr (!Complete<U> || std::is_reference_v<A>)
        return true;
    else
        return alignof(U) <= 16;
}

template <class A>
constexpr bool no_aggregate() {
    using U = std::remove_cvref_t<A>;
    if constexpr (!Complete<U> || std::is_reference_v<A>)
        return true;
    else
        return !std::is_aggregate_v<U> || std::is_trivially_copyable_v<U>;
}

}  // namespace detail
}  // namespace tg

template <class T, class... Args>
struct std::coroutine_traits<tg::Task<T>, Args...> {
    static_assert(
        (true && ... && tg::detail::not_a_closure<Args>()),
        "a lambda cannot be a tg::Task coroutine: its captures die at the first suspension; write a member function");
    static_assert((true && ... && tg::detail::by_value<Args>()),
                  "a tg::Task coroutine takes its parameters by value: no reference, pointer, view or borrowed struct; "
                  "*this is the plugin or a class with `using tg_outlives_hook = void;`");
    static_assert((true && ... && tg::detail::aligned<Args>()),
                  "a tg::Task coroutine takes no over-aligned parameter: frames are aligned to 16 bytes");
    static_assert((true && ... && tg::detail::no_aggregate<Args>()),
                  "a tg::Task coroutine takes no non-trivial aggregate: g++ 12 destroys its temporary twice; give it a "
                  "constructor");
    using promise_type = typename tg::Task<T>::promise_type;
};
