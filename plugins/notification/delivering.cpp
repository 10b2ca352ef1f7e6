// What is told to whom: new notifications to everybody on the user's channel, the queue to a connection that came, what
// was snoozed or held back when its time has come.

#include <algorithm>
#include <charconv>
#include <utility>

#include "notification_plugin.hpp"

namespace tidegate::notification {
namespace {

constexpr std::size_t kTurnBytes = 64 * 1024;
constexpr std::size_t kTurnItems = 4096;
constexpr std::uint64_t kNextTurnMs = 1;
constexpr std::uint64_t kBehindMs = 10;
constexpr std::uint64_t kLookEvery = 256;  // positions: how often the inbox of somebody who is away is looked at
constexpr std::int64_t kLongestWakeMs = 24 * 3'600'000;

std::string ticket_json(const FlushTicket& ticket) {
    const Place& place = ticket.reached.place;
    tg::json::Writer out;
    out.begin_object().member("session", ticket.session.id()).member("device", ticket.device);
    out.member("role", ticket.role).key("reached").begin_array();
    out.value(static_cast<int>(ticket.reached.priority)).value(place.at_ms).value(place.source).value(place.position);
    return out.end_array().end_object().take();
}

std::optional<FlushTicket> read_ticket(std::string_view json) {
    tg::json::Reader in(json);
    FlushTicket out;
    std::string_view key;
    std::string_view session;
    std::int64_t reached[4] = {};
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "session") {
            in.number(session);
        } else if (key == "device") {
            in.string(out.device);
        } else if (key == "role") {
            in.string(out.role);
        } else if (key == "reached" && in.enter_array()) {
            for (std::int64_t& value : reached) {
                if (in.next_element()) in.integer(value);
            }
            in.leave();
        }
    }
    if (!in.finish()) return std::nullopt;
    tg_session id = 0;
    std::from_chars(session.data(), session.data() + session.size(), id);
    out.session = tg::Session(id);
    out.reached.priority = static_cast<Priority>(reached[0]);
    out.reached.place.at_ms = reached[1];
    out.reached.place.source = static_cast<std::uint32_t>(reached[2]);
    out.reached.place.position = static_cast<std::uint64_t>(reached[3]);
    return out;
}

bool is_gone(tg::Session session) { return !session.attribute(kInboxMark).ok(); }

