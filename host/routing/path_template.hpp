#pragma once

// Templates of paths and names: "/ws/quotes/{quote_id}" matches a path segment by segment, "quote:{quote_id}" is filled
// from what was matched. A placeholder may say what stands for an absent value: "dashboard:{dashboard_type=general}".
// Pure. [any-thread]

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidegate::routing {

using Params = std::vector<std::pair<std::string, std::string>>;

// The placeholders' values, or nothing when the path does not match. A placeholder matches one segment that is not
// empty.
std::optional<Params> match_path(std::string_view pattern, std::string_view path);

// Equal but for the placeholders' names.
bool same_shape(std::string_view a, std::string_view b);

// Of two patterns that match one path: `a` has a literal where the first difference is.
bool is_more_exact(std::string_view a, std::string_view b);

// Replaces placeholders that `params` names; the others are left as they are.
std::string fill_template(std::string_view text, const Params& params);

// Fills what is left from `params`, then from the placeholders' defaults; nothing when one has neither.
std::optional<std::string> fill_rest(std::string_view text, const Params& params);

}  // namespace tidegate::routing
