#pragma once

// JsonTree: a JSON value whose numbers are the text they were written in, because money never passes through a double.
// Objects keep their members in byte order, so equal documents have equal text. Not a general JSON library: parse,
// dump, and the plain containers to edit in between. Values; no thread rule.

#include "base/result.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tidegate {

class JsonTree {
public:
    struct Number {
        std::string token;
        bool operator==(const Number&) const = default;
    };
    using Array = std::vector<JsonTree>;
    using Object = std::map<std::string, JsonTree, std::less<>>;

    JsonTree() = default;  // null
    explicit JsonTree(bool value) : value_(value) {}
    explicit JsonTree(Number value) : value_(std::move(value)) {}
    explicit JsonTree(std::string value) : value_(std::move(value)) {}
    explicit JsonTree(Array value) : value_(std::move(value)) {}
    explicit JsonTree(Object value) : value_(std::move(value)) {}

    // kInvalid: not RFC 8259 in UTF-8, a member twice in one object, deeper than 56, or a number beyond a double's
    // range.
    static Result<JsonTree> parse(std::string_view text);
    std::string dump() const;
    // Whether the text surely is what dump() makes of an object of texts without escapes, small numbers and words;
    // false where only parse() can tell. Makes no tree.
    static bool is_dumped(std::string_view text);
    void dump_to(std::string& out) const;

    // Equal documents have equal text: 1 is not 1.0, and the order of members was never kept.
    bool operator==(const JsonTree&) const = default;

    // Null unless the value is of that kind.
    const bool* boolean() const { return std::get_if<bool>(&value_); }
    const Number* number() const { return std::get_if<Number>(&value_); }
    const std::string* string() const { return std::get_if<std::string>(&value_); }
    const Array* array() const { return std::get_if<Array>(&value_); }
    const Object* object() const { return std::get_if<Object>(&value_); }
    Array* array() { return std::get_if<Array>(&value_); }
    Object* object() { return std::get_if<Object>(&value_); }

    // How many containers are nested, this one included; 0 for a scalar.
    std::size_t depth() const;

private:
    std::variant<std::monostate, bool, Number, std::string, Array, Object> value_;
};

// `text` as a JSON string, quotes included.
void append_json_string(std::string& out, std::string_view text);

}  // namespace tidegate
