// A client's name for a part of quote_data: "aoi", "vehicles/V1/coverages/COLL".
// Thread rule: [any-thread], pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidegate::quote {

// Why the path is refused, or nothing. 1 to 16 segments separated by '/', each of 1 to 128 bytes without control
// characters; no ".", "..", "-", "__proto__", "constructor", "prototype"; the last one is not "id": an element's id
// is its place.
std::optional<std::string> check_field(std::string_view field);

// Whether `field` is `outer` or lies below it. "" is the parent of all.
bool is_within(std::string_view field, std::string_view outer);

// The name of the member of quote_data: "vehicles" of "vehicles/V1".
std::string_view top_of(std::string_view field);

}  // namespace tidegate::quote
