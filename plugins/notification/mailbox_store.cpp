// Mailboxes and their streams: made from them, brought up to date, written anew when they have become long.

#include <algorithm>
#include <charconv>
#include <utility>

#include "notification_plugin.hpp"

namespace tidegate::notification {
namespace {

constexpr std::uint32_t kPage = 1000;
constexpr std::uint32_t kSyncPage = 256;  // what is told at once is bounded by it
constexpr std::string_view kToAll = "broadcast:all";

std::uint64_t number_of(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// A page ends at 1,000 entries or 4 MiB, whatever comes first.
bool is_last(const std::vector<tg::StreamEntry>& page) {
    constexpr std::size_t kFullBytes = std::size_t{2} * 1024 * 1024;
    std::size_t bytes = 0;
    for (const tg::StreamEntry& entry : page) bytes += entry.data().size();
    return page.size() < kPage && bytes < kFullBytes;
}

}  // namespace

tg::Task<tg::Result<Preferences>> NotificationPlugin::preferences_of(std::string sub) {
    auto document = co_await tg::Docs::get(kPreferencesType, sub);
    if (!document && document.rc() == TG_E_NOT_FOUND) co_return Preferences();
    if (!document) co_return refusal_of("read preferences", document.status());
    auto read = read_preferences(document->json());
    if (auto* preferences = std::get_if<Preferences>(&read)) co_return std::move(*preferences);
    // A zone that this machine no longer has must not keep notifications from anybody.
    tg::log::warn("preferences of a user are left aside: " + std::get<std::string>(read));
    co_return Preferences();
}

void NotificationPlugin::fold(Mailbox& box, const tg::StreamEntry& entry) {
    box.position = entry.position();
    box.last_at_ms = std::max(box.last_at_ms, entry.at_ms());
    ++box.entries;
    auto read = read_entry(entry.data());
    if (!read) {
        tg::log::warn("an entry of an inbox is in no known form");
    } else if (auto* notice = std::get_if<Notice>(&*read)) {
        const std::string id = notice->id;
        Place place;
        place.at_ms = box.last_at_ms;
        place.position = entry.position();
        box.inbox.add(std::make_shared<const Notice>(std::move(*notice)), place, tg::wall_ms());
        const InboxItem* const item = box.inbox.find(id);
        if (item && item->place == place) box.fresh.push_back(id);
    } else if (const auto* act = std::get_if<Act>(&*read)) {
        box.inbox.apply(*act, entry.at_ms());
    } else if (std::get<SnapshotPart>(*read).up_to != box.compacted_to) {
        box.stale = true;
    }
}

tg::Task<tg::Status> NotificationPlugin::merge_broadcasts(MailboxPtr box, std::uint64_t scope, std::string stream) {
    for (;;) {
        auto page = co_await tg::Streams::read(stream, box->merged[stream], kPage);
        if (!page) co_return refusal_of("read broadcasts", page.status());
        for (const tg::StreamEntry& entry : *page) {
            box->merged[stream] = entry.position();
            auto read = read_entry(entry.data());
            auto* const notice = read ? std::get_if<Notice>(&*read) : nullptr;
            if (!notice) continue;
            Place place;
            place.at_ms = entry.at_ms();
            place.source = stream == kToAll ? Place::kAll : Place::kRole;
            place.position = entry.position();
            box->inbox.add(broadcasts_.share(scope, std::move(*notice)), place, tg::wall_ms());
        }
        if (is_last(*page)) co_return tg::Status();
    }
}

// Of a stream that was compacted only its newest snapshot counts, and what came after that was made.
tg::Task<tg::Status> NotificationPlugin::read_stream_into(MailboxPtr box, Owner owner) {
    std::vector<tg::StreamEntry> entries;
    std::vector<SnapshotPart> snapshot;
    std::uint64_t after = 0;
    for (;;) {
        auto page = co_await tg::Streams::read(owner.stream(), after, kPage);
        if (!page) co_return refusal_of("read an inbox", page.status());
        if (page->empty()) break;
        after = page->back().position();
        const bool last = is_last(*page);
        for (tg::StreamEntry& entry : *page) {
            auto read = entry.data().starts_with(R"({"s":)") ? read_entry(entry.data()) : std::nullopt;
            auto* const part = read ? std::get_if<SnapshotPart>(&*read) : nullptr;
            if (!part) {
                entries.push_back(std::move(entry));
                continue;
            }
            if (part->part == 0) snapshot.clear();
            snapshot.push_back(std::move(*part));
        }
        if (last) break;
    }
    if (!snapshot.empty()) {
        box->compacted_to = snapshot.front().up_to;
        box->inbox.restore(snapshot, tg::wall_ms());
        box->counted_evictions = box->inbox.evicted();
        for (const SnapshotPart& part : snapshot) {
            for (const SnapshotItem& item : part.items) box->last_at_ms = std::max(box->last_at_ms, item.place.at_ms);
        }
    }
    for (const tg::StreamEntry& entry : entries) {
        if (entry.position() > box->compacted_to) fold(*box, entry);
    }
    box->position = after;
    box->entries = entries.size() + snapshot.size();
    co_return tg::Status();
}

tg::Task<tg::Result<MailboxPtr>> NotificationPlugin::load(Owner owner, std::string role) {
    auto box = std::make_shared<Mailbox>(settings()->inbox_max);
    auto preferences = co_await preferences_of(owner.sub);
    if (!preferences) co_return preferences.status();
    box->preferences = std::move(*preferences);
    // Before the acts on them.
    const tg::Status all = co_await merge_broadcasts(box, owner.scope, std::string(kToAll));
    if (!all.ok()) co_return all;
    if (!role.empty()) {
        const tg::Status own = co_await merge_broadcasts(box, owner.scope, "broadcast:role:" + role);
        if (!own.ok()) co_return own;
    }
    const tg::Status read = co_await read_stream_into(box, owner);
    if (!read.ok()) co_return read;
    box->inbox.expire(tg::wall_ms());
    co_return std::move(box);
}

// One page: what is more is asked for again, so that what is told at once stays bounded.
tg::Task<tg::Status> NotificationPlugin::sync(MailboxPtr box, Owner owner) {
    for (const auto& [stream, position] : std::map(box->merged)) {
        const tg::Status merged = co_await merge_broadcasts(box, owner.scope, stream);
        if (!merged.ok()) co_return merged;
    }
    auto page = co_await tg::Streams::read(owner.stream(), box->position, kSyncPage);
    if (!page) co_return refusal_of("read an inbox", page.status());
    for (const tg::StreamEntry& entry : *page) fold(*box, entry);
    box->behind = page->size() == kSyncPage;
    if (box->behind) tg::Exec::post(owner.channel(), kDeliverTask, "");
    box->inbox.expire(tg::wall_ms());
    co_return tg::Status();
}

void NotificationPlugin::count_evictions(Mailbox& box) {
    const std::uint64_t evicted = box.inbox.evicted();
    if (evicted > box.counted_evictions) evicted_total_.add(static_cast<double>(evicted - box.counted_evictions));
    box.counted_evictions = evicted;
}

tg::Task<> NotificationPlugin::compact(MailboxPtr box, Owner owner) {
    const std::uint64_t up_to = box->position;
    std::vector<std::string> parts = box->inbox.snapshot(up_to);
    if (parts.empty()) {
        tg::log::warn("an inbox is too large to be written anew");
        co_return;
    }
    tg::StreamAppend append(owner.stream());
    for (std::string& part : parts) append.entry(std::move(part));
    const std::uint64_t before = box->compacted_to;
    box->compacted_to = up_to;
    auto appended = co_await tg::Streams::append(std::move(append));
    if (!appended) {
        box->compacted_to = before;
        refusal_of("write an inbox anew", appended.status());
        co_return;
    }
    auto trimmed = co_await tg::Streams::trim(owner.stream(), up_to);
    if (!trimmed) refusal_of("trim an inbox", trimmed.status());
    box->entries = 0;  // they are counted as they are read
    compactions_total_.add();
}

// How far the user's connections were told is known to the host over a reload, and to nobody after a restart: then
// there are no connections.
tg::Task<tg::Result<MailboxPtr>> NotificationPlugin::touch(Owner owner, std::string role,
                                                           std::optional<FlushTicket> flush) {
    MailboxPtr box = mailboxes_.find(owner);
    const std::string role_stream = "broadcast:role:" + role;
    const bool usable = box && !box->stale && (role.empty() || box->merged.contains(role_stream));
    if (usable) {
        const tg::Status synced = co_await sync(box, owner);
        if (!synced.ok()) co_return synced;
    } else {
        const auto waiting = box ? box->waiting : decltype(box->waiting)();
        auto loaded = co_await load(owner, role);
        if (!loaded) co_return loaded.status();
        box = std::move(*loaded);
        box->waiting = waiting;
        auto told = co_await tg::Values::get("told:" + owner.sub);
        const std::uint64_t told_to = told ? number_of(told->text()) : box->position;
        std::erase_if(box->fresh, [&](const std::string& id) {
            const InboxItem* const item = box->inbox.find(id);
            return !item || item->place.position <= told_to;
        });
        tg::ValuePut put("told:" + owner.sub, std::to_string(box->position));
        put.ttl_ms(kToldTtlMs);
        auto kept = co_await tg::Values::put(std::move(put));
        if (!kept) refusal_of("keep how far a user was told", kept.status());
        mailboxes_.put(owner, box);
    }
    if (flush) box->wait(flush->session, flush->reached);
    count_evictions(*box);
    co_await tell_fresh(box, owner);
    if (box->should_compact()) co_await compact(box, owner);
    co_return std::move(box);
}

}  // namespace tidegate::notification
