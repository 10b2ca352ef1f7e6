#include "adapters/documents/json_tree.hpp"

#include "adapters/documents/limits.hpp"

#include <simdjson.h>
#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>

namespace tidegate {
namespace {

constexpr std::size_t kSmallNumber = 16;  // surely within the range of a double

// The SDK's reader does the syntax; this keeps the text of numbers, and refuses a member that comes twice.
class Parser {
public:
    explicit Parser(std::string_view text) : reader_(text) {}

    Result<JsonTree> run(std::string_view text) {
        JsonTree root;
        if (!simdjson::validate_utf8(text.data(), text.size())) return fail(Errc::kInvalid, "not UTF-8");
        if (read(root) && reader_.finish()) return root;
        if (!failure_.empty()) return fail(Errc::kInvalid, failure_);
        return fail(Errc::kInvalid, "not JSON at byte " + std::to_string(reader_.offset()));
    }

private:
    using Kind = tg::json::Kind;

    // Recursion is bounded by the reader's depth.
    bool read(JsonTree& out) {
        switch (reader_.peek()) {
            case Kind::kObject:
                return read_object(out);
            case Kind::kArray:
                return read_array(out);
            case Kind::kString: {
                std::string text;
                if (!reader_.string(text)) return false;
                out = JsonTree(std::move(text));
                return true;
            }
            case Kind::kNumber:
                return read_number(out);
            case Kind::kBool: {
                bool value = false;
                if (!reader_.boolean(value)) return false;
                out = JsonTree(value);
                return true;
            }
            default:
                return reader_.null();
        }
    }
    bool is_shallow() {
        if (reader_.depth() <= document_limits::kJsonDepth) return true;
        failure_ = "nested deeper than " + std::to_string(document_limits::kJsonDepth);
        return false;
    }
    bool read_object(JsonTree& out) {
        if (!reader_.enter_object() || !is_shallow()) return false;
        JsonTree::Object members;
        std::string_view name;
        while (reader_.next_member(name)) {
            const auto [member, fresh] = members.emplace(name, JsonTree());
            if (!fresh) {
                failure_ = "member '" + std::string(name.substr(0, 64)) + "' stands twice in one object";
                return false;
            }
            if (!read(member->second)) return false;
        }
        out = JsonTree(std::move(members));
        return reader_.ok();
    }
    bool read_array(JsonTree& out) {
        if (!reader_.enter_array() || !is_shallow()) return false;
        JsonTree::Array items;
        while (reader_.next_element()) {
            if (!read(items.emplace_back())) return false;
        }
        out = JsonTree(std::move(items));
        return reader_.ok();
    }
    bool read_number(JsonTree& out) {
        std::string_view token;
        if (!reader_.number(token)) return false;
        if (!is_in_range(token)) {
            failure_ = "a number beyond a double's range";
            return false;
        }
        out = JsonTree(JsonTree::Number{std::string(token)});
        return true;
    }
    // What is too small for a double is 0 to whoever reads it as one; what is too large is nothing.
    static bool is_in_range(std::string_view token) {
        constexpr std::size_t kSurelyInRange = 300;
        if (token.size() < kSurelyInRange && token.find_first_of("eE") == std::string_view::npos) return true;
        return std::isfinite(std::strtod(std::string(token).c_str(), nullptr));
    }

    tg::json::Reader reader_;
    std::string failure_;
};

}  // namespace

Result<JsonTree> JsonTree::parse(std::string_view text) { return Parser(text).run(text); }

bool JsonTree::is_dumped(std::string_view text) {
    using Kind = tg::json::Kind;
    if (!simdjson::validate_utf8(text.data(), text.size())) return false;
    tg::json::Reader reader(text);
    std::string_view name, last, value;
    std::size_t bytes = 2;  // the braces; what is between the members and in them is counted
    if (!reader.enter_object()) return false;
    while (reader.next_member(name)) {
        const auto kind = reader.peek();
        if (kind == Kind::kObject || kind == Kind::kArray || !reader.raw(value)) return false;
        if (kind == Kind::kNumber && (value.size() >= kSmallNumber || value.find_first_of("eE") != value.npos))
            return false;
        const auto key = reader.key_token();
        if (key.find('\\') != key.npos || value.find('\\') != value.npos) return false;
        if (bytes > 2 && name <= last) return false;
        bytes += key.size() + 1 + value.size() + (bytes > 2 ? 1 : 0);
        last = name;
    }
    return reader.finish() && bytes == text.size();
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

void append_json_string(std::string& out, std::string_view text) { tg::json::append_string(out, text); }

}  // namespace tidegate
