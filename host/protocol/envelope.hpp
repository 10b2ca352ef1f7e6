#pragma once

// EnvelopeScanner: validates one client message as JSON (UTF-8, syntax, depth) and finds the members the host itself
// reads: `type`, `id`, `channel`, and on demand one more. Not a parser for plugins: nothing is copied or decoded, all
// views point into the message. One scanner per loop; the views live as long as the message's buffer. [loop]

#include "base/buffer.hpp"
#include "protocol/codes.hpp"

#include <simdjson.h>

#include <optional>
#include <string_view>

namespace tidegate::protocol {

struct Envelope {
    std::string_view type;     // without quotes; written without escapes
    std::string_view id;       // the raw token, a string's quotes included; empty = none
    std::string_view channel;  // without quotes; empty = none
};

enum class TokenKind : std::uint8_t { kAbsent, kDuplicate, kString, kNumber, kOther };

struct Token {
    TokenKind kind = TokenKind::kAbsent;
    std::string_view raw;  // as written; of an object or array only its first bracket

    // The content of a string that needs no decoding; nothing otherwise.
    std::optional<std::string_view> plain_string() const;
};

class EnvelopeScanner {
public:
    EnvelopeScanner();

    // Nothing, or why the message is refused; `envelope` then still has what was found (an `id` to answer to, if it is
    // a usable one). The message's 64 bytes of padding are read.
    std::optional<ErrorCode> scan(const Buffer& message, Envelope& envelope);

    // A member at depth 1 of the message last scanned, by its decoded name.
    Token find_member(std::string_view name) const;

private:
    struct Members;
    template <class Visit>
    void each_member(Visit&& visit) const;
    Token token_at(std::uint32_t structural) const;

    simdjson::dom::parser parser_;
    std::string_view text_;
};

// A channel's name: 1 to limits::kChannelBytes bytes of UTF-8 without control characters, quotes and backslashes, so
// that it is written into JSON as it is.
bool is_channel_name(std::string_view name);

}  // namespace tidegate::protocol
