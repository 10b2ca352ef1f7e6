// Edit: one person's change of one quote, all or nothing; apply(): the one way to make it. It is patched under leases
// of its fields (a field that another has locked refuses the edit, each operation carries its lease's fence), and the
// store refuses while the quote is under review. What the edit publishes, the host publishes with the commit.
// Not here: who may edit (access.hpp), what a client may name (field_path.hpp).
// Thread rule: Edit is a value, built up by its owner; apply() [strand].
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tidegate/channel.hpp>
#include <tidegate/task.hpp>
#include <utility>
#include <vector>

#include "quote_document/edit_outcome.hpp"

namespace tidegate::quote {

inline constexpr std::uint64_t kLeaseTtlMs = 15'000;         // of a lock that a client asked for
inline constexpr std::uint64_t kImplicitLeaseTtlMs = 5'000;  // of a field for one write
// How long another's write is waited for, again and again, before it counts as a lock: half a second in all.
inline constexpr std::array<std::uint64_t, 9> kWaitsMs = {1, 2, 4, 8, 16, 32, 64, 128, 256};

class Edit {
public:
    // `sub` holds the leases, `client_id` keeps them alive.
    Edit(std::string quote_id, std::string sub, std::string client_id)
        : quote_id_(std::move(quote_id)), sub_(std::move(sub)), client_id_(std::move(client_id)) {}

    // {"name","role"} of the person, shown with his leases.
    Edit& who(std::string json) { return who_ = std::move(json), *this; }

    // `field`: a path inside quote_data; `json`: JSON text.
    Edit& set(std::string field, std::string json) { return change(Kind::kSet, std::move(field), std::move(json)); }
    Edit& insert(std::string field, std::string json) {
        return change(Kind::kInsert, std::move(field), std::move(json));
    }
    Edit& remove(std::string field) { return change(Kind::kRemove, std::move(field), std::string()); }
    // Instead of the three above: the quote does not exist yet and begins as a draft with this data.
    Edit& create(std::string quote_data) { return creation_ = std::move(quote_data), *this; }

    // Claims that all fields are locked by this person under this token; 0 claims nothing.
    Edit& lease_token(std::uint64_t token) { return lease_token_ = token, *this; }
    // What this connection's locks on the quote have left at least afterwards.
    Edit& lock_ttl_ms(std::uint64_t ttl) { return lock_ttl_ms_ = ttl, *this; }
    // kConflict when one of the fields, a parent or a child of it changed after it.
    Edit& base_revision(std::uint64_t revision) { return base_revision_ = revision, *this; }
    // kConflict unless this value stands there; empty: unless nothing does.
    Edit& expect_value(std::string field, std::string json) {
        return expected_.emplace_back(Kind::kTest, std::move(field), std::move(json)), *this;
    }

    // kConflict unless this person created the quote: for whoever may write his own only.
    Edit& created_by(std::string sub) { return creator_ = std::move(sub), *this; }

    Edit& idempotency_key(std::string key) { return idempotency_key_ = std::move(key), *this; }
    Edit& note(std::string json) { return note_ = std::move(json), *this; }
    Edit& event(std::string name, std::string json) {
        return events_.emplace_back(std::move(name), std::move(json)), *this;
    }
    // By the host, when the edit is committed; `revision`, `channel` and `offset` are the host's to add.
    Edit& publish(tg::Publication publication) { return publications_.push_back(std::move(publication)), *this; }

    const std::string& quote_id() const { return quote_id_; }
    bool claims() const { return lease_token_ != 0; }

private:
    friend class EditRun;
    enum class Kind { kSet, kInsert, kRemove, kTest };
    struct Change {
        Change(Kind kind_of, std::string field_of, std::string json_of)
            : kind(kind_of), field(std::move(field_of)), json(std::move(json_of)) {}
        Kind kind;
        std::string field;
        std::string json;
    };
    Edit& change(Kind kind, std::string field, std::string json) {
        return changes_.emplace_back(kind, std::move(field), std::move(json)), *this;
    }

    std::string quote_id_;
    std::string sub_;
    std::string client_id_;
    std::string who_;
    std::vector<Change> changes_;
    std::vector<Change> expected_;
    std::optional<std::string> creation_;
    std::uint64_t lease_token_ = 0;
    std::uint64_t lock_ttl_ms_ = kLeaseTtlMs;
    std::optional<std::uint64_t> base_revision_;
    std::string creator_;
    std::string idempotency_key_;
    std::string note_;
    std::vector<std::pair<std::string, std::string>> events_;
    std::vector<tg::Publication> publications_;
};

// Patches the document under leases of the fields, which end with the patch; waits for writes of others under way, not
// for locks.
tg::Task<EditOutcome> apply(Edit edit);

}  // namespace tidegate::quote
