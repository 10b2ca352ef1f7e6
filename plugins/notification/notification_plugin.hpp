// The notification plugin: everybody's inbox. What is sent is in a durable stream before it is acknowledged; who is
// connected is told at once, who is not finds it later. What is in memory can be made again from the streams. All that
// concerns a user's inbox happens on the strand of his channel `user:{sub}`; sending only appends to his stream and
// wakes that strand.
// Its parts: sending.cpp (HTTP and events in), mailbox_store.cpp (folding, compacting), delivering.cpp (queue and
// live), acting.cpp (what clients do), listing.cpp (HTTP out), escalating.cpp. Thread rule: hooks [strand]; configure
// and start [control].
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tidegate/plugin.hpp>
#include <vector>

#include "client_request.hpp"
#include "dedup_book.hpp"
#include "escalation.hpp"
#include "mailbox.hpp"
#include "sent_log.hpp"
#include "settings.hpp"

namespace tidegate::notification {

// Who acts on his own inbox.
struct Reader {
    Reader(const tg::Message& message);
    Owner owner;
    std::string role;
    tg::Session session;
    std::string ref;  // `,"ref":…`, or empty
};

// A notification on its way to where it is stored.
struct Outgoing {
    Outgoing() {}
    Notice notice;
    std::string user_id;             // empty: a broadcast
    std::vector<std::string> roles;  // of a broadcast; empty: to all
};

// What a connection is being given: its queue from after `reached` on.
struct FlushTicket {
    FlushTicket() {}
    tg::Session session;
    std::string device;
    std::string role;
    Rank reached;
};

struct LedgerCopy {
    EscalationLedger ledger;
    std::uint64_t position = 0;
    std::uint64_t trimmed = 0;
    std::int64_t wake_at_ms = 0;
};

class NotificationPlugin final : public tg::Plugin {
public:
    tg::Status configure(std::string_view json);
    tg::Status start();

    tg::Status on_open(const tg::Open& open);
    void on_close(const tg::Close& close);
    tg::Status on_subscribe(const tg::Subscribe& subscribe);
    tg::Task<tg::Status> on_message(tg::Message message);
    tg::Task<tg::Status> on_http(tg::HttpRequest request);
    tg::Task<tg::Status> on_task(tg::TaskMessage task);
    tg::Task<tg::Status> on_event(tg::Event event);

private:
    std::shared_ptr<const Settings> settings() const;

    // sending.cpp
    tg::Task<tg::Status> send(tg::HttpRequest request);
    tg::Task<tg::Status> broadcast(tg::HttpRequest request);
    tg::Task<tg::Status> send_once(tg::HttpRequest request, Outgoing out, std::string dedup_key,
                                   std::int64_t window_ms);
    tg::Task<tg::Result<Claim>> claim(std::string user_id, Claim wanted);
    tg::Task<tg::Result<Sent>> log_sent(std::string sender, Sent sent, std::string key);
    tg::Task<tg::Status> store(Outgoing out);
    tg::Task<tg::Status> store_for_user(Outgoing out);
    tg::Task<tg::Status> store_broadcast(Outgoing out);
    tg::Task<tg::Status> open_escalation(Outgoing out);
    tg::Task<tg::Status> append_once(std::string stream, std::string entry, std::string key, std::uint64_t max_entries);
    tg::Task<std::string> answer_for(Outgoing out);
    tg::Task<tg::Status> on_alert(tg::Event event);
    tg::Task<tg::Status> on_comment(tg::Event event);

    // mailbox_store.cpp
    tg::Task<tg::Result<MailboxPtr>> load(Owner owner, std::string role);
    tg::Task<tg::Status> read_stream_into(MailboxPtr box, Owner owner);
    tg::Task<tg::Status> merge_broadcasts(MailboxPtr box, std::uint64_t scope, std::string stream);
    tg::Task<tg::Status> sync(MailboxPtr box, Owner owner);
    tg::Task<> compact(MailboxPtr box, Owner owner);
    tg::Task<tg::Result<Preferences>> preferences_of(std::string sub);
    void fold(Mailbox& box, const tg::StreamEntry& entry);
    void count_evictions(Mailbox& box);

    // delivering.cpp
    tg::Task<tg::Result<MailboxPtr>> touch(Owner owner, std::string role, std::optional<FlushTicket> flush);
    tg::Task<> tell_fresh(MailboxPtr box, Owner owner);
    tg::Task<tg::Status> deliver(Owner owner, std::string payload);
    tg::Task<tg::Status> flush(Owner owner, FlushTicket ticket);
    tg::Task<tg::Status> wake(Owner owner, std::string payload);
    void tell(Mailbox& box, const Owner& owner, const InboxItem& item);
    void wake_later(Mailbox& box, const Owner& owner, std::int64_t at_ms);
    void begin_flush(std::string_view channel, FlushTicket ticket);

