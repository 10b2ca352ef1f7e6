#pragma once

// Draft: settings being put together from several sources, and everything found wrong on the way. Not shared.

#include "config/problem.hpp"
#include "config/settings.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tidegate::config {

struct Draft {
    Settings settings;
    Problems problems;
    std::map<std::string, int> lines;  // where each key was given

    void complain(int line, std::string key, std::string text) {
        problems.push_back({line, std::move(key), std::move(text)});
    }
    int line_of_key(const std::string& key) const {
        const auto found = lines.find(key);
        return found == lines.end() ? 0 : found->second;
    }
};

// Name and value: an environment variable, or a key from the command line.
using Pairs = std::vector<std::pair<std::string, std::string>>;

bool is_feature_id(std::string_view text);
bool is_role(std::string_view text);

// Puts `permissions` in, or says what is wrong with them.
void assign_role(Draft& draft, int line, const std::string& key, const std::string& role,
                 std::vector<std::string> permissions);

// The text of a YAML file into the draft.
void read_yaml(Draft& draft, const std::string& text);
// One key's value as text, lists comma separated: "listen.address", "features.quote.enabled", "auth.roles.agent".
// `name` is what problems call it. False: there is no such key.
bool assign_by_key(Draft& draft, const std::string& name, const std::string& key, const std::string& value,
                   const std::filesystem::path& folder);
// TIDEGATE_… of known sections; others are none of ours.
void read_environment(Draft& draft, const Pairs& environment);
// What no single key can be blamed for.
void check_rules(Draft& draft);

}  // namespace tidegate::config
