#pragma once

// A request target in origin form (RFC 9112 §3.2.1), taken apart strictly: what routing sees is one unambiguous path.
// Not a general URI parser: no scheme, no authority, no fragment. Pure. [any-thread]

#include <optional>
#include <string>
#include <string_view>

namespace tidegate {

struct RequestTarget {
    std::string
        path;  // percent-decoded, valid UTF-8, begins with '/'; never holds "//", "/./", "/../" or a control character
    std::string query;  // as sent, without '?'
};

// Refuses, with a literal that says why: other forms than origin form, '#', bytes that are not printable ASCII, broken
// percent-encoding in the path, an encoded slash (it would be a second spelling of another path), dot and empty
// segments.
struct TargetResult {
    std::optional<RequestTarget> target;
    const char* reason = nullptr;
};
TargetResult parse_target(std::string_view target);

// Every "%XX" must be whole; nothing else is checked.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

// The first parameter of that name, decoded as a form is ("%XX", '+'). Absent, broken encoding, control characters and
// what is not UTF-8 are all nullopt; a name without '=' has the empty value.
std::optional<std::string> query_parameter(std::string_view query, std::string_view name);

}  // namespace tidegate
