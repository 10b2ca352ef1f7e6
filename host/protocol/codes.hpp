#pragma once

// The error codes of `{"type":"error"}` and the close codes, as codes.def lists them. Not a policy: who closes or
// answers decides that. Pure values. [any-thread]

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace tidegate::protocol {

enum class ErrorCode : std::uint8_t {
#define TIDEGATE_ERROR_CODE(enumerator, code, message) enumerator,
#define TIDEGATE_CLOSE_CODE(enumerator, code, reason, reconnect)
#include "protocol/codes.def"
#undef TIDEGATE_ERROR_CODE
#undef TIDEGATE_CLOSE_CODE
};

enum class Reconnect : std::uint8_t { kNo, kYes, kAfterDelay, kWithNewToken, kWithBackOff };

struct ErrorRow {
    ErrorCode code;
    std::string_view name;
    std::string_view message;
};

struct CloseRow {
    std::uint16_t code;
    std::string_view reason;
    Reconnect reconnect;
};

inline constexpr ErrorRow kErrorRows[] = {
#define TIDEGATE_ERROR_CODE(enumerator, code, message) {ErrorCode::enumerator, code, message},
#define TIDEGATE_CLOSE_CODE(enumerator, code, reason, reconnect)
#include "protocol/codes.def"
#undef TIDEGATE_ERROR_CODE
#undef TIDEGATE_CLOSE_CODE
};

inline constexpr CloseRow kCloseRows[] = {
#define TIDEGATE_ERROR_CODE(enumerator, code, message)
#define TIDEGATE_CLOSE_CODE(enumerator, code, reason, reconnect) {code, reason, Reconnect::reconnect},
#include "protocol/codes.def"
#undef TIDEGATE_ERROR_CODE
#undef TIDEGATE_CLOSE_CODE
};

// Close codes by name: close::kUnauthorized == 4001.
namespace close {
#define TIDEGATE_ERROR_CODE(enumerator, code, message)
#define TIDEGATE_CLOSE_CODE(enumerator, code, reason, reconnect) inline constexpr std::uint16_t enumerator = code;
#include "protocol/codes.def"
#undef TIDEGATE_ERROR_CODE
#undef TIDEGATE_CLOSE_CODE
}  // namespace close

inline constexpr std::size_t kErrorCodes = std::size(kErrorRows);

constexpr const ErrorRow& row(ErrorCode code) { return kErrorRows[static_cast<std::size_t>(code)]; }

constexpr std::optional<ErrorCode> find_error(std::string_view name) {
    for (const ErrorRow& candidate : kErrorRows) {
        if (candidate.name == name) return candidate.code;
    }
    return std::nullopt;
}

// Null for a code that is not in the table.
constexpr const CloseRow* find_close(std::uint16_t code) {
    for (const CloseRow& candidate : kCloseRows) {
        if (candidate.code == code) return &candidate;
    }
    return nullptr;
}

constexpr std::string_view close_reason(std::uint16_t code) {
    const CloseRow* found = find_close(code);
    return found ? found->reason : std::string_view{};
}

}  // namespace tidegate::protocol
