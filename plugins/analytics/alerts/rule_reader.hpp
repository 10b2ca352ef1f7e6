// RuleReader: takes one rule's members from the configuration and remembers the first that is wrong, with its place.
// Not here: what the members mean together.
// Thread rule: one thread at a time.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace tidegate::analytics {

class RuleReader {
public:
    RuleReader(const nlohmann::json& from, std::size_t at) : from_(from), place_("alerts[" + std::to_string(at) + "]") {
        if (!from_.is_object()) {
            fail("", "is not an object");
            return;
        }
        const std::string id = text("rule", true);
        if (!id.empty() && !is_name(id)) fail("rule", "is not a name (a-z 0-9 _ . -, at most 64)");
        if (problem_.empty()) place_ = "alert rule '" + id + "'";
    }

    bool ok() const { return problem_.empty(); }
    const std::string& problem() const { return problem_; }
    const std::string& place() const { return place_; }

    void fail(const std::string& member, const std::string& why) {
        if (problem_.empty()) problem_ = place_ + (member.empty() ? " " : ": '" + member + "' ") + why;
    }
    bool has(const char* member) const { return from_.is_object() && from_.contains(member); }

    std::string text(const char* member, bool needed, std::size_t longest = 500) {
        known_.emplace_back(member);
        if (!has(member)) {
            if (needed) fail(member, "is missing");
            return {};
        }
        if (!from_[member].is_string()) {
            fail(member, "is not a text");
            return {};
        }
        std::string out = from_[member].get<std::string>();
        if (needed && out.empty()) fail(member, "is empty");
        if (out.size() > longest) fail(member, "is longer than " + std::to_string(longest) + " bytes");
        return out;
    }
    std::optional<double> number(const char* member) {
        known_.emplace_back(member);
        if (!has(member)) return std::nullopt;
        if (!from_[member].is_number() || !std::isfinite(from_[member].get<double>())) {
            fail(member, "is not a number");
            return std::nullopt;
        }
        return from_[member].get<double>();
    }
    std::int64_t integer(const char* member, std::int64_t otherwise, std::int64_t least, std::int64_t most) {
        known_.emplace_back(member);
        if (!has(member)) return otherwise;
        if (!from_[member].is_number_integer() || from_[member] < least || from_[member] > most) {
            fail(member, "is not an integer from " + std::to_string(least) + " to " + std::to_string(most));
            return otherwise;
        }
        return from_[member].get<std::int64_t>();
    }
    std::vector<std::string> texts(const char* member, const std::vector<std::string>* among) {
        known_.emplace_back(member);
        std::vector<std::string> out;
        if (!has(member)) return out;
        const nlohmann::json& all = from_[member];
        if (!all.is_array() || all.size() > 16) fail(member, "is not a list of at most 16 texts");
        for (const nlohmann::json& one : all) {
            if (!one.is_string() || one.get<std::string>().empty()) {
                fail(member, "is not a list of texts");
                continue;
            }
            out.push_back(one.get<std::string>());
            if (among && std::find(among->begin(), among->end(), out.back()) == among->end())
                fail(member, "names '" + out.back() + "', which is none of the dashboards");
        }
        return out;
    }
    std::optional<std::size_t> choice(const char* member, const std::vector<std::string>& among) {
        const std::string chosen = text(member, false);
        if (!has(member) || !ok()) return std::nullopt;
        const auto found = std::find(among.begin(), among.end(), chosen);
        if (found != among.end()) return static_cast<std::size_t>(found - among.begin());
        std::string words;
        for (const std::string& word : among) words += (words.empty() ? "" : ", ") + word;
        fail(member, "is none of " + words);
        return std::nullopt;
    }
    const nlohmann::json* object(const char* member) {
        known_.emplace_back(member);
        if (!has(member)) return nullptr;
        if (from_[member].is_object()) return &from_[member];
        fail(member, "is not an object");
        return nullptr;
    }
    void no_others() {
        if (!ok()) return;
        for (const auto& [name, value] : from_.items())
            if (std::find(known_.begin(), known_.end(), name) == known_.end()) fail(name, "is no member of a rule");
    }

private:
    static bool is_name(const std::string& text) {
        const auto fits = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
        };
        return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), fits);
    }

    const nlohmann::json& from_;
    std::string place_;
    std::string problem_;
    std::vector<std::string> known_;
};

}  // namespace tidegate::analytics
