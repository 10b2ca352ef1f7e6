// Notice: one notification as it is stored and as clients see it. It owns its texts; what stands in them is text,
// never markup. Not what became of it for a reader: that is Inbox.
// Thread rule: [any-thread], values.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>
#include <vector>

namespace tidegate::notification {

// In rising order: preferences compare them.
enum class Level : std::uint8_t { kInfo, kSuccess, kWarning, kError, kCritical };
// In the order of delivery.
enum class Priority : std::uint8_t { kUrgent, kHigh, kNormal, kLow };

std::optional<Level> level_of(std::string_view word);
std::string_view word_of(Level level);
std::optional<Priority> priority_of(std::string_view word);
std::string_view word_of(Priority priority);

struct Action {
    std::string id;
    std::string label;
    std::string method;
    bool confirm = false;
};

struct Notice {
    Notice() {}

    const Action* action_named(std::string_view action_id) const;
    bool expired(std::int64_t now_ms) const { return expires_ms <= now_ms; }

    std::string id;
    std::string title;
    std::string message;
    Level level = Level::kInfo;
    Priority priority = Priority::kNormal;
    std::string action;  // JSON; empty: none
    std::vector<Action> actions;
    std::string topic;
    std::string collapse_key;
    std::string sender;  // who gets receipts; empty: nobody
    bool broadcast = false;
    std::int64_t at_ms = 0;
    std::int64_t expires_ms = 0;
};

using NoticePtr = std::shared_ptr<const Notice>;

std::string stored_json(const Notice& notice);
std::optional<Notice> read_stored(std::string_view json);

// What a client gets as `notification`. `extra` members (`,"read":true`) go before its end.
std::string shown_json(const Notice& notice, std::int64_t now_ms, std::string_view extra = {});

// {"type":"notification","channel":…,"notification":{…},"unread":n}
std::string pushed_json(const Notice& notice, std::string_view channel, std::size_t unread, std::int64_t now_ms);
std::string broadcast_json(const Notice& notice, std::int64_t now_ms);

// [{id,label,method,confirm}]; false: not in this form. Used for bodies and for what is stored.
bool read_actions(tg::json::Reader& in, std::vector<Action>& out);

}  // namespace tidegate::notification
