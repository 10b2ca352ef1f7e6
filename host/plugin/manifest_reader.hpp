#pragma once

// ObjectReader: takes members out of one JSON object of a manifest and notes every problem with its place, unknown
// members included. Private to the manifest's parser. Not thread-safe.

#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::plugin {

using nlohmann::json;
using Problems = std::vector<std::string>;

class ObjectReader {
public:
    ObjectReader(const json& value, std::string place, Problems& problems)
        : value_(value), place_(std::move(place)), problems_(problems) {
        if (!value.is_object()) note("", "must be an object");
    }
    ~ObjectReader() {
        if (!value_.is_object()) return;
        for (const auto& [name, ignored] : value_.items())
            if (!known_.contains(name)) note(name, "unknown key");
    }
    ObjectReader(const ObjectReader&) = delete;
    ObjectReader& operator=(const ObjectReader&) = delete;

    const json* find(const char* name) {
        known_.insert(name);
        if (!value_.is_object()) return nullptr;
        const auto found = value_.find(name);
        return found == value_.end() ? nullptr : &*found;
    }
    std::string required_text(const char* name) {
        const json* found = find(name);
        if (!found && value_.is_object()) note(name, "missing");
        return found ? text_of(name, *found) : std::string{};
    }
    std::string text(const char* name, std::string fallback = {}) {
        const json* found = find(name);
        return found ? text_of(name, *found) : fallback;
    }
    std::uint32_t number(const char* name, std::uint32_t fallback, std::uint32_t min = 0,
                         std::uint32_t max = std::numeric_limits<std::uint32_t>::max()) {
        const json* found = find(name);
        if (!found) return fallback;
        if (!found->is_number_unsigned() || found->get<std::uint64_t>() < min || found->get<std::uint64_t>() > max) {
            note(name, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
            return fallback;
        }
        return found->get<std::uint32_t>();
    }
    bool boolean(const char* name, bool fallback) {
        const json* found = find(name);
        if (!found) return fallback;
        if (!found->is_boolean()) note(name, "must be true or false");
        return found->is_boolean() ? found->get<bool>() : fallback;
    }
    std::vector<std::string> texts(const char* name) {
        std::vector<std::string> out;
        each(name, [&](const json& item, const std::string& place) {
            if (item.is_string())
                out.push_back(item.get<std::string>());
            else
                problems_.push_back(place + ": must be a text");
        });
        return out;
    }
    // body(item, place) for every element of the array `name`.
    template <class Body>
    void each(const char* name, Body&& body) {
        const json* found = find(name);
        if (!found) return;
        if (!found->is_array()) return note(name, "must be a list");
        for (std::size_t i = 0; i < found->size(); ++i)
            body((*found)[i], place_of(name) + "[" + std::to_string(i) + "]");
    }
    // An object kept as JSON text; empty when absent.
    std::string object_text(const char* name) {
        const json* found = find(name);
        if (!found) return {};
        if (!found->is_object()) note(name, "must be an object");
        return found->is_object() ? found->dump() : std::string{};
    }
    void note(std::string_view name, const std::string& problem) {
        problems_.push_back(place_of(name) + ": " + problem);
    }
    std::string place_of(std::string_view name) const {
        if (place_.empty()) return name.empty() ? std::string("manifest") : std::string(name);
        return name.empty() ? place_ : place_ + "." + std::string(name);
    }

private:
    std::string text_of(const char* name, const json& value) {
        if (!value.is_string()) note(name, "must be a text");
        return value.is_string() ? value.get<std::string>() : std::string{};
    }

    const json& value_;
    const std::string place_;
    Problems& problems_;
    std::set<std::string, std::less<>> known_;
};

}  // namespace tidegate::plugin
