#pragma once

// What a token says about a person, taken out of its payload and bounded. Not the signature and not the time: those are
// jwt_authenticator's. Pure. [any-thread]

#include "base/result.hpp"
#include "ports/authenticator.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string_view>

namespace tidegate {

inline constexpr std::size_t kTokenBytes = std::size_t{8} * 1024;
inline constexpr std::size_t kNameBytes = 120;
inline constexpr std::size_t kRoleBytes = 64;
inline constexpr std::size_t kTenantBytes = 64;
inline constexpr std::size_t kPermissions = 256;
inline constexpr std::size_t kPermissionBytes = 128;

// Everything but the expiry. Errors name the claim, never its value.
Result<Principal> read_person(const nlohmann::json& payload);

// The same rules for somebody who is about to get a token.
Result<void> check_person(const Principal& principal);

}  // namespace tidegate
