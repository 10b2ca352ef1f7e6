#include "wire/http_target.hpp"

#include "wire/utf8.hpp"

#include <algorithm>

namespace tidegate {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_visible(char c) { return c > 0x20 && c < 0x7F; }
bool is_control_character(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

bool is_clean_text(std::string_view text) {
    return std::none_of(text.begin(), text.end(), is_control_character) && is_valid_utf8(text);
}

bool has_encoded_slash(std::string_view raw_path) {
    for (std::size_t at = raw_path.find('%'); at != std::string_view::npos; at = raw_path.find('%', at + 1)) {
        const std::string_view digits = raw_path.substr(at + 1, 2);
        if (digits == "2F" || digits == "2f") return true;
    }
    return false;
}

// An empty last segment ("/a/") is no empty segment in between.
const char* refuse_segments(std::string_view path) {
    std::string_view rest = path.substr(1);
    while (true) {
        const std::size_t slash = rest.find('/');
        const std::string_view segment = rest.substr(0, slash);
        if (segment == "." || segment == "..") return "dot segment in path";
        if (slash == std::string_view::npos) return nullptr;
        if (segment.empty()) return "empty segment in path";
        rest = rest.substr(slash + 1);
    }
}

TargetResult refused(const char* reason) { return {std::nullopt, reason}; }

}  // namespace

TargetResult parse_target(std::string_view target) {
    if (target.empty() || target.front() != '/') return refused("target is not in origin form");
    if (!std::all_of(target.begin(), target.end(), is_visible)) return refused("bad character in target");
    if (target.find('#') != std::string_view::npos) return refused("fragment in target");

    const std::size_t mark = target.find('?');
    const std::string_view raw_path = target.substr(0, mark);
    if (raw_path.find('\\') != std::string_view::npos) return refused("backslash in path");
    if (has_encoded_slash(raw_path)) return refused("encoded slash in path");
    std::optional<std::string> path = percent_decode(raw_path, false);
    if (!path) return refused("broken percent-encoding in path");
    if (!is_clean_text(*path)) return refused("path is not clean UTF-8");
    if (const char* reason = refuse_segments(*path)) return refused(reason);

    const std::string_view query = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
    return {RequestTarget{std::move(*path), std::string(query)}, nullptr};
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '+' && plus_is_space) {
            decoded += ' ';
        } else if (text[at] != '%') {
            decoded += text[at];
        } else {
            if (text.size() - at < 3) return std::nullopt;
            const int high = hex_value(text[at + 1]);
            const int low = hex_value(text[at + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            decoded += static_cast<char>(high * 16 + low);
            at += 2;
        }
    }
    return decoded;
}

std::optional<std::string> query_parameter(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
        const std::size_t equals = pair.find('=');
        const std::optional<std::string> pair_name = percent_decode(pair.substr(0, equals), true);
        if (!pair_name || *pair_name != name) continue;
        const std::string_view raw = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
        std::optional<std::string> value = percent_decode(raw, true);
        if (value && !is_clean_text(*value)) return std::nullopt;
        return value;
    }
    return std::nullopt;
}

}  // namespace tidegate
