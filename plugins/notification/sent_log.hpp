// SentLog: the entries of a sender's stream: what he sent with what he was answered, and the receipts that came back.
// Receipts may stand twice, each counts once.
// Thread rule: [any-thread], values; SentCounts one strand.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tidegate::notification {

struct Sent {
    Sent() {}
    std::string id;
    std::string answer;      // JSON, as it was given
    std::string digest;      // of the request
    bool duplicate = false;  // nothing was sent: the id is another's
};

enum class Receipt : std::uint8_t { kDelivered, kSeen, kRead, kActed, kDismissed };
std::string_view word_of(Receipt receipt);

struct Received {
    Received() {}
    std::string id;
    std::string user;
    Receipt what = Receipt::kDelivered;
    std::string action;  // of kActed
};

using SentEntry = std::variant<Sent, Received>;
std::string entry_json(const Sent& sent);
std::string entry_json(const Received& received);
std::optional<SentEntry> read_sent_entry(std::string_view json);

// {"id","user_id","what","action"?,"timestamp"} as the sender is told of it.
std::string receipt_json(const Received& received, std::string_view channel, std::int64_t now_ms);

// Of one notification, over all entries.
class SentCounts {
public:
    explicit SentCounts(std::string id) : id_(std::move(id)) {}
    void add(const SentEntry& entry);
    bool known() const { return sent_.has_value(); }
    std::size_t count(Receipt what) const { return users_[static_cast<std::size_t>(what)].size(); }
    // The answer of its sending with {delivered,seen,read,acted,dismissed} added.
    std::string json() const;

private:
    const std::string id_;
    std::optional<Sent> sent_;
    std::set<std::string> users_[5];
};

}  // namespace tidegate::notification
