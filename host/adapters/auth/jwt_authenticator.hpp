#pragma once

// JwtAuthenticator: ports/authenticator.hpp for signed tokens (JWT, HS256 alone). Checks signature, algorithm, key id,
// times, audience, issuer and the shape of every claim it hands on. Immutable. [any-thread]

#include "adapters/auth/jwt_settings.hpp"
#include "base/clock.hpp"
#include "ports/authenticator.hpp"

#include <nlohmann/json_fwd.hpp>

namespace tidegate {

class JwtAuthenticator final : public Authenticator {
public:
    // `clock` outlives the authenticator.
    JwtAuthenticator(JwtSettings settings, const Clock& clock) : settings_(std::move(settings)), clock_(clock) {}

    Result<Principal> authenticate(std::string_view token) const override;

private:
    Result<void> check_header(const nlohmann::json& header) const;
    Result<void> check_addressees(const nlohmann::json& payload) const;
    // The expiry, in milliseconds.
    Result<std::int64_t> check_times(const nlohmann::json& payload) const;
    void add_role_permissions(Principal& principal) const;

    const JwtSettings settings_;
    const Clock& clock_;
};

}  // namespace tidegate
