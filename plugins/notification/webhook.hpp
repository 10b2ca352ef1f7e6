// Webhook: the address of the configuration, the signed request that goes there, and what its answer says. Plain HTTP
// only: a plugin may need no TLS library (its image holds nothing that cannot be unloaded), so a forwarder on the same
// machine carries it further. Not the socket: that is webhook_client.hpp.
// Thread rule: [any-thread], pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "escalation.hpp"

namespace tidegate::notification {

struct WebhookAddress {
    WebhookAddress() {}
    std::string host;
    std::string port = "80";
    std::string path = "/";
};
// http://host[:port][/path]; nothing else, no user, no fragment.
std::optional<WebhookAddress> read_address(std::string_view url);

// RFC 2104 over SHA-256; 64 lower-case digits.
std::string hmac_sha256_hex(std::string_view key, std::string_view text);

// "t=<seconds>,v1=<digits>": the digits are of "<seconds>.<body>".
std::string signature_of(std::string_view secret, std::int64_t unix_s, std::string_view body);

std::string webhook_body(const Escalation& escalation, std::int64_t now_ms);
std::string webhook_request(const WebhookAddress& address, std::string_view body, std::string_view signature,
                            std::string_view delivery_id);
// Of the first line of an answer; 0 when it is none.
int status_of(std::string_view answer);

}  // namespace tidegate::notification
