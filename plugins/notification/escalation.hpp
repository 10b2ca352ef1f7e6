// Escalation: what is told to somebody else when nobody read it in time. EscalationRule says what and when,
// EscalationLedger which are open, folded from their stream, so that a restart forgets none; backoff_ms when to try
// again. Not the sending: that is Webhook.
// Thread rule: values [any-thread]; the ledger is used by one strand.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "notice.hpp"

namespace tidegate::notification {

struct EscalationRule {
    EscalationRule() {}
    bool matches(const Notice& notice) const;

    std::vector<Level> levels;        // empty: every
    std::vector<std::string> topics;  // empty: every
    std::int64_t delay_ms = 0;
};

struct Escalation {
    Escalation() {}
    std::string id;                  // the notification's
    std::string user_id;             // empty: a broadcast
    std::vector<std::string> roles;  // of a broadcast; empty: to all
    std::int64_t due_ms = 0;
    std::uint32_t attempts = 0;  // that failed
    Notice notice;
};

enum class Ending : std::uint8_t { kRead, kSent, kDead };
struct Ended {
    Ended() {}
    std::string id;
    Ending how = Ending::kSent;
};
struct Failed {
    Failed() {}
    std::string id;
    std::uint32_t attempts = 0;
    std::int64_t next_ms = 0;
};

using LedgerEntry = std::variant<Escalation, Failed, Ended>;
std::string entry_json(const Escalation& escalation);
std::string entry_json(const Failed& failed);
std::string entry_json(const Ended& ended);
std::optional<LedgerEntry> read_ledger_entry(std::string_view json);

class EscalationLedger {
public:
    // A hook ends after 5 s: of what was taken longer ago nothing more will be heard.
    static constexpr std::int64_t kTakenMs = 10'000;

    void add(LedgerEntry entry, std::uint64_t position);

    // Open and due, soonest first; none twice until it failed again or kTakenMs went by without a word of it.
    std::vector<Escalation> take_due(std::int64_t now_ms);
    std::optional<std::int64_t> next_due_ms() const;
    const Escalation* find(const std::string& id) const;
    // Everything up to here is over.
    std::uint64_t finished_up_to() const;
    std::size_t open() const { return open_.size(); }

private:
    struct Open {
        Escalation escalation;
        std::uint64_t position = 0;
        std::int64_t taken_until_ms = 0;
        std::int64_t due_ms() const { return std::max(escalation.due_ms, taken_until_ms); }
    };
    std::map<std::string, Open> open_;
    std::uint64_t last_ = 0;
};

// Doubling from `base_ms` to `max_ms`; of that between half and the whole, as `chance` says.
std::int64_t backoff_ms(std::uint32_t attempts, std::int64_t base_ms, std::int64_t max_ms, std::uint32_t chance);

}  // namespace tidegate::notification
