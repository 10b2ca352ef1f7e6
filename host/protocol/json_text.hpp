#pragma once

// JSON as text: quoting a string, decoding one, and adding members to an object that is already written. Not a parser
// and not a builder. Pure. [any-thread]

#include "base/buffer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate::protocol {

// Quotes and escapes. Text that is not UTF-8 becomes an empty string: what cannot be sent is not sent.
std::string json_quoted(std::string_view text);

// The content of a valid JSON string, without its quotes, decoded. A lone surrogate becomes U+FFFD.
std::string decode_json_string(std::string_view content);

// Where members can be added to `object`: everything before its last brace, trailing white space dropped.
struct Splice {
    std::string_view head;  // "{\"a\":1"
    bool has_members;       // false for {}: the first added member has no comma before it
};

// Nothing when `text` does not begin with { and end with } (white space aside). Its inside is not checked.
std::optional<Splice> splice_point(std::string_view text);

// Text frames. `object` was written by a plugin and has passed splice_point.
BufferRef encode_object(std::string_view object);
BufferRef encode_with_ref(const Splice& object, std::string_view id);  // id: a raw token; empty = no ref
BufferRef encode_on_channel(const Splice& object, std::string_view channel, std::optional<std::uint64_t> offset);

// `{"type":"error","code":…,"message":…,"ref":…, fields…}`; `fields` is a JSON object or empty.
BufferRef encode_error(std::string_view code, std::string_view message, std::string_view id, std::string_view fields);

}  // namespace tidegate::protocol
