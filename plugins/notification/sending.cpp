// What is sent: by HTTP and by domain events. It is in the streams before it is acknowledged; repeating a request that
// failed half way finishes it, because every step of it is done once per notification.

#include <algorithm>
#include <utility>

#include "notification_plugin.hpp"
#include "quote_document/identity.hpp"
#include "rating/sha256.hpp"

namespace tidegate::notification {
namespace {

constexpr std::size_t kKeyBytes = 128;
constexpr std::uint64_t kSentLogEntries = 100'000;
constexpr std::uint64_t kClaimsKept = 2000;   // two of each key
constexpr std::uint64_t kClaimsAtOnce = 100;  // room for those that come together
constexpr std::uint32_t kPage = 1000;
constexpr std::int64_t kEventTtlMs = std::int64_t{7} * 86'400'000;

bool may_send(const tg::Principal& who) { return who.allows("notifications:send"); }
bool may_broadcast(const tg::Principal& who) { return may_send(who) || who.allows("notifications:broadcast"); }

std::string answer_json(const std::string& id, std::uint64_t target, std::uint64_t delivered, std::uint64_t queued) {
    tg::json::Writer out;
    out.begin_object().member("id", id).member("target_count", target).member("delivered_count", delivered);
    return out.member("queued_count", queued).member("failed_count", 0).end_object().take();
}

std::string duplicate_json(const std::string& id) {
    std::string out = answer_json(id, 1, 0, 0);
    out.insert(out.size() - 1, R"(,"duplicate":true)");
    return out;
}

// The same for the same text: what an event leads to is sent once, however often the event comes.
std::string uuid_of(const std::string& text) {
    std::string hex = rating::sha256_hex(text).substr(0, 32);
    hex[12] = '8';  // RFC 9562: version 8, made by rules of one's own
    hex[16] = 'a';
    for (const std::size_t at : {20, 16, 12, 8}) hex.insert(at, "-");
    return hex;
}

std::vector<std::string> channels_of(const std::vector<std::string>& roles) {
    if (roles.empty()) return {"system"};
    std::vector<std::string> out;
    for (const std::string& role : roles) out.push_back("role:" + role);
    return out;
}

std::vector<std::string> streams_of(const std::vector<std::string>& roles) {
    if (roles.empty()) return {"broadcast:all"};
    std::vector<std::string> out;
    for (const std::string& role : roles) out.push_back("broadcast:role:" + role);
    return out;
}

// Among whom a dedup key is one: a user, everybody, or the same roles in whatever order.
std::string audience_of(const Outgoing& out) {
    if (!out.user_id.empty()) return out.user_id;
    if (out.roles.empty()) return "*";
    std::string joined;
    for (const std::string& role : std::set<std::string>(out.roles.begin(), out.roles.end())) joined += role + "\n";
    return "*" + rating::sha256_hex(joined);
}

struct EventTexts {
    std::string id, rule, severity, message, quote_id, field, comment_id, author;
    std::vector<std::string> roles, mentions;
};

void read_texts(tg::json::Reader& in, std::vector<std::string>& out) {
    if (in.peek() != tg::json::Kind::kArray || !in.enter_array()) return;
    while (in.next_element()) {
        std::string text;
        if (in.peek() == tg::json::Kind::kString && in.string(text)) out.push_back(std::move(text));
    }
}

EventTexts read_event(std::string_view data) {
    EventTexts out;
    tg::json::Reader in(data);
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        const std::string name(key);
        std::string* into = nullptr;
        if (name == "id") into = &out.id;
        if (name == "rule") into = &out.rule;
        if (name == "severity") into = &out.severity;
        if (name == "message") into = &out.message;
        if (name == "quote_id") into = &out.quote_id;
        if (name == "field") into = &out.field;
        if (name == "comment_id") into = &out.comment_id;
        if (name == "author" || name == "by") into = &out.author;
        if (into && in.peek() == tg::json::Kind::kString) in.string(*into);
        if (name == "roles") read_texts(in, out.roles);
        if (name == "mentions") read_texts(in, out.mentions);
    }
    return out;
}

std::string cut(const std::string& text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    std::size_t end = bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end);
}

}  // namespace

