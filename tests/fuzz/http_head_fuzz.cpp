// Any bytes: no crash, the same outcome whole and byte by byte, and an accepted head keeps its promises through the
// handshake.

#include "wire/handshake.hpp"
#include "wire/http_head.hpp"
#include "wire/http_text.hpp"
#include "wire/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace tidegate;

void require(bool condition) {
    if (!condition) std::abort();
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; });
}

HeadResult parse_stepwise(std::string_view input) {
    HeadParser parser;
    for (std::size_t size = 0; size < input.size(); ++size) {
        // A copy of its own, so that a sanitizer sees a read beyond what has arrived.
        HeadResult result = parser.parse(std::string(input.substr(0, size)));
        if (result.state != HeadState::kNeedMore) return result;
    }
    return parser.parse(input);
}

void check_promises(const HeadResult& result, std::string_view input) {
    const RequestHead& head = result.head;
    require(result.consumed <= input.size() && input.substr(0, result.consumed).ends_with("\r\n\r\n"));
    require(is_token(head.method) && head.path.starts_with('/') && is_valid_utf8(head.path) && !has_control(head.path));
    require(head.path.find("/../") == std::string::npos && head.path.find("//") == std::string::npos);
    require(head.fields.size() <= limits::kHttpFields && head.count_fields("host") == 1);
    require(head.count_fields("transfer-encoding") == 0);
    for (const auto& [name, value] : head.fields) require(is_token(name) && !has_control(value));
    static_cast<void>(query_parameter(head.query, "token"));
    const HandshakeResult handshake = check_upgrade(head);
    if (const auto* offer = std::get_if<UpgradeOffer>(&handshake)) {
        require(upgrade_response(offer->key).ends_with("\r\n\r\n") && head.upgrade_requested);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    HeadParser parser;
    const HeadResult whole = parser.parse(input);
    const HeadResult stepwise = parse_stepwise(input);
    require(whole.state == stepwise.state && whole.status == stepwise.status && whole.consumed == stepwise.consumed);
    require(whole.reason == stepwise.reason);
    if (whole.state == HeadState::kComplete) check_promises(whole, input);
    return 0;
}
