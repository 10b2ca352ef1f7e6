#pragma once

// Guarded<T>: a value that cannot be reached without its mutex. Not recursive; `with` must not call itself.
// [any-thread]

#include <mutex>
#include <utility>

namespace tidegate {

template <class T>
class Guarded {
public:
    Guarded() = default;
    explicit Guarded(T value) : value_(std::move(value)) {}
    Guarded(const Guarded&) = delete;
    Guarded& operator=(const Guarded&) = delete;

    template <class Body>
    decltype(auto) with(Body&& body) {
        const std::lock_guard lock(mutex_);
        return std::forward<Body>(body)(value_);
    }
    template <class Body>
    decltype(auto) with(Body&& body) const {
        const std::lock_guard lock(mutex_);
        return std::forward<Body>(body)(value_);
    }

private:
    mutable std::mutex mutex_;
    T value_{};
};

}  // namespace tidegate
