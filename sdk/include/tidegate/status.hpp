#pragma once

// Status: how something ended. Result<T>: a value, or how it failed. Cancelled: thrown by an await whose hook must end.
// Classes with constructors on purpose: an aggregate temporary beside a co_await is destroyed twice by g++ 12.
// [any-thread]

#include <tidegate/detail/host.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tg {

class Status {
public:
    Status() noexcept = default;  // TG_OK
    explicit Status(tg_rc rc) noexcept : rc_(rc) {}
    Status(tg_rc rc, std::string text) noexcept : rc_(rc), text_(std::move(text)) {}

    bool ok() const noexcept { return rc_ >= 0; }
    explicit operator bool() const noexcept { return ok(); }
    tg_rc rc() const noexcept { return rc_; }
    const std::string& text() const& noexcept { return text_; }
    std::string text() && noexcept { return std::move(text_); }

private:
    tg_rc rc_ = TG_OK;
    std::string text_;
};

inline Status invalid(std::string text) { return Status(TG_E_INVALID, std::move(text)); }
inline Status not_found(std::string text) { return Status(TG_E_NOT_FOUND, std::move(text)); }
inline Status forbidden(std::string text) { return Status(TG_E_FORBIDDEN, std::move(text)); }
inline Status unavailable(std::string text) { return Status(TG_E_UNAVAILABLE, std::move(text)); }
inline Status internal(std::string text) { return Status(TG_E_INTERNAL, std::move(text)); }

// The word of the protocol's table of codes for a result code: what `fail` expects.
inline std::string_view code_name(tg_rc rc) noexcept {
    switch (rc) {
        case TG_E_INVALID:
            return "invalid";
        case TG_E_NOT_FOUND:
            return "not_found";
        case TG_E_CONFLICT:
            return "conflict";
        case TG_E_FORBIDDEN:
            return "forbidden";
        case TG_E_LOCKED:
        case TG_E_FENCED:
            return "field_locked";
        case TG_E_BUSY:
            return "busy";
        case TG_E_TOO_LARGE:
            return "too_large";
        case TG_E_CANCELLED:
            return "cancelled";
        case TG_E_UNAVAILABLE:
        case TG_E_UNSUPPORTED:
        case TG_E_DEADLINE:
        case TG_E_DEADLOCK:
            return "unavailable";
        default:
            return "internal";
    }
}

template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : value_(std::move(value)) {}
    Result(Status failure) noexcept : status_(std::move(failure)) {
        if (status_.ok()) status_ = Status(TG_E_INTERNAL, "a Result without a value");
    }
    Result(tg_rc rc, std::string text) : Result(Status(rc, std::move(text))) {}

    bool ok() const noexcept { return value_.has_value(); }
    explicit operator bool() const noexcept { return ok(); }
    tg_rc rc() const noexcept { return status_.rc(); }
    const Status& status() const& noexcept { return status_; }
    const std::string& text() const& noexcept { return status_.text(); }

    // Only after ok(). Throws std::bad_optional_access otherwise, which ends the hook with TG_E_EXCEPTION.
    T& value() & { return value_.value(); }
    const T& value() const& { return value_.value(); }
    T value() && { return std::move(value_).value(); }
    T& operator*() & { return value_.value(); }
    const T& operator*() const& { return value_.value(); }
    T operator*() && { return std::move(value_).value(); }
    T* operator->() { return &value_.value(); }
    const T* operator->() const { return &value_.value(); }

private:
    Status status_;
    std::optional<T> value_;
};

// The hook must end: its session closed, its deadline passed, or its generation retires. Not a std::exception, so that
// catch (const std::exception&) lets it pass. Let it fly: destructors run, the face answers with rc(), no fault is
// counted.
class Cancelled {
public:
    explicit Cancelled(tg_rc rc) noexcept : rc_(rc) {}
    tg_rc rc() const noexcept { return rc_; }

private:
    tg_rc rc_;
};

}  // namespace tg
