#include "webhook.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "quote_document/identity.hpp"
#include "rating/sha256.hpp"

namespace tidegate::notification {
namespace {

constexpr std::size_t kBlockBytes = 64;  // of SHA-256

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_host(std::string_view text) {
    return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

bool is_port(std::string_view text) {
    if (text.empty() || text.size() > 5) return false;
    unsigned value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value >= 1 && value <= 65'535;
}

std::string digest(std::string_view bytes) {
    const std::string hex = rating::sha256_hex(bytes);
    const auto nibble = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string out;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        out.push_back(static_cast<char>(nibble(hex[i]) * 16 + nibble(hex[i + 1])));
    return out;
}

std::string padded(std::string_view key, char pad) {
    std::string block = key.size() > kBlockBytes ? digest(key) : std::string(key);
    block.resize(kBlockBytes, '\0');
    for (char& c : block) c = static_cast<char>(c ^ pad);
    return block;
}

}  // namespace

std::optional<WebhookAddress> read_address(std::string_view url) {
    constexpr std::string_view kScheme = "http://";
    if (!url.starts_with(kScheme) || url.size() > 2048 || !is_printable(url)) return std::nullopt;
    url.remove_prefix(kScheme.size());
    WebhookAddress out;
    const std::size_t slash = url.find('/');
    std::string_view authority = url.substr(0, slash);
    if (slash != std::string_view::npos) out.path = url.substr(slash);
    const std::size_t colon = authority.find(':');
    if (colon != std::string_view::npos) out.port = authority.substr(colon + 1);
    out.host = authority.substr(0, colon);
    if (!is_host(out.host) || !is_port(out.port) || out.path.find('#') != std::string::npos) return std::nullopt;
    return out;
}

std::string hmac_sha256_hex(std::string_view key, std::string_view text) {
    const std::string inner = digest(padded(key, 0x36).append(text));
    return rating::sha256_hex(padded(key, 0x5c).append(inner));
}

std::string signature_of(std::string_view secret, std::int64_t unix_s, std::string_view body) {
    const std::string at = std::to_string(unix_s);
    return "t=" + at + ",v1=" + hmac_sha256_hex(secret, (at + ".").append(body));
}

std::string webhook_body(const Escalation& escalation, std::int64_t now_ms) {
    tg::json::Writer out;
    out.begin_object().member("type", "notification.escalated").member("notification_id", escalation.id);
    if (!escalation.user_id.empty()) {
        out.member("user_id", escalation.user_id);
    } else {
        out.key("target_roles").begin_array();
        for (const std::string& role : escalation.roles) out.value(role);
        out.end_array();
    }
    out.member("attempt", escalation.attempts + 1).member("timestamp", quote::time_text(now_ms));
    return out.raw_member("notification", shown_json(escalation.notice, now_ms)).end_object().take();
}

std::string webhook_request(const WebhookAddress& address, std::string_view body, std::string_view signature,
                            std::string_view delivery_id) {
    std::string out = "POST " + address.path + " HTTP/1.1\r\nHost: " + address.host + ":" + address.port;
    out.append("\r\nUser-Agent: tidegate\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ");
    out.append(std::to_string(body.size())).append("\r\nX-Tidegate-Delivery: ").append(delivery_id);
    return out.append("\r\nX-Tidegate-Signature: ").append(signature).append("\r\n\r\n").append(body);
}

int status_of(std::string_view answer) {
    if (!answer.starts_with("HTTP/1.") || answer.size() < 12 || answer[8] != ' ') return 0;
    int status = 0;
    for (const char c : answer.substr(9, 3)) {
        if (c < '0' || c > '9') return 0;
        status = status * 10 + (c - '0');
    }
    return status;
}

}  // namespace tidegate::notification
