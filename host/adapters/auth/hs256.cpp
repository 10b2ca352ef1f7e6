#include "adapters/auth/hs256.hpp"

#include <Poco/Base64Decoder.h>
#include <Poco/Base64Encoder.h>
#include <Poco/Exception.h>
#include <Poco/MemoryStream.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <sstream>

namespace tidegate {
namespace {

constexpr std::size_t kSha256Bytes = 32;

bool is_base64url(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

std::string base64url(std::string_view bytes) {
    std::ostringstream out;
    Poco::Base64Encoder encoder(out, Poco::BASE64_URL_ENCODING | Poco::BASE64_NO_PADDING);
    encoder.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    encoder.close();
    return out.str();
}

}  // namespace

std::optional<CompactJwt> split_jwt(std::string_view token) {
    const auto first = token.find('.');
    const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const CompactJwt jwt{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1),
                         token.substr(0, second)};
    if (!is_base64url(jwt.header) || !is_base64url(jwt.payload) || !is_base64url(jwt.signature)) return std::nullopt;
    return jwt;
}

bool hs256_matches(const CompactJwt& jwt, std::string_view key) {
    std::array<unsigned char, kSha256Bytes> mac{};
    unsigned int size = 0;
    if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
              reinterpret_cast<const unsigned char*>(jwt.signed_part.data()), jwt.signed_part.size(), mac.data(),
              &size) ||
        size != mac.size())
        return false;
    // The texts are compared, not the bytes: one signature has one spelling.
    const std::string expected = base64url({reinterpret_cast<const char*>(mac.data()), mac.size()});
    return expected.size() == jwt.signature.size() &&
           CRYPTO_memcmp(expected.data(), jwt.signature.data(), expected.size()) == 0;
}

std::optional<std::string> base64url_decoded(std::string_view text) {
    if (!is_base64url(text) || text.size() % 4 == 1) return std::nullopt;
    try {
        Poco::MemoryInputStream in(text.data(), static_cast<std::streamsize>(text.size()));
        Poco::Base64Decoder decoder(in, Poco::BASE64_URL_ENCODING | Poco::BASE64_NO_PADDING);
        return std::string(std::istreambuf_iterator<char>(decoder), {});
    } catch (const Poco::Exception&) {
        return std::nullopt;
    }
}

}  // namespace tidegate
