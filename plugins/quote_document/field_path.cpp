#include "quote_document/field_path.hpp"

#include <algorithm>

namespace tidegate::quote {
namespace {

constexpr std::size_t kMaxSegments = 16;
constexpr std::size_t kMaxSegmentBytes = 128;
constexpr std::size_t kMaxFieldBytes = 1000;  // the store and the leases allow a little more for where it lies

const char* why_not_a_segment(std::string_view segment) {
    if (segment.empty()) return "a name must not be empty";
    if (segment.size() > kMaxSegmentBytes) return "a name is at most 128 bytes long";
    for (const std::string_view refused : {".", "..", "-", "__proto__", "constructor", "prototype"}) {
        if (segment == refused) return "this name is not allowed";
    }
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (std::any_of(segment.begin(), segment.end(), is_control)) return "a name has no control characters";
    return nullptr;
}

}  // namespace

std::optional<std::string> check_field(std::string_view field) {
    if (field.size() > kMaxFieldBytes) return "a field is at most 1,000 bytes long";
    std::size_t segments = 0;
    for (;;) {
        const std::size_t slash = field.find('/');
        const std::string_view segment = field.substr(0, slash);
        if (const char* why = why_not_a_segment(segment)) return why;
        if (++segments > kMaxSegments) return "a field is at most 16 names deep";
        if (slash != std::string_view::npos) {
            field.remove_prefix(slash + 1);
            continue;
        }
        if (segment == "id") return "the id of an element is not a field";
        return std::nullopt;
    }
}

bool is_within(std::string_view field, std::string_view outer) {
    if (outer.empty()) return true;
    return field.starts_with(outer) && (field.size() == outer.size() || field[outer.size()] == '/');
}

std::string_view top_of(std::string_view field) { return field.substr(0, field.find('/')); }

}  // namespace tidegate::quote
