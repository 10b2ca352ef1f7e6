#pragma once

// Principal: who a session or request belongs to, as a token says. Authenticator: turns a token into one. Implemented
// by adapters/auth. Pure and quick (no I/O). [any-thread]

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate {

struct Principal {
    std::string sub;  // UUID
    std::string name;
    std::string role;
    std::string tenant = "default";
    std::vector<std::string> permissions;  // of the role and of the token together, without duplicates
    std::int64_t expires_ms = 0;           // wall clock; 0 = never
};

class Authenticator {
public:
    virtual ~Authenticator() = default;
    // The error's text says what is wrong with the token and never contains it.
    virtual Result<Principal> authenticate(std::string_view token) const = 0;
};

}  // namespace tidegate
