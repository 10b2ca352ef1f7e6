// JSON texts without a tree: what a value from a client may hold, what stands at a path of a document, a value placed
// below a path. Numbers keep their text.
// Thread rule: [any-thread], pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidegate::collaboration {

inline constexpr std::size_t kMaxValueBytes = 16 * 1024;  // of one edit
inline constexpr unsigned kMaxValueDepth = 16;
inline constexpr std::size_t kMaxValueParts = 1000;  // members and elements together

// Why a client's value is refused, or nothing: too large, too deep, too many parts, a member's name that could not
// stand in a path or that JavaScript gives a meaning.
std::optional<std::string> check_value(std::string_view json);

// What stands at the path, as text; elements of arrays by their "id", else by index. Empty: nothing.
std::string value_at(std::string_view json, std::string_view path);

// {"vehicles":{"V1":<value>}} for "vehicles/V1".
std::string nested(std::string_view path, std::string_view value);

// The members of an object in their order: names, and values as texts.
std::vector<std::pair<std::string, std::string>> members_of(std::string_view object);

std::string json_string(std::string_view text);

}  // namespace tidegate::collaboration
