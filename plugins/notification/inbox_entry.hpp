// InboxEntry: one entry of a user's stream: a notification, an act of the user on some of them, or a part of a snapshot
// that stands for everything up to a position.
// Thread rule: [any-thread], values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "notice.hpp"

namespace tidegate::notification {

enum class ActKind : std::uint8_t { kAck, kSeen, kRead, kDismiss, kSnooze, kAct };
std::string_view word_of(ActKind kind);

struct Act {
    Act() {}
    ActKind kind = ActKind::kAck;
    std::vector<std::string> ids;
    // Those of `ids` that stand in a role's stream → when they expire: who reads this may not have them.
    std::map<std::string, std::int64_t> of_roles;
    std::string device;         // of kAck, kSeen
    std::int64_t until_ms = 0;  // of kSnooze
    std::string action;         // of kAct
};

// Where a notification stands in its reader's order.
struct Place {
    static constexpr std::uint32_t kAll = 1;
    static constexpr std::uint32_t kRole = 2;
    std::int64_t at_ms = 0;
    std::uint32_t source = 0;  // 0: the user's own stream, 1: to all, 2: to the role
    std::uint64_t position = 0;
    auto operator<=>(const Place&) const = default;
};

// What became of one notification.
struct Standing {
    std::int64_t read_ms = 0;
    std::int64_t snoozed_until_ms = 0;
    std::uint32_t acked = 0;  // a bit per device
    bool seen = false;
    bool hidden = false;  // a broadcast that this reader no longer has
    std::string acted;
    bool operator==(const Standing&) const = default;
};

struct SnapshotItem {
    SnapshotItem() {}
    std::string id;
    std::optional<Notice> notice;  // none: a broadcast, which stands in its own stream
    std::int64_t expires_ms = 0;   // of a broadcast to a role
    Place place;
    Standing standing;
};

struct SnapshotPart {
    SnapshotPart() {}
    std::uint64_t up_to = 0;
    std::uint32_t part = 0, of = 1;
    std::uint64_t evicted = 0;
    std::vector<std::string> devices;
    std::vector<SnapshotItem> items;
};

using InboxEntry = std::variant<Notice, Act, SnapshotPart>;

std::string entry_json(const Notice& notice);
std::string entry_json(const Act& act);
std::string item_json(const SnapshotItem& item);
// `items` are item_json texts, joined by commas.
std::string part_json(const SnapshotPart& part, std::string_view items);

// Nothing when it is in no form that this version knows.
std::optional<InboxEntry> read_entry(std::string_view json);

}  // namespace tidegate::notification
