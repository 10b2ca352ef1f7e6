#include "plugin/event_key.hpp"

#include <nlohmann/json.hpp>

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

// The data is parsed once, and only when the template asks for one of its members.
class Members {
public:
    explicit Members(const StoredEvent& event) : event_(event) {}

    std::optional<std::string> find(std::string_view name) {
        if (name == "doc_id") return event_.key.id;
        if (name == "doc_type") return event_.key.type;
        if (!data_) data_ = nlohmann::json::parse(event_.data, nullptr, false);
        if (!data_->is_object()) return std::nullopt;
        const auto found = data_->find(name);
        if (found == data_->end() || !found->is_string()) return std::nullopt;
        return found->get<std::string>();
    }

private:
    const StoredEvent& event_;
    std::optional<nlohmann::json> data_;
};

}  // namespace

bool is_key_template(std::string_view text) {
    return each_part(text, [](std::string_view, std::string_view) {});
}

std::string event_key(std::string_view key_template, const StoredEvent& event) {
    std::string key;
    bool complete = true;
    Members members(event);
    each_part(key_template, [&](std::string_view literal, std::string_view member) {
        key += literal;
        if (member.empty()) return;
        if (const auto value = members.find(member))
            key += *value;
        else
            complete = false;
    });
    return complete && !key.empty() && key.size() <= kKeyBytes ? key : kCommonKey;
}

}  // namespace tidegate::plugin
