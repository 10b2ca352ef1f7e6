#pragma once

// RefCounted and Ref<T>: intrusive counted ownership for objects that cross threads (buffers, channels, strands).
// The count is atomic; the object's own state has its own rule. [any-thread]

#include <atomic>
#include <cstdint>
#include <utility>

namespace tidegate {

template <class Derived>
class RefCounted {
public:
    RefCounted() = default;
    RefCounted(const RefCounted&) = delete;
    RefCounted& operator=(const RefCounted&) = delete;

    void retain() const noexcept { count_.fetch_add(1, std::memory_order_relaxed); }
    void release() const noexcept {
        if (count_.fetch_sub(1, std::memory_order_acq_rel) == 1)
            Derived::destroy(static_cast<Derived*>(const_cast<RefCounted*>(this)));
    }
    static void destroy(Derived* object) noexcept { delete object; }

protected:
    ~RefCounted() = default;

private:
    mutable std::atomic<std::uint32_t> count_{1};
};

// Owns one reference. `adopt` takes over the one that a new object is born with.
template <class T>
class Ref {
public:
    Ref() = default;
    Ref(std::nullptr_t) {}
    explicit Ref(T* object) : object_(object) {
        if (object_) object_->retain();
    }
    Ref(const Ref& other) : Ref(other.object_) {}
    Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Ref& operator=(Ref other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Ref() {
        if (object_) object_->release();
    }
    static Ref adopt(T* object) {
        Ref ref;
        ref.object_ = object;
        return ref;
    }
    T* release_to_c() { return std::exchange(object_, nullptr); }

    T* get() const { return object_; }
    T* operator->() const { return object_; }
    T& operator*() const { return *object_; }
    explicit operator bool() const { return object_ != nullptr; }
    bool operator==(const Ref&) const = default;

private:
    T* object_ = nullptr;
};

template <class T, class... Args>
Ref<T> make_ref(Args&&... args) {
    return Ref<T>::adopt(new T(std::forward<Args>(args)...));
}

}  // namespace tidegate
