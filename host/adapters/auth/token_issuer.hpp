#pragma once

// Makes the tokens that JwtAuthenticator accepts: for `tidegate token`, demos and tests, not an identity provider. Each
// gets a random jti. [any-thread]

#include "adapters/auth/jwt_settings.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tidegate {

struct TokenRequest {
    std::string user;  // UUID
    std::string name;
    std::string role;
    std::string tenant = "default";
    std::vector<std::string> permissions;  // beside those that the role brings
    std::int64_t lifetime_s = std::int64_t{12} * 3600;
};

// Would the token be accepted? The error names the claim.
Result<void> check_token_request(const TokenRequest& request);

// Needs a key in the settings. [startup]
std::string issue_token(const JwtSettings& settings, const TokenRequest& request, const Clock& clock);

}  // namespace tidegate