std::int64_t number_in(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

tg::Task<tg::Status> NotificationPlugin::on_task(tg::TaskMessage task) {
    constexpr std::string_view kUser = "user:";
    std::string payload(task.payload());
    const std::string_view name = task.name();
    if (name == kTickTask) co_return co_await tick(task.scope());
    if (name == kWebhookTask) co_return co_await call_webhook(std::move(payload));
    if (!task.key().starts_with(kUser)) co_return tg::invalid("a task of nobody");
    Owner owner(task.scope(), std::string(task.key().substr(kUser.size())));
    if (name == kDeliverTask) co_return co_await deliver(std::move(owner), std::move(payload));
    if (name == kWakeTask) co_return co_await wake(std::move(owner), std::move(payload));
    if (name == kEscalateTask) co_return co_await ask_reader(std::move(owner), std::move(payload));
    auto ticket = name == kFlushTask ? read_ticket(payload) : std::nullopt;
    if (ticket) co_return co_await flush(std::move(owner), std::move(*ticket));
    tg::log::error("a task that this version does not know: " + std::string(name));
    co_return tg::Status();
}

void NotificationPlugin::tell(Mailbox& box, const Owner& owner, const InboxItem& item) {
    // How many wait says nothing of who else is there: some may be gone, or have left the channel.
    std::erase_if(box.waiting, [](const auto& one) { return is_gone(one.first); });
    const Rank rank{item.notice->priority, item.place};
    const std::vector<tg::Session> waiting = box.waiting_for(rank);
    tg::Publication publication(owner.channel(), pushed_json(*item.notice, {}, box.inbox.unread(), tg::wall_ms()));
    publication.lane(tg::Lane::kEvents).exclude(waiting);
    const tg::Status told = tg::Channel::publish_live(publication);
    if (!told.ok()) refusal_of("tell a notification", told);
    if (waiting.size() < tg::Channel::subscribers(owner.channel())) delivered_total_.add();
}

void NotificationPlugin::wake_later(Mailbox& box, const Owner& owner, std::int64_t at_ms) {
    const std::int64_t now_ms = tg::wall_ms();
    const bool comes_sooner = box.wake_at_ms > now_ms && box.wake_at_ms <= at_ms;
    if (at_ms == kNever || comes_sooner) return;
    const std::int64_t delay_ms = std::clamp<std::int64_t>(at_ms - now_ms, 1, kLongestWakeMs);
    box.wake_at_ms = now_ms + delay_ms;
    const auto timer =
        tg::Exec::post_after(static_cast<std::uint64_t>(delay_ms), owner.channel(), kWakeTask, std::to_string(now_ms));
    if (!timer) refusal_of("wait for the end of quiet hours", timer.status());
}

tg::Task<> NotificationPlugin::tell_fresh(MailboxPtr box, Owner owner) {
    if (box->fresh.empty()) co_return;
    const std::vector<std::string> fresh = std::exchange(box->fresh, {});
    const std::int64_t now_ms = tg::wall_ms();
    if (tg::Channel::subscribers(owner.channel()) > 0) {
        std::vector<std::pair<Rank, const InboxItem*>> items;
        for (const std::string& id : fresh) {
            if (const InboxItem* const item = box->inbox.find(id); item && item->is_unread())
                items.emplace_back(Rank{item->notice->priority, item->place}, item);
        }
        std::sort(items.begin(), items.end());
        for (const auto& [rank, item] : items) {
            const std::int64_t due_ms = box->due_ms(*item);
            if (due_ms <= std::max(now_ms, item->place.at_ms)) {
                tell(*box, owner, *item);
            } else {
                held_total_.add();
                wake_later(*box, owner, due_ms);
            }
        }
    }
    tg::ValuePut put("told:" + owner.sub, std::to_string(box->position));
    put.ttl_ms(kToldTtlMs);
    auto kept = co_await tg::Values::put(std::move(put));
    if (!kept) refusal_of("keep how far a user was told", kept.status());
}

// The payload is the position of what came; empty: look for more.
tg::Task<tg::Status> NotificationPlugin::deliver(Owner owner, std::string payload) {
    const bool away = tg::Channel::subscribers(owner.channel()) == 0;
    const bool look = !payload.empty() && static_cast<std::uint64_t>(number_in(payload)) % kLookEvery == 0;
    // His stream is all that is needed, but it must not grow without bound.
    if (away && !look) {
        mailboxes_.forget(owner);
        co_return tg::Status();
    }
    auto box = co_await touch(owner, std::string(), std::nullopt);
    if (!box) co_return box.status();
    if (away) mailboxes_.forget(owner);
    co_return tg::Status();
}

void NotificationPlugin::begin_flush(std::string_view channel, FlushTicket ticket) {
    ticket.session.set_attribute(kInboxMark, "1");
    const tg::Status posted = tg::Exec::post(channel, kFlushTask, ticket_json(ticket));
    if (!posted.ok()) refusal_of("begin with a queue", posted);
}

tg::Task<tg::Status> NotificationPlugin::flush(Owner owner, FlushTicket ticket) {
    if (is_gone(ticket.session)) {
        if (const MailboxPtr box = mailboxes_.find(owner)) box->done_waiting(ticket.session);
        if (tg::Channel::subscribers(owner.channel()) == 0) mailboxes_.forget(owner);
        co_return tg::Status();
    }
    auto touched = co_await touch(owner, ticket.role, ticket);
    if (!touched) {
        // The connection waits for its queue: it is asked for again.
        const auto again = tg::Exec::post_after(1000, owner.channel(), kFlushTask, ticket_json(ticket));
        co_return again ? touched.status() : again.status();
    }
    Mailbox& box = **touched;
    const std::int64_t now_ms = tg::wall_ms();
    std::size_t bytes = 0;
    std::size_t items = 0;
    bool behind = false;
    auto next = box.inbox.ranked().upper_bound(ticket.reached);
    for (; next != box.inbox.ranked().end() && bytes < kTurnBytes && items < kTurnItems && !behind; ++next, ++items) {
        ticket.reached = next->first;
        const InboxItem* const item = box.inbox.find(next->second);
        if (!item || !item->is_unread() || box.inbox.was_shown(*item, ticket.device)) continue;
        const std::int64_t due_ms = box.due_ms(*item);
        if (due_ms > now_ms && due_ms > item->place.at_ms) {
            wake_later(box, owner, due_ms);
            continue;
        }
        const std::string message = pushed_json(*item->notice, owner.channel(), box.inbox.unread(), now_ms);
        const tg::Status pushed = ticket.session.push(message);
        behind = pushed.rc() == TG_BACKPRESSURE;
        bytes += message.size();
        flushed_total_.add();
    }
    if (next == box.inbox.ranked().end()) {
        box.done_waiting(ticket.session);
        co_return tg::Status();
    }
    box.wait(ticket.session, ticket.reached);
    const auto timer =
        tg::Exec::post_after(behind ? kBehindMs : kNextTurnMs, owner.channel(), kFlushTask, ticket_json(ticket));
    co_return timer ? tg::Status() : timer.status();
}

// What became due since the payload's time.
tg::Task<tg::Status> NotificationPlugin::wake(Owner owner, std::string payload) {
    if (tg::Channel::subscribers(owner.channel()) == 0) co_return tg::Status();
    auto touched = co_await touch(owner, std::string(), std::nullopt);
    if (!touched) co_return touched.status();
    Mailbox& box = **touched;
    const std::int64_t since_ms = std::max(number_in(payload), box.woken_ms);
    const std::int64_t now_ms = tg::wall_ms();
    std::int64_t next_ms = kNever;
    box.wake_at_ms = 0;
    box.woken_ms = now_ms;
    for (const auto& [rank, id] : box.inbox.ranked()) {
        const InboxItem* const item = box.inbox.find(id);
        if (!item || !item->is_unread()) continue;
        const std::int64_t due_ms = box.due_ms(*item);
        if (due_ms == item->place.at_ms || due_ms <= since_ms) continue;
        if (due_ms <= now_ms) {
            tell(box, owner, *item);
        } else {
            next_ms = std::min(next_ms, due_ms);
        }
    }
    wake_later(box, owner, next_ms);
    co_return tg::Status();
}

}  // namespace tidegate::notification
