#include "protocol/json_text.hpp"

#include "wire/frame_encoder.hpp"
#include "wire/utf8.hpp"

#include <cstdio>

namespace tidegate::protocol {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

unsigned hex_digit(char c) {
    if (c <= '9') return static_cast<unsigned>(c - '0');
    return static_cast<unsigned>((c | 0x20) - 'a' + 10);
}

std::uint32_t four_digits(std::string_view text, std::size_t at) {
    std::uint32_t unit = 0;
    for (std::size_t i = at; i < at + 4; ++i) unit = unit << 4 | hex_digit(text[i]);
    return unit;
}

void append_utf8(std::string& out, std::uint32_t point) {
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xC0 | point >> 6);
        out += static_cast<char>(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        out += static_cast<char>(0xE0 | point >> 12);
        out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (point & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | point >> 18);
        out += static_cast<char>(0x80 | (point >> 12 & 0x3F));
        out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (point & 0x3F));
    }
}

bool is_high(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low(std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// `at` stands on the u of \uXXXX; returns the index of the last character consumed.
std::size_t decode_unit(std::string_view content, std::size_t at, std::string& out) {
    const std::uint32_t unit = four_digits(content, at + 1);
    std::size_t last = at + 4;
    std::uint32_t point = unit;
    if (is_high(unit) && last + 6 < content.size() && content[last + 1] == '\\' && content[last + 2] == 'u' &&
        is_low(four_digits(content, last + 3))) {
        point = 0x10000 + ((unit - 0xD800) << 10) + (four_digits(content, last + 3) - 0xDC00);
        last += 6;
    } else if (is_high(unit) || is_low(unit)) {
        point = 0xFFFD;
    }
    append_utf8(out, point);
    return last;
}

char simple_escape(char c) {
    switch (c) {
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return c;
    }
}

}  // namespace

std::string json_quoted(std::string_view text) {
    std::string out = "\"";
    if (is_valid_utf8(text)) {
        for (const char c : text) {
            if (c == '"' || c == '\\') {
                out += '\\';
                out += c;
            } else if (static_cast<unsigned char>(c) < 0x20) {
                char escape[8];
                std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
                out += escape;
            } else {
                out += c;
            }
        }
    }
    out += '"';
    return out;
}

std::string decode_json_string(std::string_view content) {
    std::string out;
    for (std::size_t at = 0; at < content.size(); ++at) {
        if (content[at] != '\\') {
            out += content[at];
        } else if (content[++at] == 'u') {
            at = decode_unit(content, at, out);
        } else {
            out += simple_escape(content[at]);
        }
    }
    return out;
}

std::optional<Splice> splice_point(std::string_view text) {
    text = trimmed(text);
    if (text.size() < 2 || text.front() != '{' || text.back() != '}') return std::nullopt;
    text.remove_suffix(1);
    while (is_space(text.back())) text.remove_suffix(1);
    return Splice{text, text.size() > 1};
}

BufferRef encode_object(std::string_view object) { return encode_text(object); }

BufferRef encode_with_ref(const Splice& object, std::string_view id) {
    if (id.empty()) return encode_text({object.head, "}"});
    return encode_text({object.head, object.has_members ? ",\"ref\":" : "\"ref\":", id, "}"});
}

BufferRef encode_on_channel(const Splice& object, std::string_view channel, std::optional<std::uint64_t> offset) {
    const std::string_view name = object.has_members ? ",\"channel\":\"" : "\"channel\":\"";
    if (!offset) return encode_text({object.head, name, channel, "\"}"});
    return encode_text({object.head, name, channel, "\",\"offset\":", std::to_string(*offset), "}"});
}

BufferRef encode_error(std::string_view code, std::string_view message, std::string_view id, std::string_view fields) {
    const auto splice = splice_point(fields);
    const bool has_fields = splice && splice->has_members;
    return encode_text({"{\"type\":\"error\",\"code\":", json_quoted(code), ",\"message\":", json_quoted(message),
                        id.empty() ? "" : ",\"ref\":", id, has_fields ? "," : "",
                        has_fields ? splice->head.substr(1) : std::string_view{}, "}"});
}

}  // namespace tidegate::protocol
