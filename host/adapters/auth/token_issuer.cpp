#include "adapters/auth/token_issuer.hpp"

#include "adapters/auth/claims.hpp"
#include "base/uuid.hpp"

#include <Poco/JSON/Array.h>
#include <Poco/JWT/Signer.h>
#include <Poco/JWT/Token.h>

namespace tidegate {

Result<void> check_token_request(const TokenRequest& request) {
    return check_person({request.user, request.name, request.role, request.tenant, request.permissions, 0});
}

std::string issue_token(const JwtSettings& settings, const TokenRequest& request, const Clock& clock) {
    Poco::JWT::Token token;
    token.setType("JWT");
    if (!settings.key_id.empty()) token.header().set("kid", settings.key_id);
    token.setSubject(request.user);
    if (!settings.audience.empty()) token.setAudience(settings.audience);
    if (!settings.issuer.empty()) token.setIssuer(settings.issuer);
    token.setId(random_uuid());
    auto& payload = token.payload();
    // Not setExpiration: it writes seconds as a fraction.
    const Poco::Int64 now_s = clock.wall_ms() / 1000;
    payload.set("iat", now_s);
    payload.set("exp", now_s + request.lifetime_s);
    if (!request.name.empty()) payload.set("name", request.name);
    if (!request.role.empty()) payload.set("role", request.role);
    payload.set("tenant", request.tenant);
    Poco::JSON::Array permissions;
    for (const std::string& permission : request.permissions) permissions.add(permission);
    payload.set("permissions", permissions);
    return Poco::JWT::Signer(settings.hs256_key).sign(token, Poco::JWT::Signer::ALGO_HS256);
}

}  // namespace tidegate
