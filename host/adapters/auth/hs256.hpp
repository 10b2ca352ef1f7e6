#pragma once

// The HS256 signature of a compact JWT (RFC 7515, appendix A.1), checked in constant time. Poco::JWT compares its
// digests with ==, which stops at the first different byte, so verification is OpenSSL's. Pure. [any-thread]

#include <optional>
#include <string>
#include <string_view>

namespace tidegate {

struct CompactJwt {
    std::string_view header, payload, signature;  // base64url, as sent
    std::string_view signed_part;                 // header.payload
};

// Exactly three segments of base64url characters, none empty.
std::optional<CompactJwt> split_jwt(std::string_view token);

bool hs256_matches(const CompactJwt& jwt, std::string_view key);

// Nothing when it is no base64url.
std::optional<std::string> base64url_decoded(std::string_view text);

}  // namespace tidegate
