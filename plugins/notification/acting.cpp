// What a user does with his inbox: every act is durable before it is answered, and told to his other connections.

#include <algorithm>
#include <map>
#include <utility>

#include "notification_plugin.hpp"
#include "quote_document/identity.hpp"

namespace tidegate::notification {
namespace {

constexpr std::size_t kIdsPerEntry = 500;
constexpr std::size_t kEntriesPerAppend = 256;
constexpr std::uint64_t kSentLogEntries = 100'000;

struct Ids {
    std::vector<std::string> known;
    std::vector<std::string> unknown;
};

Ids sorted_out(const Mailbox& box, const ClientRequest& request) {
    Ids out;
    for (const std::string& id : request.ids) (box.inbox.find(id) ? out.known : out.unknown).push_back(id);
    return out;
}

void write_ids(tg::json::Writer& out, std::string_view name, const std::vector<std::string>& ids) {
    out.key(name).begin_array();
    for (const std::string& id : ids) out.value(id);
    out.end_array();
}

std::string unknown_json(const std::vector<std::string>& unknown) {
    tg::json::Writer out;
    out.begin_object();
    write_ids(out, "unknown", unknown);
    return out.end_object().take();
}

// Without its end: `ref` and `unknown` are for the author only.
std::string updated_json(const Act& act, std::size_t unread, std::int64_t now_ms) {
    tg::json::Writer out;
    out.begin_object().member("type", "notification:updated").member("change", word_of(act.kind));
    write_ids(out, "ids", act.ids);
    if (act.kind == ActKind::kSnooze) out.member("until", quote::time_text(act.until_ms));
    if (act.kind == ActKind::kAct) out.member("action", act.action);
    out.member("unread", unread).member("timestamp", quote::time_text(now_ms));
    return out.take();
}

std::optional<Receipt> receipt_of(const Act& act, const Standing& standing) {
    switch (act.kind) {
        case ActKind::kAck:
            return standing.acked == 0 ? std::optional(Receipt::kDelivered) : std::nullopt;
        case ActKind::kSeen:
            return standing.seen ? std::nullopt : std::optional(Receipt::kSeen);
        case ActKind::kRead:
            return standing.read_ms == 0 ? std::optional(Receipt::kRead) : std::nullopt;
        case ActKind::kDismiss:
            return Receipt::kDismissed;
        case ActKind::kAct:
            return Receipt::kActed;
        case ActKind::kSnooze:
            break;
    }
    return std::nullopt;
}

}  // namespace

const NotificationPlugin::Route* NotificationPlugin::route_of(std::string_view type) {
    using Self = NotificationPlugin;
    static constexpr Route kRoutes[] = {
        {"notification:ack", &Self::ack},         {"notification:act", &Self::act},
        {"notification:dismiss", &Self::dismiss}, {"notification:list", &Self::list},
        {"notification:read", &Self::read},       {"notification:preferences", &Self::prefer},
        {"notification:snooze", &Self::snooze},
    };
    for (const Route& route : kRoutes) {
        if (route.type == type) return &route;
    }
    return nullptr;
}

tg::Task<tg::Status> NotificationPlugin::on_message(tg::Message message) {
    const Route* const route = route_of(message.type());
    if (!route) {
        message.fail("unknown_type", "notification does not know this type");
        co_return tg::Status();
    }
    Reader reader(message);
    if (message.channel() != reader.owner.channel()) co_return tg::forbidden("this is somebody else's inbox");
    auto request = read_client_request(message.payload());
    if (!request) co_return tg::invalid("the message is not in its form");
    if (!request->device.empty() && !is_device(request->device))
        co_return tg::invalid("device is of 1 to 64 letters, digits, - _ .");
    auto box = co_await touch(reader.owner, reader.role, std::nullopt);
    if (!box) co_return box.status();
    co_await (this->*route->run)(std::move(message), std::move(reader), *box, std::move(*request));
    co_return tg::Status();
}

// Before the act itself: a receipt that stands twice counts once, one that is missing would never come.
tg::Task<tg::Status> NotificationPlugin::send_receipts(Reader reader, MailboxPtr box, Act act) {
    std::map<std::string, std::vector<Received>> by_sender;
    for (const std::string& id : act.ids) {
        const InboxItem* const item = box->inbox.find(id);
        const auto what = item ? receipt_of(act, item->standing) : std::nullopt;
        if (!what || item->notice->sender.empty()) continue;
        Received received;
        received.id = id;
        received.user = reader.owner.sub;
        received.what = *what;
        received.action = act.action;
        by_sender[item->notice->sender].push_back(std::move(received));
    }
    for (const auto& [sender, all] : by_sender) {
        for (std::size_t done = 0; done < all.size(); done += kEntriesPerAppend) {
            tg::StreamAppend append("sent:" + sender);
            const std::size_t end = std::min(all.size(), done + kEntriesPerAppend);
            for (std::size_t i = done; i < end; ++i) append.entry(entry_json(all[i]));
            append.max_entries(kSentLogEntries);
            auto appended = co_await tg::Streams::append(std::move(append));
            if (!appended) co_return refusal_of("append receipts", appended.status());
        }
        receipts_total_.add(static_cast<double>(all.size()));
        const std::string channel = "user:" + sender;
        if (!quote::is_quote_id(sender) || tg::Channel::subscribers(channel) == 0) continue;
        for (const Received& received : all) {
            // Of a broadcast they are only counted: they could be as many as there are users.
            const InboxItem* const item = box->inbox.find(received.id);
            if (item && !item->notice->broadcast)
                tg::Channel::publish_live(channel, receipt_json(received, {}, tg::wall_ms()));
        }
    }
    co_return tg::Status();
}

tg::Task<tg::Status> NotificationPlugin::commit(Reader reader, MailboxPtr box, Act act) {
    const tg::Status receipts = co_await send_receipts(reader, box, act);
    if (!receipts.ok()) co_return receipts;
    for (std::size_t done = 0; done < act.ids.size(); done += kIdsPerEntry) {
        Act part = act;
        const auto begin = act.ids.begin() + static_cast<std::ptrdiff_t>(done);
        part.ids.assign(begin, begin + static_cast<std::ptrdiff_t>(std::min(kIdsPerEntry, act.ids.size() - done)));
        tg::StreamAppend append(reader.owner.stream());
        for (const std::string& id : part.ids) {
            const InboxItem* const item = box->inbox.find(id);
            if (item && item->place.source == Place::kRole) part.of_roles[id] = item->notice->expires_ms;
        }
        append.entry(entry_json(part));
        auto appended = co_await tg::Streams::append(std::move(append));
        if (!appended) co_return refusal_of("append an act", appended.status());
    }
    const tg::Status synced = co_await sync(box, reader.owner);
    if (!synced.ok()) co_return synced;
    co_await tell_fresh(box, reader.owner);
    co_return tg::Status();
}

tg::Task<> NotificationPlugin::change(tg::Message message, Reader reader, MailboxPtr box, Act act,
                                      std::vector<std::string> unknown) {
    if (act.ids.empty()) {
        if (!unknown.empty()) {
            message.fail("not_found", "there are no such notifications in your inbox", unknown_json(unknown));
            co_return;
        }
    } else {
        const tg::Status committed = co_await commit(reader, box, act);
        if (!committed.ok()) {
            message.fail(committed);
            co_return;
        }
    }
    const std::string event = updated_json(act, box->inbox.unread(), tg::wall_ms());
    std::string answer = event + ",\"channel\":\"" + reader.owner.channel() + "\"";
    if (!unknown.empty()) {
        const std::string members = unknown_json(unknown);
        answer.append(",").append(members, 1, members.size() - 2);
    }
    message.reply(answer + "}");
    if (act.ids.empty()) co_return;
    tg::Publication publication(reader.owner.channel(), event + "}");
    publication.lane(tg::Lane::kEvents).exclude({reader.session});
    tg::Channel::publish_live(publication);
}

tg::Task<> NotificationPlugin::ack(tg::Message message, Reader reader, MailboxPtr box, ClientRequest request) {
    Ids ids = sorted_out(*box, request);
    Act act;
    act.kind = request.seen ? ActKind::kSeen : ActKind::kAck;
    act.ids = std::move(ids.known);
    act.device = request.device;
    if (act.ids.empty()) {
        message.fail("not_found", "there are no such notifications in your inbox", unknown_json(ids.unknown));
        co_return;
    }
    const tg::Status committed = co_await commit(reader, box, act);
    if (!committed.ok()) {
        message.fail(committed);
        co_return;
    }
    tg::json::Writer out;
    out.begin_object().member("type", "notification:acked").member("channel", reader.owner.channel());
    write_ids(out, "ids", act.ids);
    if (!ids.unknown.empty()) write_ids(out, "unknown", ids.unknown);
    message.reply(out.member("unread", box->inbox.unread()).end_object().take());
}

tg::Task<> NotificationPlugin::read(tg::Message message, Reader reader, MailboxPtr box, ClientRequest request) {
    Ids ids = sorted_out(*box, request);
    if (request.all) {
        for (const auto& [place, id] : box->inbox.placed()) {
            if (box->inbox.find(id)->is_unread()) ids.known.push_back(id);
        }
    }
    Act act;
    act.kind = ActKind::kRead;
    act.ids = std::move(ids.known);
    co_await change(std::move(message), std::move(reader), std::move(box), std::move(act), std::move(ids.unknown));
}

tg::Task<> NotificationPlugin::dismiss(tg::Message message, Reader reader, MailboxPtr box, ClientRequest request) {
    Ids ids = sorted_out(*box, request);
    Act act;
    act.kind = ActKind::kDismiss;
    act.ids = std::move(ids.known);
    co_await change(std::move(message), std::move(reader), std::move(box), std::move(act), std::move(ids.unknown));
}

tg::Task<> NotificationPlugin::snooze(tg::Message message, Reader reader, MailboxPtr box, ClientRequest request) {
    Ids ids = sorted_out(*box, request);
    Act act;
    act.kind = ActKind::kSnooze;
    act.ids = std::move(ids.known);
    act.until_ms = tg::wall_ms() + request.for_s * 1000;
    wake_later(*box, reader.owner, act.until_ms);
    co_await change(std::move(message), std::move(reader), std::move(box), std::move(act), std::move(ids.unknown));
}

tg::Task<> NotificationPlugin::act(tg::Message message, Reader reader, MailboxPtr box, ClientRequest request) {
    const std::string id = request.ids.empty() ? std::string() : request.ids.front();
    const InboxItem* const item = box->inbox.find(id);
    const Action* const action = item ? item->notice->action_named(request.action) : nullptr;
    if (!item) {
        message.fail("not_found", "there is no such notification in your inbox");
        co_return;
    }
    if (!action) {
        message.fail("invalid", "this notification has no such action");
        co_return;
    }
    if (action->confirm && !request.confirmed) {
        message.fail("conflict", "this action must be confirmed", R"({"confirm":true})");
        co_return;
    }
    if (!item->standing.acted.empty() && item->standing.acted != action->id) {
        message.fail("conflict", "another action was taken already");
        co_return;
    }
    Act taken;
    taken.kind = ActKind::kAct;
    taken.ids.push_back(id);
    taken.action = action->id;
    std::vector<std::string> unknown;
    co_await change(std::move(message), std::move(reader), std::move(box), std::move(taken), std::move(unknown));
}

tg::Task<> NotificationPlugin::list(tg::Message message, Reader reader, MailboxPtr box, ClientRequest request) {
    if (!request.after.empty() && !read_place_cursor(request.after)) {
        message.fail("invalid", "after is not a cursor of this listing");
        co_return;
    }
    std::string answer = R"({"type":"notification:list","channel":")" + reader.owner.channel() + "\",";
    const std::string members = list_json(*box, request, tg::wall_ms());
    message.reply(answer.append(members, 1));
}

tg::Task<> NotificationPlugin::prefer(tg::Message message, Reader reader, MailboxPtr box, ClientRequest request) {
    if (!request.preferences.empty()) {
        auto wanted = read_preferences(request.preferences);
        if (const auto* why = std::get_if<std::string>(&wanted)) {
            message.fail("invalid", *why);
            co_return;
        }
        Preferences& preferences = std::get<Preferences>(wanted);
        tg::Patch patch(kPreferencesType, reader.owner.sub);
        patch.set("", preferences.json()).actor(reader.owner.sub);
        auto patched = co_await tg::Docs::patch(std::move(patch));
        if (!patched) {
            message.fail(refusal_of("keep preferences", patched.status()));
            co_return;
        }
        box->preferences = std::move(preferences);
    }
    message.reply(R"({"type":"notification:preferences","channel":")" + reader.owner.channel() + R"(","preferences":)" +
                  box->preferences.json() + "}");
}

}  // namespace tidegate::notification
