#include "inbox.hpp"

#include <algorithm>
#include <utility>

namespace tidegate::notification {
namespace {

constexpr std::size_t kPartBytes = 48 * 1024;
constexpr std::size_t kParts = 256;  // of one append

std::size_t size_of(const Notice& notice) {
    std::size_t bytes = sizeof(InboxItem) + notice.title.size() + notice.message.size() + notice.action.size();
    for (const Action& action : notice.actions) bytes += action.id.size() + action.label.size() + action.method.size();
    return bytes + notice.topic.size() + notice.collapse_key.size();
}

Rank rank_of(const InboxItem& item) { return {item.notice->priority, item.place}; }

}  // namespace

const InboxItem* Inbox::find(std::string_view id) const {
    const auto at = items_.find(std::string(id));
    return at == items_.end() || at->second.standing.hidden ? nullptr : &at->second;
}

InboxItem* Inbox::item(std::string_view id) { return const_cast<InboxItem*>(find(id)); }

bool Inbox::was_shown(const InboxItem& item, std::string_view device) const {
    if (device.empty()) return item.standing.acked != 0;
    const auto at = std::find(devices_.begin(), devices_.end(), device);
    return at != devices_.end() && (item.standing.acked >> (at - devices_.begin()) & 1) != 0;
}

// Of those that share a collapse key and are unread only the newest stands. True: what comes is older than it.
bool Inbox::replaces_newer(const Notice& notice, const Place& place) {
    if (notice.collapse_key.empty()) return false;
    const auto at = collapsed_.find(notice.collapse_key);
    if (at == collapsed_.end()) return false;
    InboxItem* const standing = item(at->second);
    if (!standing || !standing->is_unread()) return false;
    if (place < standing->place) return true;
    const std::string id = at->second;
    if (standing->notice->broadcast) {
        hide(*standing);
    } else {
        remove(id);
    }
    return false;
}

void Inbox::add(NoticePtr notice, Place place, std::int64_t now_ms) {
    if (notice->expired(now_ms) || items_.contains(notice->id)) return;
    Standing standing;
    standing.hidden = replaces_newer(*notice, place);
    if (standing.hidden && !notice->broadcast) return;
    list(std::move(notice), place, std::move(standing));
    keep_bound();
}

void Inbox::list(NoticePtr notice, Place place, Standing standing) {
    const std::string& id = notice->id;
    InboxItem& added = items_[id];
    added.notice = notice;
    added.place = place;
    added.standing = std::move(standing);
    expiring_.emplace(notice->expires_ms, id);
    if (added.standing.hidden) return;
    bytes_ += size_of(*notice);
    ranked_.emplace(rank_of(added), id);
    placed_.emplace(place, id);
    if (added.is_unread()) ++unread_;
    if (notice->collapse_key.empty()) return;
    std::string& stands = collapsed_[notice->collapse_key];
    const InboxItem* const other = find(stands);
    if (!other || other->place < place) stands = id;
}

void Inbox::unlist(const InboxItem& item) {
    ranked_.erase(rank_of(item));
    placed_.erase(item.place);
    if (item.is_unread()) --unread_;
    bytes_ -= size_of(*item.notice);
    const auto collapsed = collapsed_.find(item.notice->collapse_key);
    if (collapsed != collapsed_.end() && collapsed->second == item.notice->id) collapsed_.erase(collapsed);
}

// A broadcast stands in a stream of all: it comes back with the next load, so it must be remembered that it went.
void Inbox::hide(InboxItem& item) {
    unlist(item);
    item.standing.hidden = true;
}

void Inbox::remove(const std::string& id) {
    const auto at = items_.find(id);
    if (at == items_.end()) return;
    const InboxItem& gone = at->second;
    if (!gone.standing.hidden) unlist(gone);
    auto [expires, end] = expiring_.equal_range(gone.notice->expires_ms);
    while (expires != end && expires->second != id) ++expires;
    if (expires != end) expiring_.erase(expires);
    items_.erase(at);
}

void Inbox::expire(std::int64_t now_ms) {
    std::erase_if(carried_, [&](const auto& one) { return one.second.expires_ms <= now_ms; });
    while (!expiring_.empty() && expiring_.begin()->first <= now_ms) {
        const std::string id = expiring_.begin()->second;
        remove(id);
    }
}

// The least urgent goes first, of those the oldest.
void Inbox::keep_bound() {
    while (!ranked_.empty() && (ranked_.size() > max_items_ || bytes_ > max_bytes_)) {
        const Rank least{ranked_.rbegin()->first.priority, Place()};
        const std::string id = ranked_.lower_bound(least)->second;
        ++evicted_;
        InboxItem* const gone = item(id);
        if (gone && gone->notice->broadcast) {
            hide(*gone);
        } else {
            remove(id);
        }
    }
}

// When there are more devices than bits, the one that was silent longest is forgotten: it is shown everything again.
std::uint32_t Inbox::device_bit(const std::string& device) {
    const std::string name = device.empty() ? std::string("-") : device;
    auto at = std::find(devices_.begin(), devices_.end(), name);
    if (at == devices_.end() && devices_.size() < kDevices) {
        devices_.push_back(name);
        device_used_.push_back(0);
        at = devices_.end() - 1;
    } else if (at == devices_.end()) {
        const auto oldest = std::min_element(device_used_.begin(), device_used_.end());
        at = devices_.begin() + (oldest - device_used_.begin());
        *at = name;
        const std::uint32_t bit = std::uint32_t{1} << (at - devices_.begin());
        for (auto& [id, item] : items_) item.standing.acked &= ~bit;
        for (auto& [id, one] : carried_) one.standing.acked &= ~bit;
    }
    const auto index = static_cast<std::size_t>(at - devices_.begin());
    device_used_[index] = ++device_clock_;
    return std::uint32_t{1} << index;
}

void Inbox::apply_to_standing(Standing& standing, const Act& act, std::int64_t at_ms) {
    switch (act.kind) {
        case ActKind::kSeen:
            standing.seen = true;
            [[fallthrough]];
        case ActKind::kAck:
            standing.acked |= device_bit(act.device);
            return;
        case ActKind::kAct:
            standing.acted = act.action;
            [[fallthrough]];
        case ActKind::kRead:
            if (standing.read_ms == 0) standing.read_ms = std::max<std::int64_t>(1, at_ms);
            standing.snoozed_until_ms = 0;
            return;
        case ActKind::kSnooze:
            standing.read_ms = 0;
            standing.acked = 0;
            standing.snoozed_until_ms = act.until_ms;
            return;
        case ActKind::kDismiss:
            standing.hidden = true;
            return;
    }
}

void Inbox::apply_to(InboxItem& item, const Act& act, std::int64_t at_ms) {
    if (act.kind == ActKind::kDismiss) {
        if (item.notice->broadcast) return hide(item);
        return remove(std::string(item.notice->id));
    }
    if (item.is_unread()) --unread_;
    apply_to_standing(item.standing, act, at_ms);
    if (item.is_unread()) ++unread_;
}

void Inbox::apply(const Act& act, std::int64_t at_ms) {
    for (const std::string& id : act.ids) {
        if (InboxItem* const found = item(id)) {
            apply_to(*found, act, at_ms);
            continue;
        }
        const auto expires = act.of_roles.find(id);
        if (expires == act.of_roles.end() || items_.contains(id)) continue;
        const auto before = carried_.find(id);
        Carried one = before == carried_.end() ? Carried() : before->second;
        one.expires_ms = expires->second;
        apply_to_standing(one.standing, act, at_ms);
        carry(id, std::move(one));
    }
}

// Beyond the bound the one that expires soonest goes.
void Inbox::carry(const std::string& id, Carried one) {
    carried_[id] = std::move(one);
    if (carried_.size() <= kCarried) return;
    carried_.erase(std::min_element(carried_.begin(), carried_.end(), [](const auto& a, const auto& b) {
        return a.second.expires_ms < b.second.expires_ms;
    }));
}

void Inbox::restore_item(const SnapshotItem& saved, std::int64_t now_ms) {
    if (saved.notice) {
        if (!saved.notice->expired(now_ms) && !items_.contains(saved.id))
            list(std::make_shared<const Notice>(*saved.notice), saved.place, saved.standing);
        return;
    }
    InboxItem* const now = item(saved.id);
    if (!now) {
        if (saved.expires_ms > now_ms && !items_.contains(saved.id)) {
            Carried one;
            one.standing = saved.standing;
            one.expires_ms = saved.expires_ms;
            carry(saved.id, std::move(one));
        }
        return;
    }
    if (saved.standing.hidden) return hide(*now);
    if (now->is_unread() && saved.standing.read_ms != 0) --unread_;
    now->standing = saved.standing;
}

void Inbox::restore(const std::vector<SnapshotPart>& parts, std::int64_t now_ms) {
    for (const SnapshotPart& part : parts) {
        devices_ = part.devices;
        device_used_.assign(devices_.size(), 0);
        for (const SnapshotItem& saved : part.items) restore_item(saved, now_ms);
        evicted_ = part.evicted;
    }
}

std::vector<std::string> Inbox::snapshot(std::uint64_t up_to) const {
    std::vector<std::string> chunks(1);
    const auto save = [&](const SnapshotItem& saved) {
        const std::string json = item_json(saved);
        if (chunks.back().size() + json.size() > kPartBytes) chunks.emplace_back();
        if (!chunks.back().empty()) chunks.back().append(",");
        chunks.back().append(json);
    };
    for (const auto& [id, item] : items_) {
        if (item.notice->broadcast && item.standing == Standing()) continue;
        SnapshotItem saved;
        saved.id = id;
        if (!item.notice->broadcast) saved.notice = *item.notice;
        if (item.place.source == Place::kRole) saved.expires_ms = item.notice->expires_ms;
        saved.place = item.place;
        saved.standing = item.standing;
        save(saved);
    }
    for (const auto& [id, one] : carried_) {
        SnapshotItem saved;
        saved.id = id;
        saved.expires_ms = one.expires_ms;
        saved.standing = one.standing;
        save(saved);
    }
    if (chunks.size() > kParts) return {};
    SnapshotPart part;
    part.up_to = up_to;
    part.of = static_cast<std::uint32_t>(chunks.size());
    part.evicted = evicted_;
    part.devices = devices_;
    std::vector<std::string> out;
    for (const std::string& items : chunks) {
        out.push_back(part_json(part, items));
        ++part.part;
    }
    return out;
}

}  // namespace tidegate::notification
