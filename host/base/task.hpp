#pragma once

// Task: a move-only function of nothing, for work posted between threads. Small captures (up to 64 bytes) are kept
// inside; larger ones are allocated. Not copyable, not reusable after it was moved from. [any-thread]

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace tidegate {

class Task {
public:
    Task() = default;
    template <class Body>
        requires(!std::is_same_v<std::remove_cvref_t<Body>, Task>)
    Task(Body&& body) {  // implicit, as std::function is
        using Kept = std::remove_cvref_t<Body>;
        if constexpr (sizeof(Kept) <= kInline && alignof(Kept) <= alignof(std::max_align_t) &&
                      std::is_nothrow_move_constructible_v<Kept>) {
            ::new (static_cast<void*>(storage_)) Kept(std::forward<Body>(body));
            operations_ = &kInPlace<Kept>;
        } else {
            ::new (static_cast<void*>(storage_))
                std::unique_ptr<Kept>(std::make_unique<Kept>(std::forward<Body>(body)));
            operations_ = &kBoxed<Kept>;
        }
    }
    Task(Task&& other) noexcept { take(other); }
    Task& operator=(Task&& other) noexcept {
        if (this != &other) {
            reset();
            take(other);
        }
        return *this;
    }
    ~Task() { reset(); }

    explicit operator bool() const { return operations_ != nullptr; }
    void operator()() { operations_->call(storage_); }

private:
    static constexpr std::size_t kInline = 64;
    struct Operations {
        void (*call)(void*);
        void (*move)(void* to, void* from) noexcept;
        void (*destroy)(void*) noexcept;
    };
    template <class Kept>
    static constexpr Operations kInPlace{[](void* at) { (*static_cast<Kept*>(at))(); },
                                         [](void* to, void* from) noexcept {
                                             ::new (to) Kept(std::move(*static_cast<Kept*>(from)));
                                             static_cast<Kept*>(from)->~Kept();
                                         },
                                         [](void* at) noexcept { static_cast<Kept*>(at)->~Kept(); }};
    template <class Kept>
    static constexpr Operations kBoxed{[](void* at) { (**static_cast<std::unique_ptr<Kept>*>(at))(); },
                                       [](void* to, void* from) noexcept {
                                           using Box = std::unique_ptr<Kept>;
                                           ::new (to) Box(std::move(*static_cast<Box*>(from)));
                                           static_cast<Box*>(from)->~Box();
                                       },
                                       [](void* at) noexcept {
                                           using Box = std::unique_ptr<Kept>;
                                           static_cast<Box*>(at)->~Box();
                                       }};

    void reset() noexcept {
        if (operations_) operations_->destroy(storage_);
        operations_ = nullptr;
    }
    void take(Task& other) noexcept {
        if (other.operations_) other.operations_->move(storage_, other.storage_);
        operations_ = std::exchange(other.operations_, nullptr);
    }

    alignas(std::max_align_t) unsigned char storage_[kInline];
    const Operations* operations_ = nullptr;
};

}  // namespace tidegate
