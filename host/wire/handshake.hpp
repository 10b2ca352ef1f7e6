#pragma once

// The opening handshake of RFC 6455 §4.2 over a parsed head, and the canned HTTP answers that need no server. It
// decides about form only: who may connect, from which origin and to which path is decided elsewhere. Pure.
// [any-thread]

#include "wire/http_head.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tidegate {

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

// Base64 of SHA-1 of the key and RFC 6455's GUID (§4.2.2, 5.4).
std::string accept_key(std::string_view key);

struct UpgradeOffer {
    std::string key;
    std::vector<std::string> protocols;  // in the client's order; may carry secrets, never log them
};
struct UpgradeRefusal {
    int status;          // 400 or 426
    const char* reason;  // a literal
    HeaderFields extra;  // what the answer must carry: Sec-WebSocket-Version, Upgrade
};
using HandshakeResult = std::variant<UpgradeOffer, UpgradeRefusal>;

// For a request to a WebSocket endpoint, whether or not it asks for an upgrade.
HandshakeResult check_upgrade(const RequestHead& head);

// 101. `protocol` is one of the offered, or none.
std::string upgrade_response(std::string_view key, std::optional<std::string_view> protocol = std::nullopt);

// A whole answer after which the connection closes. Without a body, `content_type` is not sent.
std::string plain_response(int status, std::string_view content_type, std::string_view body,
                           const HeaderFields& extra = {});

std::string_view status_text(int status);

}  // namespace tidegate
