#include "config/draft.hpp"

#include "config/assignment.hpp"
#include "config/field_table.hpp"
#include "config/yaml_json.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace tidegate::config {
namespace {

constexpr std::size_t kNameBytes = 64;
constexpr std::size_t kPermissions = 256;
constexpr std::size_t kPermissionBytes = 128;

bool is_name(std::string_view text, std::string_view extra) {
    return !text.empty() && text.size() <= kNameBytes && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || extra.find(c) != std::string_view::npos;
    });
}

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

std::vector<std::string> comma_separated(std::string_view text) {
    std::vector<std::string> out;
    if (trimmed(text).empty()) return out;
    for (;;) {
        const auto comma = text.find(',');
        out.push_back(trimmed(text.substr(0, comma)));
        if (comma == std::string_view::npos) return out;
        text.remove_prefix(comma + 1);
    }
}

template <class Owner>
bool assign_field(Draft& draft, std::span<const Field<Owner>> rows, Owner& owner, std::string_view key,
                  const std::string& name, const std::string& value, const std::filesystem::path& folder) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& field) { return field.info.key == key; });
    if (row == rows.end()) return false;
    Given given{.texts = {value}, .folder = folder};
    if (row->info.kind == Kind::kTexts) given.texts = comma_separated(value), given.list = true;
    if (auto complaint = assign(row->info, row->slot(owner), given)) draft.complain(0, name, *complaint);
    return true;
}

void assign_config(Draft& draft, FeatureSettings& feature, const std::string& name, const std::string& value,
                   const std::filesystem::path& folder) {
    try {
        const YAML::Node node = YAML::Load(value);
        if (!node.IsMap()) return draft.complain(0, name, "expected a map, as {limit: 5}");
        auto json = to_json(node, folder);
        if (!json) return draft.complain(0, name, json.error().text);
        feature.config = std::move(*json);
    } catch (const YAML::Exception& error) {
        draft.complain(0, name, "is no YAML: " + error.msg);
    }
}

bool assign_feature(Draft& draft, const std::string& name, std::string_view rest, const std::string& value,
                    const std::filesystem::path& folder) {
    const auto dot = rest.find('.');
    const std::string id(rest.substr(0, dot));
    if (dot == std::string_view::npos || !is_feature_id(id)) return false;
    const std::string_view key = rest.substr(dot + 1);
    // Not put in before the key is known: a mistyped variable must not start a plugin.
    const auto held = draft.settings.features.find(id);
    FeatureSettings feature = held == draft.settings.features.end() ? FeatureSettings{} : held->second;
    if (key == "config")
        assign_config(draft, feature, name, value, folder);
    else if (!assign_field(draft, feature_fields(), feature, key, name, value, folder))
        return false;
    draft.settings.features[id] = std::move(feature);
    return true;
}

}  // namespace

bool is_feature_id(std::string_view text) { return is_name(text, "_"); }
bool is_role(std::string_view text) { return is_name(text, "_-"); }

void assign_role(Draft& draft, int line, const std::string& key, const std::string& role,
                 std::vector<std::string> permissions) {
    if (!is_role(role)) return draft.complain(line, key, "a role is 1 to 64 of a-z, 0-9, _ and -");
    if (permissions.size() > kPermissions) return draft.complain(line, key, "more than 256 permissions");
    for (const std::string& permission : permissions)
        if (permission.empty() || permission.size() > kPermissionBytes)
            return draft.complain(line, key, "a permission has 1 to 128 bytes");
    draft.settings.auth.roles[role] = std::move(permissions);
}

bool assign_by_key(Draft& draft, const std::string& name, const std::string& key, const std::string& value,
                   const std::filesystem::path& folder) {
    constexpr std::string_view kRoles = "auth.roles.";
    constexpr std::string_view kFeatures = "features.";
    if (key.starts_with(kRoles)) {
        assign_role(draft, 0, name, key.substr(kRoles.size()), comma_separated(value));
        return true;
    }
    if (key.starts_with(kFeatures))
        return assign_feature(draft, name, std::string_view(key).substr(kFeatures.size()), value, folder);
    return assign_field(draft, fields(), draft.settings, key, name, value, folder);
}

}  // namespace tidegate::config
