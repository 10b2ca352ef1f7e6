#pragma once

// The part of the settings that tokens are checked and made with. Pure.

#include "adapters/auth/jwt_authenticator.hpp"
#include "config/settings.hpp"

namespace tidegate::runtime {

inline JwtSettings jwt_settings(const config::Settings& settings) {
    JwtSettings made;
    made.hs256_key = settings.auth.hs256_key;
    made.key_id = settings.auth.key_id;
    made.audience = settings.auth.audience;
    made.issuer = settings.auth.issuer;
    made.leeway_s = settings.auth.leeway_s;
    made.roles = settings.auth.roles;
    return made;
}

}  // namespace tidegate::runtime
