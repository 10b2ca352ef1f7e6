#include "config/draft.hpp"
#include "config/field_table.hpp"
#include "config/suggestion.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace tidegate::config {
namespace {

constexpr std::string_view kRoles = "TIDEGATE_AUTH_ROLES_";
constexpr std::string_view kFeatures = "TIDEGATE_FEATURES_";

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

// "QUOTE_RELOAD_DRAIN_MS" -> "features.quote.reload.drain_ms". An id may hold underscores, so the key is looked for
// from the end.
std::optional<std::string> feature_key(std::string_view rest) {
    std::vector<std::string_view> keys{"config"};
    for (const auto& field : feature_fields()) keys.push_back(field.info.key);
    for (const std::string_view key : keys) {
        std::string ending = environment_name(key).substr(std::string_view("TIDEGATE").size());
        if (rest.size() > ending.size() && rest.ends_with(ending))
            return "features." + lower(rest.substr(0, rest.size() - ending.size())) + "." + std::string(key);
    }
    return std::nullopt;
}

std::optional<std::string> key_of(std::string_view name) {
    if (name.starts_with(kRoles)) return "auth.roles." + lower(name.substr(kRoles.size()));
    if (name.starts_with(kFeatures)) return feature_key(name.substr(kFeatures.size()));
    for (const auto& field : fields())
        if (environment_name(field.info.key) == name) return std::string(field.info.key);
    return std::nullopt;
}

bool names_a_section(std::string_view name) {
    return std::any_of(sections().begin(), sections().end(),
                       [&](const Section& section) { return name.starts_with(environment_name(section.name) + "_"); });
}

std::string nearest(const std::string& name) {
    std::vector<std::string> known;
    for (const auto& field : fields()) known.push_back(environment_name(field.info.key));
    return did_you_mean(name, known);
}

}  // namespace

void read_environment(Draft& draft, const Pairs& environment) {
    for (const auto& [name, value] : environment) {
        if (!names_a_section(name)) continue;
        const auto key = key_of(name);
        if (!key || !assign_by_key(draft, name, *key, value, draft.settings.folder))
            draft.complain(0, name, "sets no key" + nearest(name));
    }
}

}  // namespace tidegate::config