tg::Task<tg::Status> NotificationPlugin::send(tg::HttpRequest request) {
    if (!may_send(request.principal())) co_return tg::forbidden("you may not send notifications");
    const SendBounds bounds = settings()->bounds();
    auto read = read_send(request.body(), Target::kUser, bounds);
    if (const auto* why = std::get_if<std::string>(&read)) co_return tg::invalid(*why);
    SendRequest wanted = std::move(std::get<SendRequest>(read));
    Outgoing out;
    out.notice = wanted.notice_at(tg::wall_ms());
    out.user_id = wanted.user_id;
    co_return co_await send_once(std::move(request), std::move(out), std::move(wanted.dedup_key),
                                 wanted.dedup_window_s * 1000);
}

tg::Task<tg::Status> NotificationPlugin::broadcast(tg::HttpRequest request) {
    if (!may_broadcast(request.principal())) co_return tg::forbidden("you may not broadcast notifications");
    const SendBounds bounds = settings()->bounds();
    auto read = read_send(request.body(), Target::kBroadcast, bounds);
    if (const auto* why = std::get_if<std::string>(&read)) co_return tg::invalid(*why);
    SendRequest wanted = std::move(std::get<SendRequest>(read));
    Outgoing out;
    out.notice = wanted.notice_at(tg::wall_ms());
    out.roles = wanted.roles;
    co_return co_await send_once(std::move(request), std::move(out), std::move(wanted.dedup_key),
                                 wanted.dedup_window_s * 1000);
}

tg::Task<tg::Status> NotificationPlugin::send_once(tg::HttpRequest request, Outgoing out, std::string dedup_key,
                                                   std::int64_t window_ms) {
    const std::string key(request.idempotency_key());
    if (key.size() > kKeyBytes) co_return tg::invalid("Idempotency-Key is of at most 128 bytes");
    out.notice.sender = request.principal().sub();
    out.notice.id = tg::random_uuid();
    const std::string recipient = audience_of(out);
    Claim claimed;
    Sent sent;
    if (!dedup_key.empty()) {
        claimed.key = dedup_key;
        claimed.id = out.notice.id;
        claimed.window_ms = window_ms;
        auto holder = co_await claim(recipient, claimed);
        if (!holder) co_return holder.status();
        claimed = *holder;
        out.notice.id = claimed.id;
        sent.duplicate = claimed.done;
    }
    sent.id = out.notice.id;
    sent.digest = rating::sha256_hex(recipient + "\n" + std::string(request.body()));
    if (sent.duplicate) {
        sent.answer = duplicate_json(sent.id);
    } else {
        sent.answer = co_await answer_for(out);
    }
    // A duplicate is logged too, when it has an Idempotency-Key: it may be the repetition of what holds the dedup key.
    if (!sent.duplicate || !key.empty()) {
        auto logged = co_await log_sent(out.notice.sender, sent, key);
        if (!logged) co_return logged.status();
        if (logged->digest != sent.digest) {
            request.fail("conflict", "this Idempotency-Key was used for another request");
            co_return tg::Status();
        }
        sent = std::move(*logged);
    }
    const bool is_finished = claimed.done && claimed.id == sent.id;
    if (sent.duplicate) duplicates_total_.add();
    if (sent.duplicate || is_finished) {
        request.respond(202, sent.answer);
        co_return tg::Status();
    }
    out.notice.id = sent.id;
    const tg::Status stored = co_await store(out);
    if (!stored.ok()) co_return stored;
    // Not in the name of another: the window of what was sent under this Idempotency-Key may be over.
    if (!dedup_key.empty() && !claimed.done && claimed.id == sent.id) {
        claimed.done = true;
        const tg::Status noted = co_await append_once("dedup:" + recipient, entry_json(claimed), "", kClaimsKept);
        if (!noted.ok()) co_return noted;
    }
    request.respond(202, sent.answer);
    co_return tg::Status();
}

