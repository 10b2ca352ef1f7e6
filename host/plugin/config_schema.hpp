#pragma once

// Checks a plugin's configuration against the schema of its manifest (JSON Schema, draft-7). Pure. [any-thread]

#include "base/result.hpp"

#include <string_view>

namespace tidegate::plugin {

// The error names every place that is wrong. An empty schema accepts any JSON object.
Result<void> check_config(std::string_view schema, std::string_view config);

}  // namespace tidegate::plugin
