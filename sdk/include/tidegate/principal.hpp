#pragma once

// Principal: who a session or a request belongs to. A view: valid until the hook that handed it out ends; copy what
// must live longer. [strand]

#include <tidegate/detail/host.hpp>

#include <cstdint>
#include <string_view>

namespace tg {

class Principal {
public:
    explicit Principal(const tg_principal* of) noexcept : of_(of) {}

    std::string_view sub() const noexcept { return of_ ? detail::view(of_->sub) : std::string_view(); }
    std::string_view name() const noexcept { return of_ ? detail::view(of_->name) : std::string_view(); }
    std::string_view role() const noexcept { return of_ ? detail::view(of_->role) : std::string_view(); }
    std::int64_t expires_ms() const noexcept { return of_ ? of_->expires_ms : 0; }

    std::size_t permission_count() const noexcept { return of_ ? of_->permission_count : 0; }
    std::string_view permission(std::size_t i) const noexcept { return detail::view(of_->permissions[i]); }

    // Exactly this permission.
    bool has(std::string_view permission_text) const noexcept {
        for (std::size_t i = 0; i < permission_count(); ++i)
            if (permission(i) == permission_text) return true;
        return false;
    }
    // This permission, `*`, or its family (`quotes:*` for `quotes:write`).
    bool allows(std::string_view permission_text) const noexcept {
        const std::string_view family = permission_text.substr(0, permission_text.find(':'));
        for (std::size_t i = 0; i < permission_count(); ++i) {
            const std::string_view held = permission(i);
            if (held == permission_text || held == "*") return true;
            if (held.size() == family.size() + 2 && held.starts_with(family) && held.ends_with(":*")) return true;
        }
        return false;
    }

private:
    const tg_principal* of_;
};

}  // namespace tg