// Who holds the key afterwards: the order of the stream decides between those who come at once. A key is refused rather
// than one forgotten whose window is open.
tg::Task<tg::Result<Claim>> NotificationPlugin::claim(std::string user_id, Claim wanted) {
    const std::string stream = "dedup:" + user_id;
    const std::int64_t now_ms = tg::wall_ms();
    DedupBook book;
    std::uint64_t after = 0;
    std::uint64_t first_open = 0;
    for (bool claimed = false;; claimed = true) {
        for (;;) {
            auto page = co_await tg::Streams::read(stream, after, kPage);
            if (!page) co_return refusal_of("read dedup keys", page.status());
            if (page->empty()) break;
            for (const tg::StreamEntry& entry : *page) {
                const auto one = read_claim(entry.data());
                if (!one) continue;
                book.add(*one, entry.at_ms());
                const bool is_open = !one->done && entry.at_ms() + one->window_ms > now_ms;
                if (is_open && first_open == 0) first_open = entry.position();
            }
            after = page->back().position();
        }
        const Claim* const holder = claimed ? book.holder(wanted.key) : book.holder(wanted.key, now_ms);
        if (holder) co_return *holder;
        const bool is_full = first_open != 0 && after - first_open >= kClaimsKept - kClaimsAtOnce;
        if (claimed || is_full) co_return tg::Status(TG_E_BUSY, "too many dedup keys are held for this recipient");
        const tg::Status appended = co_await append_once(stream, entry_json(wanted), "", kClaimsKept);
        if (!appended.ok()) co_return appended;
    }
}

// What was sent first under this key, this or an earlier one.
tg::Task<tg::Result<Sent>> NotificationPlugin::log_sent(std::string sender, Sent sent, std::string key) {
    tg::StreamAppend append("sent:" + sender);
    append.entry(entry_json(sent)).max_entries(kSentLogEntries).idempotency_key(key);
    auto appended = co_await tg::Streams::append(std::move(append));
    if (!appended) co_return refusal_of("log what is sent", appended.status());
    if (!appended->replayed()) co_return std::move(sent);
    auto page = co_await tg::Streams::read("sent:" + sender, appended->first() - 1, 1);
    if (!page) co_return refusal_of("read what was sent", page.status());
    const bool there = !page->empty() && page->front().position() == appended->first();
    auto entry = there ? read_sent_entry(page->front().data()) : std::nullopt;
    auto* const before = entry ? std::get_if<Sent>(&*entry) : nullptr;
    if (!before) co_return tg::Status(TG_E_CONFLICT, "what was sent under this Idempotency-Key is forgotten");
    co_return std::move(*before);
}

tg::Task<std::string> NotificationPlugin::answer_for(Outgoing out) {
    std::uint64_t reached = 0;
    if (out.user_id.empty()) {
        for (const std::string& channel : channels_of(out.roles)) reached += tg::Channel::subscribers(channel);
        co_return answer_json(out.notice.id, reached, reached, 0);
    }
    reached = tg::Channel::subscribers("user:" + out.user_id);
    bool told = reached > 0;
    if (told) {
        const auto preferences = co_await preferences_of(out.user_id);
        told = !preferences || preferences->held_until(out.notice, out.notice.at_ms) == 0;
    }
    co_return answer_json(out.notice.id, 1, told ? 1 : 0, told ? 0 : 1);
}

tg::Task<tg::Status> NotificationPlugin::append_once(std::string stream, std::string entry, std::string key,
                                                     std::uint64_t max_entries) {
    tg::StreamAppend append(std::move(stream));
    append.entry(std::move(entry)).max_entries(max_entries).idempotency_key(std::move(key));
    auto appended = co_await tg::Streams::append(std::move(append));
    if (!appended) co_return refusal_of("append a notification", appended.status());
    co_return tg::Status();
}

// Every step is done once per notification, whoever repeats it.
tg::Task<tg::Status> NotificationPlugin::store(Outgoing out) {
    tg::Status kept;
    if (out.user_id.empty()) {
        kept = co_await store_broadcast(out);
    } else {
        kept = co_await store_for_user(out);
    }
    if (!kept.ok()) co_return kept;
    // After it: who asks whether it was read must find it.
    co_return co_await open_escalation(std::move(out));
}

tg::Task<tg::Status> NotificationPlugin::store_for_user(Outgoing out) {
    tg::StreamAppend append("inbox:" + out.user_id);
    append.entry(entry_json(out.notice)).idempotency_key(out.notice.id);
    auto appended = co_await tg::Streams::append(std::move(append));
    if (!appended) co_return refusal_of("append a notification", appended.status());
    sent_total_.add();
    // When its strand is full, one of those that wait there will find it.
    tg::Exec::post("user:" + out.user_id, kDeliverTask, std::to_string(appended->last()));
    co_return tg::Status();
}

