#pragma once

// Index keys: scalars as text whose byte order is the order of the values: booleans, then numbers by their exact
// decimal value, then strings. Pure. [any-thread]

#include "adapters/documents/json_tree.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate {

// Nothing for null, containers and strings over 512 bytes.
std::optional<std::string> index_key(const JsonTree& value);

// Every key a plain text may stand for, ascending: "12.50" is a string and a number.
std::vector<std::string> index_keys_of_text(const std::string& text);

// The place in a listing after which the next page starts, as opaque text and back.
struct IndexCursor {
    std::string key, id;
};
std::string encode_cursor(const IndexCursor& cursor);
std::optional<IndexCursor> decode_cursor(std::string_view text);

}  // namespace tidegate
