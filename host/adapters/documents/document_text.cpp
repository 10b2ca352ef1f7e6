#include "adapters/documents/document_text.hpp"

#include "adapters/documents/json_tree.hpp"
#include "adapters/documents/limits.hpp"

#include <simdjson.h>
#include <tidegate/json/plain.hpp>

#include <algorithm>

namespace tidegate {
namespace {

Result<void> check_segment(std::string_view path, std::string_view segment) {
    const auto refuse = [&](const char* why) {
        return fail(Errc::kInvalid, "path '" + std::string(path) + "': " + why);
    };
    if (segment.empty()) return refuse("a segment is empty");
    if (segment.size() > document_limits::kSegmentBytes) return refuse("a segment is longer than 128 bytes");
    // The last three are how a path would reach into the prototypes of a JavaScript client.
    for (const char* reserved : {"..", "__proto__", "constructor", "prototype"}) {
        if (segment == reserved) return refuse("a segment is reserved");
    }
    return {};
}

}  // namespace

bool is_plain_text(std::string_view text, std::size_t max_bytes) {
    if (text.size() > max_bytes) return false;
    for (std::size_t at = tg::json::end_of_plain(text, 0); at < text.size();
         at = tg::json::end_of_plain(text, at + 1)) {
        if (text[at] != '"' && text[at] != '\\') return false;
    }
    return text.find('\x7f') == std::string_view::npos && simdjson::validate_utf8(text.data(), text.size());
}

Result<void> check_name(std::string_view what, std::string_view text) {
    if (!text.empty() && is_plain_text(text, document_limits::kNameBytes)) return {};
    return fail(Errc::kInvalid, std::string(what) + " must be 1 to 128 bytes of text without control characters");
}

Result<void> check_key(const DocumentKey& key) {
    if (auto named = check_name("tenant", key.tenant); !named) return named;
    if (auto named = check_name("document type", key.type); !named) return named;
    return check_name("document id", key.id);
}

std::string describe(const DocumentKey& key) { return key.type + " '" + key.id + "'"; }

Result<PathSegments> parse_path(std::string_view path) {
    PathSegments segments;
    if (path.empty()) return segments;
    if (!is_plain_text(path, document_limits::kPathBytes)) {
        return fail(Errc::kInvalid, "a path must be at most 1024 bytes of text without control characters");
    }
    for (std::size_t start = 0; start <= path.size();) {
        const std::size_t end = std::min(path.find('/', start), path.size());
        const auto segment = path.substr(start, end - start);
        if (auto checked = check_segment(path, segment); !checked) return checked.error();
        segments.emplace_back(segment);
        start = end + 1;
    }
    if (segments.size() > document_limits::kPathDepth) {
        return fail(Errc::kInvalid, "path '" + std::string(path) + "': more than 32 segments");
    }
    return segments;
}

std::string join_path(const PathSegments& segments, std::size_t count) {
    std::string path;
    for (std::size_t i = 0; i < count; ++i) {
        if (i) path += '/';
        path += segments[i];
    }
    return path;
}

}  // namespace tidegate
