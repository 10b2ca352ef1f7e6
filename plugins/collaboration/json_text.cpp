#include "json_text.hpp"

#include <charconv>
#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>

#include "quote_document/field_path.hpp"

namespace tidegate::collaboration {
namespace {

using tg::json::Kind;
using tg::json::Reader;

// An object's "id" is its place in an array, which a path may well name.
bool is_good_name(std::string_view name) {
    return name == "id" || (name.find('/') == std::string_view::npos && !quote::check_field(name));
}

std::optional<std::string> check_container(Reader& in, std::size_t& parts);

std::optional<std::string> check_part(Reader& in, std::size_t& parts) {
    if (++parts > kMaxValueParts) return "the value has more than 1,000 parts";
    const Kind kind = in.peek();
    if (kind == Kind::kObject || kind == Kind::kArray) return check_container(in, parts);
    in.skip();
    return std::nullopt;
}

std::optional<std::string> check_container(Reader& in, std::size_t& parts) {
    if (in.depth() >= kMaxValueDepth) return "the value is nested deeper than 16 levels";
    if (in.peek() == Kind::kArray) {
        in.enter_array();
        while (in.next_element()) {
            if (auto why = check_part(in, parts)) return why;
        }
        return std::nullopt;
    }
    in.enter_object();
    std::string_view name;
    while (in.next_member(name)) {
        if (!is_good_name(name)) return "the value has a member whose name is not allowed";
        if (auto why = check_part(in, parts)) return why;
    }
    return std::nullopt;
}

std::string_view raw_of(Reader& in) {
    std::string_view text;
    in.raw(text);
    return text;
}

bool has_id(std::string_view element, std::string_view id) {
    Reader in(element);
    std::string_view name;
    if (in.peek() != Kind::kObject || !in.enter_object()) return false;
    while (in.next_member(name)) {
        if (name != "id") continue;
        if (in.peek() != Kind::kString) return raw_of(in) == id;
        std::string own;
        return in.string(own) && own == id;
    }
    return false;
}

std::string_view member_of(std::string_view object, std::string_view wanted) {
    Reader in(object);
    std::string_view name;
    in.enter_object();
    while (in.next_member(name)) {
        if (name == wanted) return raw_of(in);
    }
    return {};
}

std::string_view element_of(std::string_view array, std::string_view segment) {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(segment.data(), segment.data() + segment.size(), index);
    const bool is_index = error == std::errc() && end == segment.data() + segment.size();
    std::string_view by_index;
    Reader in(array);
    in.enter_array();
    for (std::size_t n = 0; in.next_element(); ++n) {
        const std::string_view element = raw_of(in);
        if (has_id(element, segment)) return element;
        if (is_index && n == index) by_index = element;
    }
    return by_index;
}

}  // namespace

std::optional<std::string> check_value(std::string_view json) {
    if (json.size() > kMaxValueBytes) return "the value is larger than 16 KiB";
    Reader in(json);
    std::size_t parts = 0;
    if (auto why = check_part(in, parts)) return why;
    if (!in.finish()) return std::string(in.error());
    return std::nullopt;
}

std::string value_at(std::string_view json, std::string_view path) {
    while (!path.empty()) {
        const std::size_t slash = path.find('/');
        const std::string_view segment = path.substr(0, slash);
        path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
        const Kind kind = Reader(json).peek();
        if (kind != Kind::kObject && kind != Kind::kArray) return {};
        json = kind == Kind::kObject ? member_of(json, segment) : element_of(json, segment);
    }
    return std::string(json);
}

std::string nested(std::string_view path, std::string_view value) {
    const std::size_t slash = path.find('/');
    tg::json::Writer out;
    out.begin_object().key(path.substr(0, slash));
    out.raw(slash == std::string_view::npos ? std::string(value) : nested(path.substr(slash + 1), value));
    return out.end_object().take();
}

std::vector<std::pair<std::string, std::string>> members_of(std::string_view object) {
    std::vector<std::pair<std::string, std::string>> out;
    Reader in(object);
    std::string_view name;
    if (!in.enter_object()) return out;
    while (in.next_member(name)) {
        std::string key(name);
        out.emplace_back(std::move(key), std::string(raw_of(in)));
    }
    return out;
}

std::string json_string(std::string_view text) {
    std::string out;
    tg::json::append_string(out, text);
    return out;
}

}  // namespace tidegate::collaboration
