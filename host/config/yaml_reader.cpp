#include "config/assignment.hpp"
#include "config/draft.hpp"
#include "config/field_table.hpp"
#include "config/suggestion.hpp"
#include "config/yaml_json.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

namespace tidegate::config {
namespace {

std::optional<Given> given_of(const YAML::Node& node, const std::filesystem::path& folder) {
    Given given;
    given.list = node.IsSequence();
    given.folder = folder;
    if (node.IsScalar()) {
        given.texts = {node.Scalar()};
        given.quoted = node.Tag() != "?";
        return given;
    }
    if (!node.IsSequence()) return std::nullopt;
    for (const auto& element : node) {
        if (!element.IsScalar()) return std::nullopt;
        given.texts.push_back(element.Scalar());
    }
    return given;
}

std::string found_shape(const YAML::Node& node) {
    if (node.IsMap()) return "a map";
    return node.IsSequence() ? "a list of more than texts" : "nothing";
}

// A key with a shape of its own. True: it was one, and has been read.
using Shaped = std::function<bool(const std::string& key, const YAML::Node& node)>;
using Visit = std::function<void(const std::string& name, const YAML::Node& key, const YAML::Node& value)>;

class YamlReader {
public:
    explicit YamlReader(Draft& draft) : draft_(draft) {}

    void read(const YAML::Node& root) {
        read_level(root, "", "", fields(), draft_.settings, [this](const std::string& key, const YAML::Node& node) {
            if (key == "features") return read_features(node), true;
            if (key == "auth.roles") return read_roles(node), true;
            return false;
        });
    }

private:
    void each(const YAML::Node& map, const std::string& key, const Visit& visit) {
        if (map.IsNull()) return;
        if (!map.IsMap()) return draft_.complain(line_of(map), key, "expected a map of keys");
        std::set<std::string> seen;
        for (const auto& member : map) {
            const int line = line_of(member.first);
            if (!member.first.IsScalar())
                draft_.complain(line, key, "a key must be a text");
            else if (!seen.insert(member.first.Scalar()).second)
                draft_.complain(line, key.empty() ? member.first.Scalar() : key + "." + member.first.Scalar(),
                                "is given twice");
            else
                visit(member.first.Scalar(), member.first, member.second);
        }
    }

    // `prefix` is what rows call this level ("reload."), `outer` what stands before it for the reader ("features.x.").
    template <class Owner>
    void read_level(const YAML::Node& map, const std::string& outer, const std::string& prefix,
                    std::span<const Field<Owner>> rows, Owner& owner, const Shaped& shaped) {
        const std::string here = outer + prefix;
        each(map, here.empty() ? here : here.substr(0, here.size() - 1),
             [&](const std::string& name, const YAML::Node& key_node, const YAML::Node& node) {
                 const std::string key = prefix + name;
                 const int line = line_of(key_node);
                 draft_.lines[outer + key] = line;
                 const auto row =
                     std::find_if(rows.begin(), rows.end(), [&](const auto& field) { return field.info.key == key; });
                 if (row != rows.end()) return read_value(outer + key, line, node, row->info, row->slot(owner));
                 if (shaped(outer + key, node)) return;
                 const bool level = std::any_of(rows.begin(), rows.end(), [&](const auto& field) {
                     return field.info.key.starts_with(key + ".");
                 });
                 if (level) return read_level(node, outer, key + ".", rows, owner, shaped);
                 draft_.complain(line, outer + key, "is no key" + did_you_mean(name, known_names(prefix, rows)));
             });
    }

    template <class Owner>
    static std::vector<std::string> known_names(const std::string& prefix, std::span<const Field<Owner>> rows) {
        std::vector<std::string> names;
        if (prefix.empty())
            names.emplace_back(std::is_same_v<Owner, Settings> ? "features" : "config");
        else if (prefix == "auth.")
            names.emplace_back("roles");
        for (const auto& field : rows) {
            if (!field.info.key.starts_with(prefix)) continue;
            const std::string_view rest = field.info.key.substr(prefix.size());
            names.emplace_back(rest.substr(0, rest.find('.')));
        }
        return names;
    }

    void read_value(const std::string& key, int line, const YAML::Node& node, const FieldInfo& field,
                    const Slot& slot) {
        const auto given = given_of(node, draft_.settings.folder);
        if (!given)
            return draft_.complain(line, key, "expected " + expectation(field) + ", found " + found_shape(node));
        if (auto complaint = assign(field, slot, *given)) draft_.complain(line, key, *complaint);
    }

    void read_roles(const YAML::Node& map) {
        each(map, "auth.roles", [&](const std::string& role, const YAML::Node& key_node, const YAML::Node& node) {
            const std::string key = "auth.roles." + role;
            auto given = given_of(node, {});
            if (!given || !given->list)
                return draft_.complain(line_of(key_node), key, "expected a list of permissions");
            assign_role(draft_, line_of(key_node), key, role, std::move(given->texts));
        });
    }

    void read_features(const YAML::Node& map) {
        each(map, "features", [&](const std::string& id, const YAML::Node& key_node, const YAML::Node& node) {
            const std::string key = "features." + id;
            draft_.lines[key] = line_of(key_node);
            if (!is_feature_id(id))
                return draft_.complain(line_of(key_node), key, "a plugin's id is 1 to 64 of a-z, 0-9 and _");
            FeatureSettings& feature = draft_.settings.features[id];
            read_level(node, key + ".", "", feature_fields(), feature,
                       [&](const std::string& inner, const YAML::Node& value) {
                           if (inner != key + ".config") return false;
                           return read_config(inner, value, feature), true;
                       });
        });
    }

    void read_config(const std::string& key, const YAML::Node& node, FeatureSettings& feature) {
        if (node.IsNull()) return;
        if (!node.IsMap()) return draft_.complain(line_of(node), key, "expected a map");
        auto json = to_json(node, draft_.settings.folder);
        if (!json) return draft_.complain(json.error().line, key, json.error().text);
        feature.config = std::move(*json);
    }

    Draft& draft_;
};

}  // namespace

void read_yaml(Draft& draft, const std::string& text) {
    try {
        const std::vector<YAML::Node> documents = YAML::LoadAll(text);
        if (documents.size() > 1) return draft.complain(0, "", "holds more than one YAML document");
        if (!documents.empty()) YamlReader(draft).read(documents.front());
    } catch (const YAML::Exception& error) {
        draft.complain(error.mark.is_null() ? 0 : error.mark.line + 1, "", "is no YAML: " + error.msg);
    }
}

}  // namespace tidegate::config
