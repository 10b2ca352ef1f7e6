// JSON read without losing a digit: numbers keep their text, members their order, and a repeated member is an error.
// Not a general JSON library: just what manuals, quote data and traces need, and a writer of canonical text.
// Thread rule: [any-thread], a value type.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidegate::rating {

struct JsonMember;

struct JsonValue {
    enum class Kind { kNull, kBoolean, kNumber, kString, kArray, kObject };

    Kind kind = Kind::kNull;
    bool truth = false;
    std::string text;  // of a string, or the token of a number
    std::vector<JsonValue> items;
    std::vector<JsonMember> members;

    bool is(Kind wanted) const { return kind == wanted; }
    bool is_object() const { return kind == Kind::kObject; }
    bool is_array() const { return kind == Kind::kArray; }
    bool is_string() const { return kind == Kind::kString; }
    const JsonValue* find(std::string_view name) const;  // nullptr when absent or not an object
};

struct JsonMember {
    std::string name;
    JsonValue value;
};

// At most 64 levels deep; nullopt with `error` filled when the text is not JSON.
std::optional<JsonValue> parse_json(std::string_view text, std::string& error);

// Members sorted by name, no white space.
std::string canonical_json(const JsonValue& value);

std::string json_quote(std::string_view text);

// Writes JSON text in the order of the calls.
class JsonWriter {
public:
    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);
    JsonWriter& string(std::string_view text);
    JsonWriter& integer(std::int64_t value);
    JsonWriter& boolean(bool value);
    JsonWriter& null();
    JsonWriter& raw(std::string_view json);
    JsonWriter& field(std::string_view name, std::string_view text) { return key(name).string(text); }

    const std::string& text() const { return out_; }
    std::string take() { return std::move(out_); }

private:
    void separate();

    std::string out_;
    bool need_comma_ = false;
};

}  // namespace tidegate::rating
