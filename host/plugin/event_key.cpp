#include "plugin/event_key.hpp"

#include <tidegate/json/reader.hpp>

#include <optional>

namespace tidegate::plugin {

namespace {

constexpr std::size_t kKeyBytes = 256;
constexpr const char* kCommonKey = "events";

// body(literal, member): each literal with the member after it; of the rest the member is empty. False for bad braces.
template <class Body>
bool each_part(std::string_view text, Body&& body) {
    while (!text.empty()) {
        const auto open = text.find_first_of("{}");
        if (open == std::string_view::npos) {
            body(text, std::string_view{});
            return true;
        }
        const auto close = text.find_first_of("{}", open + 1);
        if (text[open] == '}' || close == std::string_view::npos || text[close] == '{' || close == open + 1)
            return false;
        body(text.substr(0, open), text.substr(open + 1, close - open - 1));
        text.remove_prefix(close + 1);
    }
    return true;
}

// The text of a string member of the event's data; of two with one name the last.
std::optional<std::string> member_of(const StoredEvent& event, std::string_view name) {
    if (name == "doc_id") return event.key.id;
    if (name == "doc_type") return event.key.type;
    std::optional<std::string> found;
    tg::json::Reader data(event.data);
    std::string_view key;
    if (!data.enter_object()) return std::nullopt;
    while (data.next_member(key)) {
        if (key != name) continue;
        found.reset();
        if (data.peek() == tg::json::Kind::kString && !data.string(found.emplace())) return std::nullopt;
    }
    return data.ok() ? found : std::nullopt;
}

}  // namespace

bool is_key_template(std::string_view text) {
    return each_part(text, [](std::string_view, std::string_view) {});
}

std::string event_key(std::string_view key_template, const StoredEvent& event) {
    std::string key;
    bool complete = true;
    each_part(key_template, [&](std::string_view literal, std::string_view member) {
        key += literal;
        if (member.empty()) return;
        if (const auto value = member_of(event, member))
            key += *value;
        else
            complete = false;
    });
    return complete && !key.empty() && key.size() <= kKeyBytes ? key : kCommonKey;
}

}  // namespace tidegate::plugin
