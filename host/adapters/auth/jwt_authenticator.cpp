#include "adapters/auth/jwt_authenticator.hpp"

#include "adapters/auth/claims.hpp"
#include "adapters/auth/hs256.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_set>

namespace tidegate {
namespace {

using nlohmann::json;

// Year 9999: later is a mistake of units, and would overflow as milliseconds in somebody's arithmetic.
constexpr double kLatestS = 253'402'300'799.0;

Error refused(std::string_view why) { return fail(Errc::kForbidden, "token: " + std::string(why)); }

std::optional<json> decoded_object(std::string_view segment) {
    const auto text = base64url_decoded(segment);
    if (!text) return std::nullopt;
    std::optional<json> value(std::in_place, json::parse(*text, nullptr, false));
    return value->is_object() ? value : std::nullopt;
}

// NumericDate (RFC 7519, section 2): seconds, a fraction is allowed. Nothing when there is none.
Result<std::optional<double>> read_date(const json& payload, const char* claim) {
    const auto found = payload.find(claim);
    if (found == payload.end()) return std::optional<double>();
    if (!found->is_number()) return refused(std::string(claim) + " is no number");
    const double seconds = found->get<double>();
    if (!std::isfinite(seconds) || seconds < 0 || seconds > kLatestS)
        return refused(std::string(claim) + " is out of range");
    return std::optional<double>(seconds);
}

bool is_text(const json& value, const std::string& text) {
    return value.is_string() && value.get_ref<const std::string&>() == text;
}

}  // namespace

Result<Principal> JwtAuthenticator::authenticate(std::string_view token) const {
    if (token.size() > kTokenBytes) return refused("is longer than 8 KiB");
    const auto jwt = split_jwt(token);
    if (!jwt) return refused("is not three segments of base64url");
    const auto header = decoded_object(jwt->header);
    if (!header) return refused("header is no JSON object");
    if (auto checked = check_header(*header); !checked) return checked.error();
    if (settings_.hs256_key.empty() || !hs256_matches(*jwt, settings_.hs256_key)) return refused("signature is wrong");

    const auto payload = decoded_object(jwt->payload);
    if (!payload) return refused("payload is no JSON object");
    const auto expires_ms = check_times(*payload);
    if (!expires_ms) return expires_ms.error();
    if (auto checked = check_addressees(*payload); !checked) return checked.error();
    auto principal = read_person(*payload);
    if (!principal) return principal;
    principal->expires_ms = *expires_ms;
    add_role_permissions(*principal);
    return principal;
}

Result<void> JwtAuthenticator::check_header(const json& header) const {
    const auto algorithm = header.find("alg");
    if (algorithm == header.end() || !is_text(*algorithm, "HS256")) return refused("alg is not HS256");
    // RFC 7515, section 4.1.11: what is critical and not understood is refused; we understand none.
    if (header.contains("crit")) return refused("crit is not supported");
    if (settings_.key_id.empty()) return {};
    const auto key_id = header.find("kid");
    if (key_id == header.end() || !is_text(*key_id, settings_.key_id)) return refused("kid is not the configured one");
    return {};
}

Result<std::int64_t> JwtAuthenticator::check_times(const json& payload) const {
    const double now_s = static_cast<double>(clock_.wall_ms()) / 1000.0;
    const auto leeway_s = static_cast<double>(settings_.leeway_s);
    const auto expiry = read_date(payload, "exp");
    if (!expiry) return expiry.error();
    if (!*expiry) return refused("exp is missing");
    if (now_s >= **expiry + leeway_s) return refused("has expired");
    const auto not_before = read_date(payload, "nbf");
    if (!not_before) return not_before.error();
    if (*not_before && now_s + leeway_s < **not_before) return refused("is not valid yet");
    return static_cast<std::int64_t>(**expiry * 1000.0);
}

Result<void> JwtAuthenticator::check_addressees(const json& payload) const {
    if (!settings_.issuer.empty()) {
        const auto issuer = payload.find("iss");
        if (issuer == payload.end() || !is_text(*issuer, settings_.issuer))
            return refused("iss is not the configured one");
    }
    if (settings_.audience.empty()) return {};
    const auto audience = payload.find("aud");
    if (audience == payload.end()) return refused("aud is missing");
    const bool listed = audience->is_array() && std::any_of(audience->begin(), audience->end(), [&](const json& entry) {
                            return is_text(entry, settings_.audience);
                        });
    if (!listed && !is_text(*audience, settings_.audience)) return refused("aud is not the configured one");
    return {};
}

void JwtAuthenticator::add_role_permissions(Principal& principal) const {
    std::vector<std::string> all;
    if (const auto role = settings_.roles.find(principal.role); role != settings_.roles.end()) all = role->second;
    all.insert(all.end(), principal.permissions.begin(), principal.permissions.end());
    std::unordered_set<std::string_view> seen;
    principal.permissions.clear();
    for (const std::string& permission : all)
        if (seen.insert(permission).second) principal.permissions.push_back(permission);
}

}  // namespace tidegate
