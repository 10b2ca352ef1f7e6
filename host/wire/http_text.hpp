#pragma once

// The small grammar that HTTP fields share (RFC 9110 §5.6): tokens, lists, case-insensitive names. Pure. [any-thread]

#include <string_view>
#include <vector>

namespace tidegate {

bool is_token_char(char c);
bool is_token(std::string_view text);
bool is_digit(char c);

// ASCII only, as field names and protocol tokens are.
bool equals_ignoring_case(std::string_view a, std::string_view b);

// Without spaces and tabs at both ends.
std::string_view trim_blanks(std::string_view text);

// The elements of a comma-separated list, trimmed; empty elements are skipped (RFC 9110 §5.6.1.2). Views into `value`.
std::vector<std::string_view> list_elements(std::string_view value);

}  // namespace tidegate
