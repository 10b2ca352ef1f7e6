#include "notice.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "quote_document/identity.hpp"

namespace tidegate::notification {
namespace {

using tg::json::Reader;
using tg::json::Writer;

constexpr std::array<std::string_view, 5> kLevels = {"info", "success", "warning", "error", "critical"};
constexpr std::array<std::string_view, 4> kPriorities = {"urgent", "high", "normal", "low"};

template <class E, std::size_t N>
std::optional<E> word_in(const std::array<std::string_view, N>& words, std::string_view word) {
    const auto at = std::find(words.begin(), words.end(), word);
    if (at == words.end()) return std::nullopt;
    return static_cast<E>(at - words.begin());
}

void write_actions(Writer& out, const std::vector<Action>& actions) {
    out.key("actions").begin_array();
    for (const Action& action : actions) {
        out.begin_object().member("id", action.id).member("label", action.label);
        if (!action.method.empty()) out.member("method", action.method);
        out.member("confirm", action.confirm).end_object();
    }
    out.end_array();
}

bool read_action(Reader& in, Action& out) {
    std::string_view key;
    if (!in.enter_object()) return false;
    while (in.next_member(key)) {
        if (key == "id") {
            in.string(out.id);
        } else if (key == "label") {
            in.string(out.label);
        } else if (key == "method") {
            in.string(out.method);
        } else if (key == "confirm") {
            in.boolean(out.confirm);
        } else {
            return false;
        }
    }
    return in.ok();
}

void write_optional(Writer& out, std::string_view name, const std::string& text) {
    if (!text.empty()) out.member(name, text);
}

void read_member(Reader& in, std::string_view key, Notice& out) {
    std::string word;
    std::string_view raw;
    if (key == "id") {
        in.string(out.id);
    } else if (key == "title") {
        in.string(out.title);
    } else if (key == "message") {
        in.string(out.message);
    } else if (key == "level" && in.string(word)) {
        out.level = level_of(word).value_or(Level::kInfo);
    } else if (key == "priority" && in.string(word)) {
        out.priority = priority_of(word).value_or(Priority::kNormal);
    } else if (key == "action" && in.raw(raw)) {
        out.action = raw;
    } else if (key == "actions") {
        read_actions(in, out.actions);
    } else if (key == "topic") {
        in.string(out.topic);
    } else if (key == "collapse_key") {
        in.string(out.collapse_key);
    } else if (key == "sender") {
        in.string(out.sender);
    } else if (key == "broadcast") {
        in.boolean(out.broadcast);
    } else if (key == "at") {
        in.integer(out.at_ms);
    } else if (key == "expires") {
        in.integer(out.expires_ms);
    }
}

}  // namespace

std::optional<Level> level_of(std::string_view word) { return word_in<Level>(kLevels, word); }
std::string_view word_of(Level level) { return kLevels[static_cast<std::size_t>(level)]; }
std::optional<Priority> priority_of(std::string_view word) { return word_in<Priority>(kPriorities, word); }
std::string_view word_of(Priority priority) { return kPriorities[static_cast<std::size_t>(priority)]; }

const Action* Notice::action_named(std::string_view action_id) const {
    const auto at = std::find_if(actions.begin(), actions.end(), [&](const Action& a) { return a.id == action_id; });
    return at == actions.end() ? nullptr : &*at;
}

bool read_actions(Reader& in, std::vector<Action>& out) {
    if (!in.enter_array()) return false;
    while (in.next_element()) {
        Action action;
        if (!read_action(in, action)) return false;
        out.push_back(std::move(action));
    }
    return in.ok();
}

std::string stored_json(const Notice& notice) {
    Writer out;
    out.begin_object().member("id", notice.id).member("title", notice.title).member("message", notice.message);
    out.member("level", word_of(notice.level)).member("priority", word_of(notice.priority));
    if (!notice.action.empty()) out.raw_member("action", notice.action);
    if (!notice.actions.empty()) write_actions(out, notice.actions);
    write_optional(out, "topic", notice.topic);
    write_optional(out, "collapse_key", notice.collapse_key);
    write_optional(out, "sender", notice.sender);
    if (notice.broadcast) out.member("broadcast", true);
    return out.member("at", notice.at_ms).member("expires", notice.expires_ms).end_object().take();
}

std::optional<Notice> read_stored(std::string_view json) {
    Reader in(json);
    Notice out;
    std::string_view key;
    if (!in.enter_object()) return std::nullopt;
    while (in.next_member(key)) read_member(in, key, out);
    if (!in.finish() || out.id.empty()) return std::nullopt;
    return out;
}

std::string shown_json(const Notice& notice, std::int64_t now_ms, std::string_view extra) {
    Writer out;
    out.begin_object().member("id", notice.id).member("title", notice.title).member("message", notice.message);
    out.member("level", word_of(notice.level));
    out.raw_member("action", notice.action.empty() ? std::string_view("null") : std::string_view(notice.action));
    out.member("timestamp", quote::time_text(notice.at_ms)).member("priority", word_of(notice.priority));
    write_optional(out, "topic", notice.topic);
    if (!notice.actions.empty()) write_actions(out, notice.actions);
    out.member("expires_at", quote::time_text(notice.expires_ms));
    out.member("expires_in_ms", std::max<std::int64_t>(0, notice.expires_ms - now_ms));
    if (notice.broadcast) out.member("broadcast", true);
    std::string text = out.take();
    return text.append(extra).append("}");
}

std::string pushed_json(const Notice& notice, std::string_view channel, std::size_t unread, std::int64_t now_ms) {
    Writer out;
    out.begin_object().member("type", "notification");
    if (!channel.empty()) out.member("channel", channel);
    out.raw_member("notification", shown_json(notice, now_ms)).member("unread", unread);
    return out.end_object().take();
}

std::string broadcast_json(const Notice& notice, std::int64_t now_ms) {
    Writer out;
    out.begin_object().member("type", "system:notification");
    return out.raw_member("notification", shown_json(notice, now_ms)).end_object().take();
}

}  // namespace tidegate::notification
