#include "net/http_answer.hpp"

#include "wire/handshake.hpp"
#include "wire/http_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace tidegate::net {
namespace {

constexpr std::string_view kNoSniffName = "X-Content-Type-Options";
constexpr std::string_view kNoSniffLine = "X-Content-Type-Options: nosniff\r\n";
constexpr std::array<std::string_view, 7> kOwnFields = {
    "Connection", "Content-Length", "Content-Type", "Keep-Alive", "Transfer-Encoding", "Upgrade", kNoSniffName};

bool is_field_value(std::string_view value) {
    return std::none_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7F;
    });
}

bool is_own_field(std::string_view name) {
    return std::any_of(kOwnFields.begin(), kOwnFields.end(),
                       [&](std::string_view own) { return equals_ignoring_case(own, name); });
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

// RFC 9110 §6.4.1
bool has_no_content(int status) { return status == 204 || status == 304; }

std::optional<std::string_view> find_field(std::string_view head, std::string_view name) {
    while (!head.empty()) {
        const std::size_t end = std::min(head.find("\r\n"), head.size());
        const std::string_view line = head.substr(0, end);
        head.remove_prefix(std::min(end + 2, head.size()));
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && equals_ignoring_case(line.substr(0, colon), name))
            return trim_blanks(line.substr(colon + 1));
    }
    return std::nullopt;
}

std::optional<std::size_t> read_number(std::string_view text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// "HTTP/1.1 200 …"
int read_status(std::string_view written) {
    if (written.size() < 12 || !written.starts_with("HTTP/1.1 ")) return 0;
    return static_cast<int>(read_number(written.substr(9, 3)).value_or(0));
}

bool ends_where_it_says(std::string_view head, std::string_view body, int status, bool head_only) {
    if (head_only || has_no_content(status)) return body.empty();
    if (const auto length = find_field(head, "Content-Length")) return read_number(*length) == body.size();
    return find_field(head, "Transfer-Encoding").has_value() && body.ends_with("0\r\n\r\n");
}

}  // namespace

std::string canned_answer(int status, std::string_view reason) {
    return plain_response(status, "text/plain", std::string(reason) + "\n", {{std::string(kNoSniffName), "nosniff"}});
}

HttpAnswer dispatcher_answer(const HttpResponse& response, bool head_only, bool keep_alive, std::size_t max_bytes) {
    if (response.status < 200 || response.status > 599) return {canned_answer(500, "bad status of an answer"), false};
    if (response.body.size() > max_bytes) return {canned_answer(500, "answer too large"), false};
    const bool no_content = has_no_content(response.status);

    HttpAnswer answer;
    answer.keep_alive = keep_alive;
    std::string& out = answer.bytes;
    out = "HTTP/1.1 " + std::to_string(response.status) + " ";
    out.append(status_text(response.status)).append("\r\n");
    if (!response.content_type.empty() && is_field_value(response.content_type))
        append_field(out, "Content-Type", response.content_type);
    if (!no_content) append_field(out, "Content-Length", std::to_string(response.body.size()));
    for (const auto& [name, value] : response.fields) {
        if (is_token(name) && is_field_value(value) && !is_own_field(name)) append_field(out, name, value);
    }
    out.append(kNoSniffLine);
    append_field(out, "Connection", keep_alive ? "keep-alive" : "close");
    out.append("\r\n");
    if (!head_only && !no_content) out.append(response.body);
    return answer;
}

HttpAnswer handler_answer(std::string written, bool head_only, bool keep_alive) {
    const int status = read_status(written);
    const std::size_t head_end = written.find("\r\n\r\n");
    if (status < 200 || head_end == std::string::npos) return {canned_answer(500, "no answer"), false};
    const std::size_t first_field = written.find("\r\n") + 2;
    const std::string_view all = written;
    const std::string_view fields =
        first_field < head_end ? all.substr(first_field, head_end - first_field) : std::string_view();
    const auto connection = find_field(fields, "Connection");
    const bool closes = connection && equals_ignoring_case(*connection, "close");

    HttpAnswer answer;
    answer.keep_alive =
        keep_alive && !closes && ends_where_it_says(fields, all.substr(head_end + 4), status, head_only);
    if (!find_field(fields, kNoSniffName)) written.insert(first_field, kNoSniffLine);
    answer.bytes = std::move(written);
    return answer;
}

}  // namespace tidegate::net
