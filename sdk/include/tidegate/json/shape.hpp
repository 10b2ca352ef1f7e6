#pragma once

// Shape: the plain part of a JSON Schema, ready to look at a text in one pass and without a tree. It only ever says
// "surely valid": what it does not know (combinations, recursion, numbers at the edge) and what is invalid is for a
// full validator, which also says why. Immutable. [any-thread]

#include <tidegate/json/reader.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tg::json {

class Shape {
public:
    // `schema`: a schema of draft 7 as a value of nlohmann/json, or of a class like it.
    template <class Json>
    static Shape of(const Json& schema) {
        unsigned made_before = 0;
        return made(schema, Making<Json>{schema, made_before, 0});
    }

    // Bytes from 0x80 on are not looked at: the caller knows that the text is UTF-8.
    bool accepts(std::string_view text) const {
        Reader reader(text);
        return accepts(reader) && reader.finish();
    }

    // What a valid object or array asks of one member or element by itself, so that it stays valid with another one
    // that is accepted: of an object also with a new one, of an array only in place of one. Null: what is asked is not
    // plain, or depends on the others too.
    const Shape* member(std::string_view name) const {
        if (!known_ || max_members_ != SIZE_MAX || patterns_.size() > 1) return nullptr;
        if (const auto property = properties_.find(name); property != properties_.end()) {
            const Shape* shape = property->second.shape.get();
            return shape ? shape : &anything();
        }
        if (const Pattern* pattern = only_pattern_of(name)) return pattern->shape.get();
        if (no_others_ || !patterns_.empty()) return nullptr;
        return others_ ? others_.get() : &anything();
    }
    const Shape* element() const {
        if (!known_) return nullptr;
        return items_ ? items_.get() : &anything();
    }

private:
    static const Shape& anything() {
        static const Shape all;
        return all;
    }

    enum Type : std::uint8_t {
        kObject = 1,
        kArray = 2,
        kString = 4,
        kNumber = 8,
        kInteger = 16,
        kBoolean = 32,
        kNull = 64,
    };
    struct Property {
        std::unique_ptr<const Shape> shape;
        std::uint64_t required = 0;  // its bit, when it is
    };

    struct Pattern {
        std::regex expression;
        std::unique_ptr<const Shape> shape;
    };
    static constexpr unsigned kMaxDepth = 32;        // of the schema, references followed
    static constexpr unsigned kMaxShapes = 4096;     // in one schema: a definition is made wherever it is named
    static constexpr std::size_t kMaxMatched = 256;  // bytes: std::regex recurses per character

    template <class Json>
    struct Making {
        const Json& root;
        unsigned& shapes;
        unsigned depth;

        Making deeper() const { return {root, shapes, depth + 1}; }
    };

    template <class Json>
    static Shape made(const Json& schema, const Making<Json>& making) {
        Shape shape;
        if (schema.is_boolean()) {
            shape.known_ = schema.template get<bool>();
            return shape;
        }
        if (!schema.is_object() || making.depth == kMaxDepth || ++making.shapes > kMaxShapes) return unknown();
        if (const auto reference = schema.find("$ref"); reference != schema.end()) {
            const Json* named = schema.size() == 1 ? definition(*reference, making.root) : nullptr;
            return named ? made(*named, making.deeper()) : unknown();
        }
        for (const auto& [word, value] : schema.items())
            shape.known_ = shape.known_ && shape.take(word, value, making.deeper());
        // What is required is counted among the properties.
        shape.known_ = shape.known_ && shape.is_countable();
        return shape;
    }
    // What "#/definitions/NAME" names; null for any other reference.
    template <class Json>
    static const Json* definition(const Json& reference, const Json& root) {
        static constexpr std::string_view kPrefix = "#/definitions/";
        const auto text = reference.is_string() ? reference.template get<std::string>() : std::string();
        const auto all = root.find("definitions");
        if (!text.starts_with(kPrefix) || all == root.end()) return nullptr;
        const auto found = all->find(text.substr(kPrefix.size()));
        return found == all->end() ? nullptr : &*found;
    }

    static Shape unknown() {
        Shape shape;
        shape.known_ = false;
        return shape;
    }

