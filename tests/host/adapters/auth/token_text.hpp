#pragma once

// Tokens written by hand for tests: any header, any payload, signed by OpenSSL with any key.

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string>
#include <string_view>

namespace tidegate::testing {

inline std::string base64url(std::string_view bytes) {
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
        unsigned group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        for (std::size_t i = 0; i <= count; ++i) out += kLetters[group >> (18 - 6 * i) & 63];
    }
    return out;
}

inline std::string hmac(std::string_view text, std::string_view key, const EVP_MD* digest = EVP_sha256()) {
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(digest, key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), mac, &size);
    return {reinterpret_cast<const char*>(mac), size};
}

inline std::string signed_token(std::string_view header, std::string_view payload, std::string_view key) {
    const std::string text = base64url(header) + "." + base64url(payload);
    return text + "." + base64url(hmac(text, key));
}

}  // namespace tidegate::testing
