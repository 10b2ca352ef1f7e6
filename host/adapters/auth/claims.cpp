#include "adapters/auth/claims.hpp"

#include "base/uuid.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

namespace tidegate {
namespace {

Error bad(std::string_view claim, std::string_view rule) {
    return fail(Errc::kInvalid, "token: " + std::string(claim) + " " + std::string(rule));
}

bool is_tenant(std::string_view text) {
    return !text.empty() && text.size() <= kTenantBytes && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

bool has_control_characters(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

// An absent claim leaves `out` as it is.
Result<void> read_text(const nlohmann::json& payload, const char* claim, std::string& out) {
    const auto found = payload.find(claim);
    if (found == payload.end()) return {};
    if (!found->is_string()) return bad(claim, "is no text");
    out = found->get_ref<const std::string&>();
    return {};
}

Result<void> read_permissions(const nlohmann::json& payload, std::vector<std::string>& out) {
    const auto found = payload.find("permissions");
    if (found == payload.end()) return {};
    if (!found->is_array()) return bad("permissions", "is no list");
    if (found->size() > kPermissions) return bad("permissions", "has more than 256 entries");
    for (const auto& permission : *found) {
        if (!permission.is_string()) return bad("permissions", "holds something that is no text");
        out.push_back(permission.get_ref<const std::string&>());
    }
    return {};
}

}  // namespace

Result<Principal> read_person(const nlohmann::json& payload) {
    Principal principal;
    for (auto [claim, out] : {std::pair{"sub", &principal.sub},
                              {"name", &principal.name},
                              {"role", &principal.role},
                              {"tenant", &principal.tenant}})
        if (auto read = read_text(payload, claim, *out); !read) return read.error();
    if (auto read = read_permissions(payload, principal.permissions); !read) return read.error();
    if (auto checked = check_person(principal); !checked) return checked.error();
    return principal;
}

Result<void> check_person(const Principal& principal) {
    if (!is_uuid(principal.sub)) return bad("sub", "is no UUID");
    if (principal.name.size() > kNameBytes) return bad("name", "is longer than 120 bytes");
    if (has_control_characters(principal.name)) return bad("name", "holds a control character");
    if (principal.role.size() > kRoleBytes) return bad("role", "is longer than 64 bytes");
    if (has_control_characters(principal.role)) return bad("role", "holds a control character");
    if (!is_tenant(principal.tenant)) return bad("tenant", "is not 1 to 64 of a-z, 0-9, _ and -");
    if (principal.permissions.size() > kPermissions) return bad("permissions", "has more than 256 entries");
    for (const std::string& permission : principal.permissions)
        if (permission.empty() || permission.size() > kPermissionBytes || has_control_characters(permission))
            return bad("permissions", "holds an entry that is not 1 to 128 printable bytes");
    return {};
}

}  // namespace tidegate