    static std::uint8_t type_named(std::string_view name) {
        static constexpr std::pair<std::string_view, Type> kTypes[] = {
            {"object", kObject},   {"array", kArray},     {"string", kString}, {"number", kNumber},
            {"integer", kInteger}, {"boolean", kBoolean}, {"null", kNull}};
        for (const auto& [known, type] : kTypes)
            if (known == name) return type;
        return 0;
    }

    // False: a word that is not known here.
    template <class Json>
    bool take(const std::string& word, const Json& value, const Making<Json>& making) {
        static const std::set<std::string, std::less<>> kSilent = {"title",   "description", "$comment",   "examples",
                                                                   "default", "$schema",     "definitions"};
        if (kSilent.contains(word)) return true;
        if (word == "type") return take_types(value);
        if (word == "properties") return take_properties(value, making);
        if (word == "required") return take_required(value);
        if (word == "additionalProperties") return take_others(value, making);
        if (word == "patternProperties") return take_patterns(value, making);
        if (word == "items") return value.is_object() && (items_ = part(value, making), true);
        if (word == "pattern") return take_pattern(value);
        if (word == "enum") return take_enum(value);
        if (word == "const") return take_const(value);
        if (word == "minLength") return take_count(value, min_length_);
        if (word == "maxLength") return take_count(value, max_length_);
        if (word == "maxProperties") return take_count(value, max_members_);
        if (word == "minItems") return take_count(value, min_items_);
        if (word == "maxItems") return take_count(value, max_items_);
        if (word == "minimum") return take_bound(value, minimum_);
        if (word == "maximum") return take_bound(value, maximum_);
        return false;
    }
    template <class Json>
    bool take_types(const Json& value) {
        if (value.is_string()) return (types_ = type_named(value.template get<std::string>())) != 0;
        for (const auto& one : value) {
            const auto type = one.is_string() ? type_named(one.template get<std::string>()) : std::uint8_t{0};
            if (type == 0) return false;
            types_ |= type;
        }
        return types_ != 0;
    }
    template <class Json>
    static std::unique_ptr<const Shape> part(const Json& schema, const Making<Json>& making) {
        return std::make_unique<const Shape>(made(schema, making));
    }
    template <class Json>
    bool take_properties(const Json& value, const Making<Json>& making) {
        for (const auto& [name, schema] : value.items()) properties_[name].shape = part(schema, making);
        return true;
    }
    template <class Json>
    bool take_patterns(const Json& value, const Making<Json>& making) {
        for (const auto& [pattern, schema] : value.items())
            patterns_.push_back({std::regex(pattern), part(schema, making)});
        return true;
    }
    template <class Json>
    bool take_pattern(const Json& value) {
        if (!value.is_string()) return false;
        expression_.emplace(value.template get<std::string>());
        return true;
    }
    template <class Json>
    bool take_required(const Json& value) {
        for (const auto& name : value) {
            if (required_count_ == 64) return false;
            properties_[name.template get<std::string>()].required = std::uint64_t{1} << required_count_++;
        }
        return true;
    }
    template <class Json>
    bool take_others(const Json& value, const Making<Json>& making) {
        if (value.is_boolean())
            no_others_ = !value.template get<bool>();
        else
            others_ = part(value, making);
        return true;
    }
    template <class Json>
    bool take_enum(const Json& value) {
        if (has_choices_) return false;
        for (const auto& one : value) {
            if (!one.is_string()) return false;
            choices_.insert(one.template get<std::string>());
        }
        return has_choices_ = true;
    }
    template <class Json>
    bool take_const(const Json& value) {
        if (has_choices_ || !value.is_string()) return false;
        choices_.insert(value.template get<std::string>());
        return has_choices_ = true;
    }
    template <class Json>
    static bool take_count(const Json& value, std::size_t& out) {
        if (!value.is_number_unsigned()) return false;
        out = value.template get<std::size_t>();
        return true;
    }
    template <class Json>
    static bool take_bound(const Json& value, std::optional<double>& out) {
        if (!value.is_number()) return false;
        out = value.template get<double>();
        return true;
    }
    bool is_countable() const {
        if (!patterns_.empty() && !properties_.empty()) return false;
        return std::all_of(properties_.begin(), properties_.end(),
                           [](const auto& one) { return one.second.shape != nullptr; }) ||
               (!no_others_ && !others_);
    }

