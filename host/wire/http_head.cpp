#include "wire/http_head.hpp"

#include "wire/http_text.hpp"

#include <algorithm>
#include <charconv>

namespace tidegate {
namespace {

constexpr std::size_t kRequestLineBytes =
    kHttpTargetBytes + kHttpMethodBytes + std::string_view("  HTTP/1.1\r\n").size();

struct Refusal {
    int status = 0;
    const char* reason = nullptr;
    explicit operator bool() const { return status != 0; }
};

HeadResult bad(Refusal refusal) {
    HeadResult result;
    result.state = HeadState::kBad;
    result.status = refusal.status;
    result.reason = refusal.reason;
    return result;
}

// RFC 9110 §5.5: NUL, CR, LF and other controls have no place in a head; HTAB only as blank. CR is judged with what
// follows.
bool is_forbidden(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7F;
}

Refusal read_version(std::string_view version) {
    // RFC 9112 §2.3
    const bool well_formed = version.size() == 8 && version.substr(0, 5) == "HTTP/" && is_digit(version[5]) &&
                             version[6] == '.' && is_digit(version[7]);
    if (!well_formed) return {400, "bad HTTP version"};
    if (version != "HTTP/1.1") return {505, "only HTTP/1.1 is spoken"};
    return {};
}

// RFC 9112 §3: method SP request-target SP HTTP-version, single spaces.
Refusal read_request_line(std::string_view line, RequestHead& head) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return {400, "bad request line"};
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, last - first - 1);
    if (!is_token(method) || method.size() > kHttpMethodBytes) return {400, "bad method"};
    if (const Refusal refusal = read_version(line.substr(last + 1))) return refusal;
    if (target.size() > kHttpTargetBytes) return {414, "target too long"};
    TargetResult parsed = parse_target(target);
    if (!parsed.target) return {400, parsed.reason};
    head.method = method;
    head.target = target;
    head.path = std::move(parsed.target->path);
    head.query = std::move(parsed.target->query);
    return {};
}

Refusal read_field_line(std::string_view line, RequestHead& head) {
    // RFC 9112 §5.2: line folding is obsolete.
    if (line.front() == ' ' || line.front() == '\t') return {400, "folded field line"};
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return {400, "field line without a colon"};
    // RFC 9112 §5.1: no blank between name and colon; a token has none.
    if (!is_token(line.substr(0, colon))) return {400, "bad field name"};
    const std::string_view value = trim_blanks(line.substr(colon + 1));
    // RFC 2047 words decode to anything, line ends included, in libraries that still decode them.
    if (value.find("=?") != std::string_view::npos) return {400, "encoded word in a field value"};
    head.fields.emplace_back(line.substr(0, colon), value);
    return {};
}

bool is_host_char(char c) {
    constexpr std::string_view kMarks = "-._~:[]%!$&'()*+;=";
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || kMarks.find(c) != std::string_view::npos;
}

// RFC 9112 §3.2
Refusal check_host(const RequestHead& head) {
    const std::size_t count = head.count_fields("Host");
    if (count == 0) return {400, "no Host"};
    if (count > 1) return {400, "more than one Host"};
    const std::string_view host = *head.field("Host");
    if (!std::all_of(host.begin(), host.end(), is_host_char)) return {400, "bad Host"};
    return {};
}

// RFC 9112 §6: one unambiguous length, or none.
Refusal check_framing(RequestHead& head) {
    const std::size_t lengths = head.count_fields("Content-Length");
    const std::size_t codings = head.count_fields("Transfer-Encoding");
    if (lengths > 1) return {400, "more than one Content-Length"};
    if (lengths > 0 && codings > 0) return {400, "Content-Length with Transfer-Encoding"};
    if (codings > 0) {
        const bool chunked = codings == 1 && equals_ignoring_case(*head.field("Transfer-Encoding"), "chunked");
        return chunked ? Refusal{411, "Content-Length is required"} : Refusal{501, "unknown Transfer-Encoding"};
    }
    if (lengths == 0) return {};
    const std::string_view text = *head.field("Content-Length");
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc() || end != text.data() + text.size()) return {400, "bad Content-Length"};
    head.content_length = length;
    return {};
}

Refusal read_lines(std::string_view lines, RequestHead& head) {
    bool first = true;
    while (!lines.empty()) {
        const std::size_t end = lines.find("\r\n");
        const std::string_view line = lines.substr(0, end);
        lines.remove_prefix(end + 2);
        const Refusal refusal = first ? read_request_line(line, head) : read_field_line(line, head);
        if (refusal) return refusal;
        first = false;
    }
    if (const Refusal refusal = check_host(head)) return refusal;
    if (const Refusal refusal = check_framing(head)) return refusal;
    head.keep_alive = !head.list_has("Connection", "close");
    head.upgrade_requested = head.list_has("Connection", "upgrade") && head.list_has("Upgrade", "websocket");
    return {};
}

}  // namespace

std::optional<std::string_view> RequestHead::field(std::string_view name) const {
    for (const auto& [field_name, value] : fields) {
        if (equals_ignoring_case(field_name, name)) return value;
    }
    return std::nullopt;
}

std::size_t RequestHead::count_fields(std::string_view name) const {
    return static_cast<std::size_t>(std::count_if(fields.begin(), fields.end(),
                                                  [&](const auto& f) { return equals_ignoring_case(f.first, name); }));
}

bool RequestHead::list_has(std::string_view name, std::string_view token) const {
    for (const auto& [field_name, value] : fields) {
        if (!equals_ignoring_case(field_name, name)) continue;
        for (const std::string_view element : list_elements(value)) {
            if (equals_ignoring_case(element, token)) return true;
        }
    }
    return false;
}

// Byte by byte in the order of arrival, so that limits and bad bytes are found at the same place however the input is
// split. The lines are taken apart only once all of them are there.
HeadResult HeadParser::parse(std::string_view so_far) {
    for (; scanned_ < so_far.size(); ++scanned_) {
        const char c = so_far[scanned_];
        if (scanned_ >= limits::kHttpHeadBytes) return bad({431, "head too large"});
        if (lines_ == 0 && scanned_ >= kRequestLineBytes) return bad({414, "target too long"});
        if (is_forbidden(c)) return bad({400, "control character in head"});
        const bool after_cr = scanned_ > line_start_ && so_far[scanned_ - 1] == '\r';
        if (c == '\n' && !after_cr) return bad({400, "bare LF"});
        if (c != '\n' && after_cr) return bad({400, "bare CR"});
        if (c != '\n') continue;

        const bool empty_line = scanned_ - line_start_ == 1;
        if (empty_line && lines_ == 0) return bad({400, "empty request line"});
        if (!empty_line && lines_ > limits::kHttpFields) return bad({431, "too many fields"});
        line_start_ = scanned_ + 1;
        ++lines_;
        if (!empty_line) continue;

        HeadResult result;
        result.consumed = ++scanned_;
        if (const Refusal refusal = read_lines(so_far.substr(0, result.consumed - 2), result.head)) return bad(refusal);
        result.state = HeadState::kComplete;
        return result;
    }
    return {};
}

}  // namespace tidegate
