#pragma once

// The texts that name things in documents: ids, actors, index names, paths. Pure. [any-thread]

#include "base/result.hpp"
#include "ports/documents.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate {

// At most `max_bytes` of UTF-8 without control characters.
bool is_plain_text(std::string_view text, std::size_t max_bytes);

// kInvalid names what is wrong with a tenant, type or id.
Result<void> check_key(const DocumentKey& key);
Result<void> check_name(std::string_view what, std::string_view text);

// "quote 'q-1'", for error texts.
std::string describe(const DocumentKey& key);

using PathSegments = std::vector<std::string>;

// The grammar is in ports/documents.hpp; kInvalid quotes the path.
Result<PathSegments> parse_path(std::string_view path);
// The first `count` segments, joined.
std::string join_path(const PathSegments& segments, std::size_t count);

}  // namespace tidegate
