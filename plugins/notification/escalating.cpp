// Escalation: when nobody read it in time, the webhook is told. The ledger's stream is the truth: what is open there is
// tried again after a restart, with the same delivery id, so that its receiver can tell a repetition.

#include <algorithm>
#include <utility>

#include "notification_plugin.hpp"
#include "quote_document/identity.hpp"
#include "webhook_client.hpp"

namespace tidegate::notification {
namespace {

constexpr std::uint32_t kPage = 1000;
constexpr std::int64_t kAgainMs = 1000;
constexpr std::int64_t kLongestWaitMs = 3'600'000;
constexpr std::uint64_t kDeadLettersKept = 10'000;

std::optional<Escalation> read_escalation(std::string_view payload) {
    auto entry = read_ledger_entry(payload);
    auto* const open = entry ? std::get_if<Escalation>(&*entry) : nullptr;
    if (!open) return std::nullopt;
    return std::move(*open);
}

std::uint32_t chance_of(const std::string& uuid) {
    std::uint32_t chance = 0;
    for (const char c : uuid) chance = chance * 31 + static_cast<unsigned char>(c);
    return chance;
}

}  // namespace

std::shared_ptr<LedgerCopy> NotificationPlugin::ledger_of(std::uint64_t scope) {
    const std::lock_guard<std::mutex> locked(lock_);
    auto& copy = ledgers_[scope];
    if (!copy) copy = std::make_shared<LedgerCopy>();
    return copy;
}

// Who comes first in a tenant after a start wakes what is due in it.
void NotificationPlugin::tick_once(std::uint64_t scope) {
    {
        const std::lock_guard<std::mutex> locked(lock_);
        if (!ticked_.insert(scope).second) return;
    }
    tg::Exec::post(kEscalations, kTickTask, "");
}

tg::Task<tg::Status> NotificationPlugin::note_ledger(std::string entry) {
    const tg::Status noted = co_await append_once(std::string(kEscalations), std::move(entry), std::string(), 0);
    tg::Exec::post(kEscalations, kTickTask, "");
    co_return noted;
}

tg::Task<tg::Status> NotificationPlugin::read_ledger(std::shared_ptr<LedgerCopy> copy) {
    for (;;) {
        auto page = co_await tg::Streams::read(std::string(kEscalations), copy->position, kPage);
        if (!page) co_return refusal_of("read escalations", page.status());
        if (page->empty()) break;
        for (const tg::StreamEntry& entry : *page) {
            auto read = read_ledger_entry(entry.data());
            if (read) copy->ledger.add(std::move(*read), entry.position());
            copy->position = entry.position();
        }
    }
    const std::uint64_t finished = copy->ledger.finished_up_to();
    if (finished <= copy->trimmed) co_return tg::Status();
    auto trimmed = co_await tg::Streams::trim(std::string(kEscalations), finished);
    if (!trimmed) co_return refusal_of("trim escalations", trimmed.status());
    copy->trimmed = finished;
    co_return tg::Status();
}

void NotificationPlugin::tick_later(LedgerCopy& copy, std::int64_t at_ms) {
    const std::int64_t now_ms = tg::wall_ms();
    if (copy.wake_at_ms > now_ms && copy.wake_at_ms <= at_ms) return;
    const std::int64_t wait_ms = std::clamp<std::int64_t>(at_ms - now_ms, 1, kLongestWaitMs);
    copy.wake_at_ms = now_ms + wait_ms;
    const auto timer = tg::Exec::post_after(static_cast<std::uint64_t>(wait_ms), kEscalations, kTickTask, "");
    if (!timer) refusal_of("wait for an escalation", timer.status());
}

tg::Task<tg::Status> NotificationPlugin::tick(std::uint64_t scope) {
    const auto copy = ledger_of(scope);
    // This hook may be ended while it waits for the store: another one follows it then.
    const auto guard = tg::Exec::post_after(EscalationLedger::kTakenMs, kEscalations, kTickTask, "");
    const tg::Status read = co_await read_ledger(copy);
    if (!read.ok()) {
        tick_later(*copy, tg::wall_ms() + kAgainMs);
        if (guard) tg::Exec::cancel(*guard);
        co_return read;
    }
    const std::int64_t now_ms = tg::wall_ms();
    for (const Escalation& due : copy->ledger.take_due(now_ms)) {
        if (due.user_id.empty()) {
            const tg::Status asked = co_await ask_audience(due);
            if (asked.ok()) continue;
        } else if (tg::Exec::post("user:" + due.user_id, kEscalateTask, entry_json(due)).ok()) {
            continue;
        }
        Failed again;
        again.id = due.id;
        again.attempts = due.attempts;
        again.next_ms = now_ms + kAgainMs;
        copy->ledger.add(again, 0);
    }
    if (const auto next = copy->ledger.next_due_ms()) tick_later(*copy, *next);
    if (guard) tg::Exec::cancel(*guard);
    co_return tg::Status();
}

// On the strand of the user: was it read?
tg::Task<tg::Status> NotificationPlugin::ask_reader(Owner owner, std::string payload) {
    const auto escalation = read_escalation(payload);
    if (!escalation) co_return tg::invalid("an escalation is not in its form");
    auto box = co_await touch(owner, std::string(), std::nullopt);
    while (box && (*box)->behind) box = co_await touch(owner, std::string(), std::nullopt);
    if (!box) {
        Failed again;
        again.id = escalation->id;
        again.attempts = escalation->attempts;
        again.next_ms = tg::wall_ms() + kAgainMs;
        co_return co_await note_ledger(entry_json(again));
    }
    const InboxItem* const item = (*box)->inbox.find(escalation->id);
    const bool open = item && item->is_unread();
    if (tg::Channel::subscribers(owner.channel()) == 0) mailboxes_.forget(owner);
    if (open) co_return tg::Exec::post("webhook:" + escalation->id, kWebhookTask, payload);
    Ended ended;
    ended.id = escalation->id;
    ended.how = Ending::kRead;
    co_return co_await note_ledger(entry_json(ended));
}

// A broadcast is escalated when nobody at all read it.
tg::Task<tg::Status> NotificationPlugin::ask_audience(Escalation escalation) {
    auto counts = co_await counts_of(escalation.notice.sender, escalation.id);
    if (!counts) co_return counts.status();
    const bool open = counts->count(Receipt::kRead) == 0 && counts->count(Receipt::kActed) == 0 &&
                      !escalation.notice.expired(tg::wall_ms());
    if (open) co_return tg::Exec::post("webhook:" + escalation.id, kWebhookTask, entry_json(escalation));
    Ended ended;
    ended.id = escalation.id;
    ended.how = Ending::kRead;
    co_return co_await note_ledger(entry_json(ended));
}

tg::Task<tg::Status> NotificationPlugin::bury(Escalation escalation, std::string why) {
    const std::int64_t now_ms = tg::wall_ms();
    tg::json::Writer out;
    out.begin_object().member("notification_id", escalation.id).member("user_id", escalation.user_id);
    out.member("attempts", escalation.attempts).member("reason", why).member("timestamp", quote::time_text(now_ms));
    out.raw_member("notification", shown_json(escalation.notice, now_ms)).end_object();
    std::string letter = out.take();
    const tg::Status kept =
        co_await append_once(std::string(kDeadLetters), std::move(letter), escalation.id, kDeadLettersKept);
    if (!kept.ok()) co_return kept;
    dead_letters_total_.add();
    Ended ended;
    ended.id = escalation.id;
    ended.how = Ending::kDead;
    co_return co_await note_ledger(entry_json(ended));
}

tg::Task<tg::Status> NotificationPlugin::call_webhook(std::string payload) {
    auto read = read_escalation(payload);
    const auto now = settings();
    if (!read) co_return tg::invalid("an escalation is not in its form");
    Escalation escalation = std::move(*read);
    if (!now->webhook) co_return co_await bury(std::move(escalation), "no webhook is configured");
    const std::int64_t now_ms = tg::wall_ms();
    const std::string body = webhook_body(escalation, now_ms);
    const std::string signature = signature_of(now->secret, now_ms / 1000, body);
    const std::string request = webhook_request(*now->webhook, body, signature, escalation.id);
    auto work = [&] { return post_webhook(*now->webhook, request, now->timeout_ms); };
    auto outcome = co_await tg::Exec::blocking(work);
    if (outcome && outcome->ok()) {
        escalated_total_.add();
        Ended ended;
        ended.id = escalation.id;
        co_return co_await note_ledger(entry_json(ended));
    }
    webhook_failures_total_.add();
    std::string why = outcome.text();
    if (outcome) why = outcome->status == 0 ? outcome->why : "it answered " + std::to_string(outcome->status);
    tg::log::warn("the webhook failed: " + why);
    ++escalation.attempts;
    if (escalation.attempts >= now->attempts) co_return co_await bury(std::move(escalation), std::move(why));
    Failed failed;
    failed.id = escalation.id;
    failed.attempts = escalation.attempts;
    failed.next_ms = tg::wall_ms() + backoff_ms(escalation.attempts, now->backoff_ms, now->backoff_max_ms,
                                                chance_of(tg::random_uuid()));
    co_return co_await note_ledger(entry_json(failed));
}

}  // namespace tidegate::notification
