#include "rating/json_value.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace tidegate::rating {
namespace {

constexpr std::size_t kMaxDepth = 64;

class TreeBuilder {
public:
    TreeBuilder(JsonValue& root, std::string& error) : root_(root), error_(error) {}

    bool null() { return place(JsonValue::Kind::kNull, {}, false) != nullptr; }
    bool boolean(bool value) { return place(JsonValue::Kind::kBoolean, {}, value) != nullptr; }
    bool number_integer(std::int64_t value) { return number(std::to_string(value)); }
    bool number_unsigned(std::uint64_t value) { return number(std::to_string(value)); }
    bool number_float(double, const std::string& token) { return number(token); }
    bool string(std::string& value) { return place(JsonValue::Kind::kString, std::move(value), false) != nullptr; }
    bool binary(nlohmann::json::binary_t&) { return false; }
    bool start_object(std::size_t) { return open(JsonValue::Kind::kObject); }
    bool start_array(std::size_t) { return open(JsonValue::Kind::kArray); }
    bool key(std::string& name) {
        open_.back()->members.push_back({std::move(name), {}});
        return true;
    }
    bool end_object() {
        const bool distinct = members_are_distinct(*open_.back());
        open_.pop_back();
        return distinct;
    }
    bool end_array() {
        open_.pop_back();
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& problem) {
        const std::string_view what = problem.what();
        const std::size_t reason = what.rfind("; ");
        error_ = "not JSON at byte " + std::to_string(position) + ": " +
                 std::string(reason == std::string_view::npos ? what : what.substr(0, reason));
        return false;
    }

private:
    bool number(std::string token) { return place(JsonValue::Kind::kNumber, std::move(token), false) != nullptr; }

    JsonValue* place(JsonValue::Kind kind, std::string text, bool truth) {
        JsonValue* slot = &root_;
        if (!open_.empty()) {
            JsonValue& parent = *open_.back();
            slot = parent.is_object() ? &parent.members.back().value : &parent.items.emplace_back();
        }
        slot->kind = kind;
        slot->text = std::move(text);
        slot->truth = truth;
        return slot;
    }

    bool open(JsonValue::Kind kind) {
        if (open_.size() == kMaxDepth) {
            error_ = "JSON nested deeper than 64 levels";
            return false;
        }
        open_.push_back(place(kind, {}, false));
        return true;
    }

    bool members_are_distinct(const JsonValue& object) {
        std::vector<std::string_view> names;
        names.reserve(object.members.size());
        for (const JsonMember& member : object.members) names.push_back(member.name);
        std::sort(names.begin(), names.end());
        const auto twice = std::adjacent_find(names.begin(), names.end());
        if (twice == names.end()) return true;
        error_ = "the member \"" + std::string(*twice) + "\" stands twice in one object";
        return false;
    }

    JsonValue& root_;
    std::string& error_;
    std::vector<JsonValue*> open_;
};

void write_canonical(const JsonValue& value, JsonWriter& out) {
    switch (value.kind) {
        case JsonValue::Kind::kNull:
            out.null();
            return;
        case JsonValue::Kind::kBoolean:
            out.boolean(value.truth);
            return;
        case JsonValue::Kind::kNumber:
            out.raw(value.text);
            return;
        case JsonValue::Kind::kString:
            out.string(value.text);
            return;
        case JsonValue::Kind::kArray:
            out.begin_array();
            for (const JsonValue& item : value.items) write_canonical(item, out);
            out.end_array();
            return;
        case JsonValue::Kind::kObject:
            break;
    }
    std::vector<const JsonMember*> sorted;
    for (const JsonMember& member : value.members) sorted.push_back(&member);
    std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
    out.begin_object();
    for (const JsonMember* member : sorted) {
        out.key(member->name);
        write_canonical(member->value, out);
    }
    out.end_object();
}

void append_quoted(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out.push_back('"');
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "\\\"";
                continue;
            case '\\':
                out += "\\\\";
                continue;
            case '\n':
                out += "\\n";
                continue;
            case '\r':
                out += "\\r";
                continue;
            case '\t':
                out += "\\t";
                continue;
            default:
                break;
        }
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20) {
            out.push_back(c);
            continue;
        }
        out += "\\u00";
        out.push_back(kHex[byte >> 4]);
        out.push_back(kHex[byte & 0xF]);
    }
    out.push_back('"');
}

}  // namespace

const JsonValue* JsonValue::find(std::string_view name) const {
    for (const JsonMember& member : members) {
        if (member.name == name) return &member.value;
    }
    return nullptr;
}

std::optional<JsonValue> parse_json(std::string_view text, std::string& error) {
    JsonValue root;
    error.clear();
    TreeBuilder builder(root, error);
    if (nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return root;
    if (error.empty()) error = "not JSON";
    return std::nullopt;
}

std::string canonical_json(const JsonValue& value) {
    JsonWriter out;
    write_canonical(value, out);
    return out.take();
}

std::string json_quote(std::string_view text) {
    std::string out;
    append_quoted(out, text);
    return out;
}

void JsonWriter::separate() {
    if (need_comma_) out_.push_back(',');
    need_comma_ = true;
}

JsonWriter& JsonWriter::begin_object() {
    separate();
    out_.push_back('{');
    need_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::end_object() {
    out_.push_back('}');
    need_comma_ = true;
    return *this;
}

JsonWriter& JsonWriter::begin_array() {
    separate();
    out_.push_back('[');
    need_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::end_array() {
    out_.push_back(']');
    need_comma_ = true;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    separate();
    append_quoted(out_, name);
    out_.push_back(':');
    need_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
    separate();
    append_quoted(out_, text);
    return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t value) { return raw(std::to_string(value)); }
JsonWriter& JsonWriter::boolean(bool value) { return raw(value ? "true" : "false"); }
JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
}

}  // namespace tidegate::rating
