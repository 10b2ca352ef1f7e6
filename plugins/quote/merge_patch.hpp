// A JSON Merge Patch (RFC 7396) of a quote's data as operations on the stored document. Leaves become `set`, null
// becomes `remove`; an array of objects with `id` merges with a stored one by id, every other array is set whole. What
// changes nothing yields nothing. Numbers keep their text.
// Refused: member names and ids that could not stand in a path or that JavaScript gives a meaning, more than 16 levels,
// more than 200 operations, quotes of more than 64 KiB or 1,000 leaves.
// Thread rule: [any-thread], pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rating/inputs.hpp"
#include "rating/json_value.hpp"

namespace tidegate::quote {

inline constexpr std::size_t kMaxPatchDepth = 16;
inline constexpr std::size_t kMaxChanges = 200;
inline constexpr std::size_t kMaxNameBytes = 128;
inline constexpr std::size_t kMaxPathBytes = 768;  // with the last name still below the store's 1024

inline constexpr std::size_t kMaxQuoteBytes = 64 * 1024;  // of a quote's data as JSON text
inline constexpr std::size_t kMaxQuoteLeaves = 1000;
inline constexpr std::size_t kMaxUpdateBytes = 62 * 1024;  // with its surroundings it has to fit in a message of 64 KiB

struct Change {
    enum class Kind { kSet, kInsert, kRemove };
    Kind kind = Kind::kSet;
    std::string path;  // inside quote_data: "vehicles/V1/vin"
    std::string json;  // unused by kRemove
};

struct MergePlan {
    std::vector<Change> changes;
    // What the patch says and is so already: path and stored value, empty where nothing stands. It must still be so
    // when the changes are committed, for everybody is told the whole patch.
    std::vector<std::pair<std::string, std::string>> unchanged;
    std::optional<rating::FieldError> problem;  // then there are no changes
};

// Whether the patch is one at all, whatever is stored. The path of a problem begins below quote_data.
std::optional<rating::FieldError> check_merge_patch(const rating::JsonValue& patch);

// Whether it is more than a quote may hold: texts as they are sent, then what would be stored.
std::optional<rating::FieldError> check_size(std::string_view quote_data, std::size_t max_bytes);
std::optional<rating::FieldError> check_size_of_new(const rating::JsonValue& patch);
std::optional<rating::FieldError> check_size_of_merged(const rating::JsonValue& stored, const rating::JsonValue& patch);

// The protocol's code for a problem found here: "too_large" or "invalid".
std::string_view code_of(const rating::FieldError& problem);

// `stored` is the quote_data as it stands.
MergePlan plan_merge(const rating::JsonValue& stored, const rating::JsonValue& patch);

// The quote_data of a quote that begins with this patch; only for a patch that was checked.
std::string merged_into_nothing(const rating::JsonValue& patch);

}  // namespace tidegate::quote
