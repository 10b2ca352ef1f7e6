#pragma once

// The rows: every key of the configuration but the three that are shapes of their own (auth.roles, features and a
// feature's config). Adding a key is a member in settings.hpp and a row here. [any-thread]

#include "config/field.hpp"
#include "config/settings.hpp"

#include <span>

namespace tidegate::config {

struct Section {
    std::string_view name;
    std::string_view doc;
};

std::span<const Section> sections();
std::span<const Field<Settings>> fields();
std::span<const Field<FeatureSettings>> feature_fields();

// Documentation of the shapes.
inline constexpr std::string_view kRolesDoc =
    "Permissions that a role brings, beside those of the token. At most 256 of at most 128 bytes each.";
inline constexpr std::string_view kConfigDoc =
    "The plugin's own configuration; handed over as JSON. Numbers, switches and quoted texts keep their type. An "
    "unquoted text that begins with ./ or ../ is a path and becomes absolute from this file's folder.";

}  // namespace tidegate::config