    // acting.cpp
    using Handler = tg::Task<> (NotificationPlugin::*)(tg::Message, Reader, MailboxPtr, ClientRequest);
    struct Route {
        std::string_view type;
        Handler run;
    };
    static const Route* route_of(std::string_view type);
    tg::Task<> ack(tg::Message message, Reader reader, MailboxPtr box, ClientRequest request);
    tg::Task<> read(tg::Message message, Reader reader, MailboxPtr box, ClientRequest request);
    tg::Task<> dismiss(tg::Message message, Reader reader, MailboxPtr box, ClientRequest request);
    tg::Task<> snooze(tg::Message message, Reader reader, MailboxPtr box, ClientRequest request);
    tg::Task<> act(tg::Message message, Reader reader, MailboxPtr box, ClientRequest request);
    tg::Task<> list(tg::Message message, Reader reader, MailboxPtr box, ClientRequest request);
    tg::Task<> prefer(tg::Message message, Reader reader, MailboxPtr box, ClientRequest request);
    tg::Task<tg::Status> commit(Reader reader, MailboxPtr box, Act act);
    tg::Task<tg::Status> send_receipts(Reader reader, MailboxPtr box, Act act);
    tg::Task<> change(tg::Message message, Reader reader, MailboxPtr box, Act act, std::vector<std::string> unknown);

    // listing.cpp
    tg::Task<tg::Status> list_inbox(tg::HttpRequest request);
    tg::Task<tg::Status> list_dead_letters(tg::HttpRequest request);
    tg::Task<tg::Status> statistics(tg::HttpRequest request);
    tg::Task<tg::Result<SentCounts>> counts_of(std::string sender, std::string id);

    // escalating.cpp
    tg::Task<tg::Status> tick(std::uint64_t scope);
    tg::Task<tg::Status> read_ledger(std::shared_ptr<LedgerCopy> copy);
    tg::Task<tg::Status> ask_reader(Owner owner, std::string payload);
    tg::Task<tg::Status> ask_audience(Escalation escalation);
    tg::Task<tg::Status> call_webhook(std::string payload);
    tg::Task<tg::Status> note_ledger(std::string entry);
    tg::Task<tg::Status> bury(Escalation escalation, std::string why);
    std::shared_ptr<LedgerCopy> ledger_of(std::uint64_t scope);
    void tick_once(std::uint64_t scope);
    void tick_later(LedgerCopy& copy, std::int64_t at_ms);

    mutable std::mutex lock_;
    std::shared_ptr<const Settings> settings_ = std::make_shared<const Settings>();
    std::map<std::uint64_t, std::shared_ptr<LedgerCopy>> ledgers_;
    std::set<std::uint64_t> ticked_;
    Mailboxes mailboxes_;
    SharedNotices broadcasts_;

    tg::Counter sent_total_;
    tg::Counter broadcasts_total_;
    tg::Counter duplicates_total_;
    tg::Counter delivered_total_;
    tg::Counter flushed_total_;
    tg::Counter held_total_;
    tg::Counter evicted_total_;
    tg::Counter receipts_total_;
    tg::Counter compactions_total_;
    tg::Counter escalated_total_;
    tg::Counter webhook_failures_total_;
    tg::Counter dead_letters_total_;
};

// What a store's refusal tells a client: the kind of it, without internals, which are logged.
tg::Status refusal_of(std::string_view act, const tg::Status& why);

// Where a list goes on.
std::optional<Place> read_place_cursor(std::string_view text);
std::string list_json(const Mailbox& box, const ClientRequest& request, std::int64_t now_ms);

// Attribute of a session that is given its inbox: a session without it is gone.
inline constexpr std::string_view kInboxMark = "inbox";

inline constexpr std::string_view kDeliverTask = "deliver";
inline constexpr std::string_view kFlushTask = "flush";
inline constexpr std::string_view kWakeTask = "wake";
inline constexpr std::string_view kTickTask = "tick";
inline constexpr std::string_view kEscalateTask = "escalate";
inline constexpr std::string_view kWebhookTask = "webhook";
inline constexpr std::string_view kEscalations = "escalations";  // stream and strand
inline constexpr std::string_view kDeadLetters = "dead_letters";
// How far a user was told is of use to the next generation, not to whoever comes a day later.
inline constexpr std::uint64_t kToldTtlMs = 24 * 3600 * 1000;
inline constexpr const char* kPreferencesType = "notification_preferences";

}  // namespace tidegate::notification
