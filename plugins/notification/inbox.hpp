// Inbox: what one user has, folded from the entries of his stream and from the broadcasts he may read: what is there,
// in which order, what is read, what which device was shown. Everything it does is a function of those entries and of
// the time; it is bounded, and what the bound takes away is counted. Not the store, not the connections. Thread rule:
// used by one strand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "inbox_entry.hpp"

namespace tidegate::notification {

struct InboxItem {
    NoticePtr notice;
    Place place;
    Standing standing;

    bool is_unread() const { return standing.read_ms == 0 && !standing.hidden; }
    bool is_snoozed(std::int64_t now_ms) const { return standing.snoozed_until_ms > now_ms; }
};

// The order of delivery: more urgent first, then as they came.
struct Rank {
    Priority priority = Priority::kUrgent;
    Place place;
    auto operator<=>(const Rank&) const = default;
};

class Inbox {
public:
    static constexpr std::size_t kDevices = 32;
    static constexpr std::size_t kCarried = 5000;

    Inbox(std::size_t max_items, std::size_t max_bytes) : max_items_(max_items), max_bytes_(max_bytes) {}

    // An id that it has already is ignored; what is expired is never in it.
    void add(NoticePtr notice, Place place, std::int64_t now_ms);
    void apply(const Act& act, std::int64_t at_ms);
    void expire(std::int64_t now_ms);

    // All parts of one, after the broadcasts were added to an empty inbox.
    void restore(const std::vector<SnapshotPart>& parts, std::int64_t now_ms);
    // Entries that stand for everything up to this position; empty: it would be too large for one append.
    std::vector<std::string> snapshot(std::uint64_t up_to) const;

    const InboxItem* find(std::string_view id) const;
    std::size_t unread() const { return unread_; }
    std::size_t size() const { return ranked_.size(); }
    std::uint64_t evicted() const { return evicted_; }

    // In the order of delivery, from after `rank` on.
    const std::map<Rank, std::string>& ranked() const { return ranked_; }
    // In the order of arrival.
    const std::map<Place, std::string>& placed() const { return placed_; }

    // This device, or without a name any device, was shown it.
    bool was_shown(const InboxItem& item, std::string_view device) const;

private:
    // What was done to a role's broadcast that this inbox was made without.
    struct Carried {
        Standing standing;
        std::int64_t expires_ms = 0;
    };

    InboxItem* item(std::string_view id);
    void carry(const std::string& id, Carried one);
    void apply_to_standing(Standing& standing, const Act& act, std::int64_t at_ms);
    void list(NoticePtr notice, Place place, Standing standing);
    void restore_item(const SnapshotItem& saved, std::int64_t now_ms);
    void apply_to(InboxItem& item, const Act& act, std::int64_t at_ms);
    void remove(const std::string& id);
    void hide(InboxItem& item);
    void unlist(const InboxItem& item);
    bool replaces_newer(const Notice& notice, const Place& place);
    void keep_bound();
    std::uint32_t device_bit(const std::string& device);

    const std::size_t max_items_;
    const std::size_t max_bytes_;
    std::unordered_map<std::string, InboxItem> items_;  // hidden ones too
    std::unordered_map<std::string, Carried> carried_;
    std::map<Rank, std::string> ranked_;
    std::map<Place, std::string> placed_;
    std::multimap<std::int64_t, std::string> expiring_;
    std::unordered_map<std::string, std::string> collapsed_;  // key → the one that stands
    std::vector<std::string> devices_;                        // by bit
    std::vector<std::uint64_t> device_used_;
    std::uint64_t device_clock_ = 0;
    std::size_t unread_ = 0;
    std::size_t bytes_ = 0;
    std::uint64_t evicted_ = 0;
};

}  // namespace tidegate::notification
