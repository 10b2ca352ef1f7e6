// Reads one JSON object of a manual, member by member, collecting every problem with its path instead of stopping at
// the first. Numbers of money and rates must be strings. Internal to the loading of manuals.
// Thread rule: [any-thread], lives within one load.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rating/json_value.hpp"
#include "rating/manual.hpp"

namespace tidegate::rating {

using Problems = std::vector<Problem>;

class ManualNode {
public:
    ManualNode(const JsonValue& value, std::string path, Problems& problems)
        : value_(value), path_(std::move(path)), problems_(problems) {}

    const JsonValue& value() const { return value_; }
    const std::string& path() const { return path_; }
    std::string path_of(std::string_view name) const;
    void refuse(std::string text) const { problems_.push_back({path_, std::move(text)}); }
    void refuse(std::string_view name, std::string text) const {
        problems_.push_back({path_of(name), std::move(text)});
    }

    bool is_object() const;                                          // refuses when it is none
    void only(std::initializer_list<std::string_view> names) const;  // refuses members of any other name
    bool has(std::string_view name) const { return value_.find(name) != nullptr; }

    std::string text(std::string_view name, bool required = true) const;
    std::optional<Decimal> decimal(std::string_view name, bool required = true) const;
    std::optional<int> integer(std::string_view name, bool required = true) const;
    bool boolean(std::string_view name) const;  // absent = false
    std::vector<std::string> texts(std::string_view name, bool required = true) const;

    std::optional<ManualNode> object(std::string_view name, bool required = true) const;
    std::vector<ManualNode> array(std::string_view name, bool required = true) const;
    std::vector<std::pair<std::string, ManualNode>> members() const;

private:
    const JsonValue* member(std::string_view name, bool required) const;

    const JsonValue& value_;
    std::string path_;
    Problems& problems_;
};

}  // namespace tidegate::rating