tg::Task<tg::Status> NotificationPlugin::store_broadcast(Outgoing out) {
    const std::uint64_t kept = settings()->broadcasts_kept;
    const std::vector<std::string> streams = streams_of(out.roles);
    const std::vector<std::string> channels = channels_of(out.roles);
    const std::string event = broadcast_json(out.notice, tg::wall_ms());
    for (std::size_t i = 0; i < streams.size(); ++i) {
        tg::StreamAppend append(streams[i]);
        append.entry(entry_json(out.notice)).max_entries(kept).idempotency_key(out.notice.id);
        auto appended = co_await tg::Streams::append(std::move(append));
        if (!appended) co_return refusal_of("append a broadcast", appended.status());
        if (!appended->replayed()) tg::Channel::publish_live(channels[i], event, tg::Lane::kEvents);
    }
    broadcasts_total_.add();
    co_return tg::Status();
}

tg::Task<tg::Status> NotificationPlugin::open_escalation(Outgoing out) {
    const auto now = settings();
    const EscalationRule* const rule = now->rule_for(out.notice);
    if (!rule) co_return tg::Status();
    Escalation escalation;
    escalation.id = out.notice.id;
    escalation.user_id = out.user_id;
    escalation.roles = out.roles;
    escalation.due_ms = out.notice.at_ms + rule->delay_ms;
    escalation.notice = out.notice;
    const tg::Status opened = co_await append_once(std::string(kEscalations), entry_json(escalation), out.notice.id, 0);
    tg::Exec::post(kEscalations, kTickTask, "");
    co_return opened;
}

tg::Task<tg::Status> NotificationPlugin::on_alert(tg::Event event) {
    const auto now = settings();
    const EventTexts said = read_event(event.data());
    Outgoing out;
    for (const std::string& role : said.roles.empty() ? now->alert_roles : said.roles) {
        if (std::find(now->roles.begin(), now->roles.end(), role) != now->roles.end()) out.roles.push_back(role);
    }
    if (out.roles.empty()) {
        tg::log::warn("an alert is for no role that is known");
        co_return tg::Status();
    }
    out.notice.id = uuid_of("alert\n" + said.id + "\n" + std::to_string(event.sequence()));
    out.notice.title = cut("Alert: " + said.rule, 200);
    out.notice.message = said.message.empty() ? out.notice.title : cut(said.message, 4000);
    out.notice.level = level_of(said.severity).value_or(Level::kWarning);
    out.notice.priority = out.notice.level == Level::kCritical ? Priority::kUrgent : Priority::kHigh;
    out.notice.topic = "alerts";
    out.notice.collapse_key = cut("alert:" + said.rule, 128);
    out.notice.sender = "alerts";
    out.notice.broadcast = true;
    out.notice.at_ms = event.at_ms();
    out.notice.expires_ms = event.at_ms() + kEventTtlMs;
    co_return co_await store(std::move(out));
}

tg::Task<tg::Status> NotificationPlugin::on_comment(tg::Event event) {
    const EventTexts said = read_event(event.data());
    const std::string author = said.author.empty() ? std::string(event.actor()) : said.author;
    for (const std::string& user : std::set<std::string>(said.mentions.begin(), said.mentions.end())) {
        if (user == author || !quote::is_quote_id(user)) continue;
        tg::json::Writer action;
        action.begin_object().member("quote_id", said.quote_id).member("field", said.field);
        action.member("comment_id", said.comment_id).end_object();
        Outgoing out;
        out.user_id = user;
        out.notice.id = uuid_of("comment\n" + said.comment_id + "\n" + user);
        out.notice.title = "You were mentioned";
        out.notice.message =
            cut("In a comment on " + (said.field.empty() ? "quote " + said.quote_id : said.field), 4000);
        out.notice.action = action.take();
        out.notice.topic = "comments";
        out.notice.at_ms = event.at_ms();
        out.notice.expires_ms = event.at_ms() + kEventTtlMs;
        const tg::Status stored = co_await store(std::move(out));
        if (!stored.ok()) co_return stored;
    }
    co_return tg::Status();
}

}  // namespace tidegate::notification
