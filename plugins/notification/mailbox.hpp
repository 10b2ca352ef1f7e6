// Mailbox: one user's inbox in memory, with his preferences, how far it was folded and told, and which connections are
// still being given what was queued. Everything in it can be made again from the store, so it may be forgotten at any
// time. Mailboxes: those of this generation.
// Thread rule: a Mailbox is used by the strand of its user; Mailboxes [any-thread].
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tidegate/session.hpp>
#include <utility>
#include <vector>

#include "inbox.hpp"
#include "preferences.hpp"

namespace tidegate::notification {

// Whose: the tenant's scope and the user.
struct Owner {
    Owner(std::uint64_t scope_of, std::string sub_of) : scope(scope_of), sub(std::move(sub_of)) {}
    std::string channel() const { return "user:" + sub; }
    std::string stream() const { return "inbox:" + sub; }
    auto operator<=>(const Owner&) const = default;

    std::uint64_t scope;
    std::string sub;
};

class Mailbox {
public:
    static constexpr std::size_t kBytes = std::size_t{8} * 1024 * 1024;

    explicit Mailbox(std::size_t max_items) : inbox(max_items, kBytes) {}

    // When it may be shown, by its arrival, its snoozing and the preferences; kNever.
    std::int64_t due_ms(const InboxItem& item) const;
    // The connections whose queue will come to this: they must not get it before.
    std::vector<tg::Session> waiting_for(const Rank& rank) const;
    void wait(tg::Session session, const Rank& rank);
    void done_waiting(tg::Session session);
    // Much more is stored than it stands for.
    bool should_compact() const { return entries > 2 * inbox.size() + 1000; }

    Inbox inbox;
    Preferences preferences;
    std::uint64_t position = 0;                   // of the user's stream, folded
    std::uint64_t entries = 0;                    // in it
    std::uint64_t compacted_to = 0;               // what this mailbox's own snapshot stands for
    std::int64_t last_at_ms = 0;                  // of an entry: the clock may have been set back
    std::map<std::string, std::uint64_t> merged;  // streams of broadcasts → position
    std::vector<std::string> fresh;               // came, and was not told yet
    std::vector<std::pair<tg::Session, Rank>> waiting;
    std::int64_t wake_at_ms = 0;
    std::int64_t woken_ms = 0;
    std::uint64_t counted_evictions = 0;
    bool stale = false;   // somebody else compacted its stream
    bool behind = false;  // there may be more in it than was read
};

// One copy of a broadcast for everybody who has it.
class SharedNotices {
public:
    NoticePtr share(std::uint64_t scope, Notice notice);

private:
    std::mutex lock_;
    std::map<std::pair<std::uint64_t, std::string>, std::weak_ptr<const Notice>> held_;
    std::size_t sweep_at_ = 1024;
};

using MailboxPtr = std::shared_ptr<Mailbox>;

class Mailboxes {
public:
    static constexpr std::size_t kKept = 1000;

    MailboxPtr find(const Owner& owner);
    // Forgets one that was not used for long when there are too many.
    void put(const Owner& owner, MailboxPtr box);
    void forget(const Owner& owner);
    void forget_all();

private:
    struct Kept {
        MailboxPtr box;
        std::uint64_t used = 0;
    };
    std::mutex lock_;
    std::map<Owner, Kept> kept_;
    std::uint64_t clock_ = 0;
};

}  // namespace tidegate::notification
