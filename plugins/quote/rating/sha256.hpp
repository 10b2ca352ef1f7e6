// SHA-256 (FIPS 180-4), small and self-contained: the plugin links no cryptographic library. It names contents
// (manuals, traces); it is not a password or signature primitive.
// Thread rule: [any-thread], pure.
#pragma once

#include <string>
#include <string_view>

namespace tidegate::rating {

std::string sha256_hex(std::string_view bytes);  // 64 lower-case digits

}  // namespace tidegate::rating
