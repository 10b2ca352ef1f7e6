#pragma once

// Bytes: text that a host call gave back, kept by a reference of the host's buffer where there is one, else copied.
// Move-only. view() lives as long as the object. [any-thread]

#include <tidegate/detail/host.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace tg {

class Bytes {
public:
    Bytes() noexcept = default;
    // Takes over one reference of `owner`; copies when there is no owner.
    static Bytes adopt(tg_str text, tg_buf* owner) { return Bytes(text, owner); }
    // Adds a reference of `owner`; copies when there is no owner.
    static Bytes retain(tg_str text, tg_buf* owner) {
        if (owner) g_host->buf_retain(owner);
        return Bytes(text, owner);
    }

    Bytes(Bytes&& from) noexcept
        : copy_(std::move(from.copy_)), text_(from.text_), owner_(std::exchange(from.owner_, nullptr)) {}
    Bytes& operator=(Bytes&& from) noexcept {
        std::swap(copy_, from.copy_);
        std::swap(text_, from.text_);
        std::swap(owner_, from.owner_);
        return *this;
    }
    ~Bytes() {
        if (owner_) g_host->buf_release(owner_);
    }

    std::string_view view() const& noexcept { return owner_ ? detail::view(text_) : std::string_view(copy_); }
    std::string_view view() && = delete;
    std::string str() const { return std::string(view()); }
    bool empty() const noexcept { return view().empty(); }

private:
    Bytes(tg_str text, tg_buf* owner) : text_(text), owner_(owner) {
        if (!owner) copy_.assign(detail::view(text));
    }

    std::string copy_;
    tg_str text_{};
    tg_buf* owner_ = nullptr;
};

}  // namespace tg
