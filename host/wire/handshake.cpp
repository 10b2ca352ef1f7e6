#include "wire/handshake.hpp"

#include "base/assert.hpp"
#include "wire/http_text.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace tidegate {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t kProtocolsMax = 16;

UpgradeRefusal refuse(const char* reason) { return {400, reason, {}}; }

bool is_base64_char(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/';
}

// §4.2.1, 5: base64 that decodes to 16 bytes is 22 digits and two fillers.
bool is_key(std::string_view key) {
    return key.size() == 24 && key.ends_with("==") && std::all_of(key.begin(), key.end() - 2, is_base64_char);
}

// §4.1, 10: unique tokens; the field may be repeated.
const char* read_protocols(const RequestHead& head, std::vector<std::string>& protocols) {
    for (const auto& [name, value] : head.fields) {
        if (!equals_ignoring_case(name, "Sec-WebSocket-Protocol")) continue;
        for (const std::string_view element : list_elements(value)) {
            if (!is_token(element)) return "bad subprotocol";
            if (std::find(protocols.begin(), protocols.end(), element) != protocols.end())
                return "subprotocol offered twice";
            if (protocols.size() == kProtocolsMax) return "too many subprotocols";
            protocols.emplace_back(element);
        }
    }
    return nullptr;
}

bool has_line_break(std::string_view text) { return text.find_first_of("\r\n") != std::string_view::npos; }

void append_field(std::string& out, std::string_view name, std::string_view value) {
    TG_ASSERT(!has_line_break(name) && !has_line_break(value), "a field value ends its line");
    out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string accept_key(std::string_view key) {
    std::string input;
    input.append(key).append(kGuid);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int digest_size = 0;
    const int hashed = EVP_Digest(input.data(), input.size(), digest.data(), &digest_size, EVP_sha1(), nullptr);
    TG_ASSERT(hashed == 1 && digest_size == 20, "SHA-1 is available");
    std::array<unsigned char, 29> text{};  // 28 and the terminator that OpenSSL writes
    const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest_size));
    return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(length)};
}

HandshakeResult check_upgrade(const RequestHead& head) {
    // §4.2.1
    if (head.method != "GET") return refuse("a WebSocket handshake is a GET");
    if (!head.list_has("Upgrade", "websocket")) {
        return UpgradeRefusal{426, "this is a WebSocket endpoint", {{"Upgrade", "websocket"}}};
    }
    if (!head.list_has("Connection", "upgrade")) return refuse("Connection does not name upgrade");
    if (head.count_fields("Sec-WebSocket-Version") != 1 || *head.field("Sec-WebSocket-Version") != "13") {
        // §4.2.2, 4
        return UpgradeRefusal{426, "WebSocket version 13 is spoken", {{"Sec-WebSocket-Version", "13"}}};
    }
    if (head.count_fields("Sec-WebSocket-Key") != 1) return refuse("not exactly one Sec-WebSocket-Key");
    const std::string_view key = *head.field("Sec-WebSocket-Key");
    if (!is_key(key)) return refuse("bad Sec-WebSocket-Key");
    // What follows the head is frames; a body would be read as such.
    if (head.content_length.value_or(0) != 0) return refuse("a WebSocket handshake has no body");

    UpgradeOffer offer{std::string(key), {}};
    if (const char* reason = read_protocols(head, offer.protocols)) return refuse(reason);
    return offer;
}

std::string upgrade_response(std::string_view key, std::optional<std::string_view> protocol) {
    std::string out = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    append_field(out, "Sec-WebSocket-Accept", accept_key(key));
    if (protocol) append_field(out, "Sec-WebSocket-Protocol", *protocol);
    return out += "\r\n";
}

std::string plain_response(int status, std::string_view content_type, std::string_view body,
                           const HeaderFields& extra) {
    std::string out = "HTTP/1.1 " + std::to_string(status) + " ";
    out.append(status_text(status)).append("\r\n");
    if (!body.empty()) append_field(out, "Content-Type", content_type);
    append_field(out, "Content-Length", std::to_string(body.size()));
    bool upgrade = false;
    for (const auto& [name, value] : extra) {
        append_field(out, name, value);
        upgrade = upgrade || equals_ignoring_case(name, "Upgrade");
    }
    // RFC 9110 §7.8: whoever sends Upgrade names it in Connection.
    append_field(out, "Connection", upgrade ? "close, Upgrade" : "close");
    return out.append("\r\n").append(body);
}

std::string_view status_text(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 411:
            return "Length Required";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 422:
            return "Unprocessable Content";
        case 426:
            return "Upgrade Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Status";
    }
}

}  // namespace tidegate
