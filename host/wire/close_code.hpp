#pragma once

// Close codes of RFC 6455 §7.4.1 that this side sends, and the rule for those that may arrive. Tidegate's own codes
// (4000 to 4999) are not here but in the protocol layer. Pure. [any-thread]

#include <cstdint>

namespace tidegate {

enum class CloseCode : std::uint16_t {
    kNormal = 1000,
    kGoingAway = 1001,
    kProtocolError = 1002,
    kUnsupportedData = 1003,
    kInvalidPayload = 1007,
    kPolicy = 1008,
    kTooBig = 1009,
    kInternal = 1011,
};

// What a close frame without a code is reported as; never on the wire (§7.4.1).
inline constexpr std::uint16_t kCloseCodeAbsent = 1005;

// §7.4.1, §7.4.2 and the IANA registry: 1004, 1005, 1006 and 1015 are reserved; 3000-3999 registered; 4000-4999
// private.
constexpr bool is_valid_on_wire(std::uint16_t code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

}  // namespace tidegate
