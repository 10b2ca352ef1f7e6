#pragma once

// What tokens are checked against and made with. Values.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tidegate {

struct JwtSettings {
    std::string hs256_key;
    std::string key_id = {};    // empty: a token's kid is not looked at
    std::string audience = {};  // empty: not asked for
    std::string issuer = {};    // empty: not asked for
    std::int64_t leeway_s = 30;
    std::map<std::string, std::vector<std::string>> roles = {};  // role -> permissions it brings
};

}  // namespace tidegate
