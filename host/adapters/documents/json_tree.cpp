#include "adapters/documents/json_tree.hpp"

#include "adapters/documents/limits.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tidegate {
namespace {

// nlohmann's lexer does the syntax and the UTF-8; this keeps what its own tree would lose: the text of numbers, and
// that a member came twice.
class Builder {
public:
    bool null() { return put(JsonTree()); }
    bool boolean(bool value) { return put(JsonTree(value)); }
    bool number_integer(std::int64_t value) {
        // The lexer calls "-0" the signed integer 0.
        return put(JsonTree(JsonTree::Number{value == 0 ? "-0" : std::to_string(value)}));
    }
    bool number_unsigned(std::uint64_t value) { return put(JsonTree(JsonTree::Number{std::to_string(value)})); }
    bool number_float(double, const std::string& token) { return put(JsonTree(JsonTree::Number{token})); }
    bool string(std::string& value) { return put(JsonTree(std::move(value))); }
    bool binary(nlohmann::json::binary_t&) { return false; }
    bool start_object(std::size_t) { return open(JsonTree(JsonTree::Object())); }
    bool start_array(std::size_t) { return open(JsonTree(JsonTree::Array())); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string& name) {
        auto [member, fresh] = open_.back()->object()->emplace(name, JsonTree());
        if (!fresh) {
            failure_ = "member '" + name.substr(0, 64) + "' stands twice in one object";
            return false;
        }
        slot_ = &member->second;
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) {
        failure_ = "not JSON at byte " + std::to_string(position);
        return false;
    }

    JsonTree& root() { return root_; }
    const std::string& failure() const { return failure_; }

private:
    JsonTree* put(JsonTree&& value, int) {
        JsonTree* slot = slot_;
        if (!open_.empty() && open_.back()->array()) slot = &open_.back()->array()->emplace_back();
        *slot = std::move(value);
        return slot;
    }
    bool put(JsonTree&& value) { return put(std::move(value), 0) != nullptr; }
    bool open(JsonTree&& container) {
        if (open_.size() == document_limits::kJsonDepth) {
            failure_ = "nested deeper than " + std::to_string(document_limits::kJsonDepth);
            return false;
        }
        open_.push_back(put(std::move(container), 0));
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }

    JsonTree root_;
    JsonTree* slot_ = &root_;  // where the next value of an object, or the root, goes
    std::vector<JsonTree*> open_;
    std::string failure_ = "not JSON";
};

}  // namespace

Result<JsonTree> JsonTree::parse(std::string_view text) {
    Builder builder;
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return fail(Errc::kInvalid, builder.failure());
    return std::move(builder.root());
}

std::string JsonTree::dump() const {
    std::string out;
    dump_to(out);
    return out;
}

std::size_t JsonTree::depth() const {
    std::size_t below = 0;
    if (const auto* items = array()) {
        for (const auto& item : *items) below = std::max(below, item.depth());
        return below + 1;
    }
    if (const auto* members = object()) {
        for (const auto& [name, value] : *members) below = std::max(below, value.depth());
        return below + 1;
    }
    return 0;
}

void JsonTree::dump_to(std::string& out) const {
    if (const auto* flag = boolean()) {
        out += *flag ? "true" : "false";
    } else if (const auto* digits = number()) {
        out += digits->token;
    } else if (const auto* text = string()) {
        append_json_string(out, *text);
    } else if (const auto* items = array()) {
        out += '[';
        for (std::size_t i = 0; i < items->size(); ++i) {
            if (i) out += ',';
            (*items)[i].dump_to(out);
        }
        out += ']';
    } else if (const auto* members = object()) {
        out += '{';
        bool first = true;
        for (const auto& [name, value] : *members) {
            if (!std::exchange(first, false)) out += ',';
            append_json_string(out, name);
            out += ':';
            value.dump_to(out);
        }
        out += '}';
    } else {
        out += "null";
    }
}

void append_json_string(std::string& out, std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    out += '"';
    std::size_t copied = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && c != '"' && c != '\\') continue;
        out.append(text, copied, at - copied);
        copied = at + 1;
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else {
            out += "\\u00";
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        }
    }
    out.append(text, copied);
    out += '"';
}

}  // namespace tidegate
