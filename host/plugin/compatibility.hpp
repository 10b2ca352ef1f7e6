#pragma once

// May a new version take over key by key, while the old one still runs? Only when each reads what the other writes and
// every message keeps its way. Otherwise all keys would have to stop at one instant. Pure. [any-thread]

#include "plugin/manifest.hpp"

#include <optional>
#include <string>

namespace tidegate::plugin {

// Nothing, or why not: "needs a gate: state schemas: …".
std::optional<std::string> why_not_key_by_key(const Manifest& serving, const Manifest& next);
bool same_routes(const Manifest& left, const Manifest& right);

}  // namespace tidegate::plugin