    bool allows(std::uint8_t type) const { return types_ == 0 || (types_ & type) != 0; }

    bool accepts(Reader& reader) const {
        if (!known_) return false;
        switch (reader.peek()) {
            case Kind::kObject:
                return allows(kObject) && !has_choices_ && accepts_object(reader);
            case Kind::kArray:
                return allows(kArray) && !has_choices_ && accepts_array(reader);
            case Kind::kString:
                return allows(kString) && accepts_string(reader);
            case Kind::kNumber:
                return !has_choices_ && accepts_number(reader);
            case Kind::kBool:
                return allows(kBoolean) && !has_choices_ && reader.skip();
            case Kind::kNull:
                return allows(kNull) && !has_choices_ && reader.null();
            default:
                return false;
        }
    }
    bool accepts_object(Reader& reader) const {
        std::uint64_t seen = 0;
        std::size_t count = 0;
        std::string_view name;
        if (!reader.enter_object()) return false;
        while (reader.next_member(name)) {
            const Shape* shape = others_.get();
            if (++count > max_members_) return false;
            if (const auto property = properties_.find(name); property != properties_.end()) {
                seen |= property->second.required;
                shape = property->second.shape.get();
            } else if (const Pattern* pattern = only_pattern_of(name)) {
                shape = pattern->shape.get();
            } else if (no_others_ || !patterns_.empty()) {
                return false;
            }
            if (shape ? !shape->accepts(reader) : !reader.skip()) return false;
        }
        const std::uint64_t all = required_count_ == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << required_count_) - 1;
        return reader.ok() && seen == all;
    }
    // Null when there is none, or when there may be several.
    const Pattern* only_pattern_of(std::string_view name) const {
        if (patterns_.size() != 1 || name.size() > kMaxMatched) return nullptr;
        const bool matches = std::regex_search(name.begin(), name.end(), patterns_.front().expression);
        return matches ? &patterns_.front() : nullptr;
    }
    bool accepts_array(Reader& reader) const {
        std::size_t count = 0;
        if (!reader.enter_array()) return false;
        while (reader.next_element()) {
            ++count;
            if (items_ ? !items_->accepts(reader) : !reader.skip()) return false;
        }
        return reader.ok() && count >= min_items_ && count <= max_items_;
    }
    bool accepts_string(Reader& reader) const {
        if (!has_choices_ && !expression_ && min_length_ == 0 && max_length_ == SIZE_MAX) return reader.skip();
        std::string text;
        if (!reader.string(text)) return false;
        const auto begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
        const auto length = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
        if (length < min_length_ || length > max_length_ || (has_choices_ && !choices_.contains(text))) return false;
        return !expression_ || (text.size() <= kMaxMatched && std::regex_search(text, *expression_));
    }
    bool accepts_number(Reader& reader) const {
        std::string_view token;
        if (!reader.number(token)) return false;
        const bool whole = token.find_first_of(".eE") == std::string_view::npos && token != "-0" && token.size() < 16;
        const bool plain = token.size() < 16 && token.find_first_of("eE") == std::string_view::npos;
        if (!(whole ? allows(kInteger | kNumber) : plain && allows(kNumber))) return false;
        if (!minimum_ && !maximum_) return true;
        double value = 0;
        const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
        return error == std::errc() && end == token.data() + token.size() && value >= minimum_.value_or(value) &&
               value <= maximum_.value_or(value);
    }

    bool known_ = true;
    std::uint8_t types_ = 0;  // 0: any
    bool no_others_ = false;
    bool has_choices_ = false;
    unsigned required_count_ = 0;
    std::map<std::string, Property, std::less<>> properties_;
    std::unique_ptr<const Shape> others_, items_;
    std::set<std::string, std::less<>> choices_;
    std::size_t min_length_ = 0, max_length_ = SIZE_MAX;
    std::size_t min_items_ = 0, max_items_ = SIZE_MAX;
    std::size_t max_members_ = SIZE_MAX;
    std::optional<std::regex> expression_;
    std::vector<Pattern> patterns_;
    std::optional<double> minimum_, maximum_;
};

}  // namespace tg::json
