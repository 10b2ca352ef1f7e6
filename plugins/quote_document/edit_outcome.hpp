// EditOutcome: how an edit of a quote ended, in words that a client may read.
// Not here: editing (edit.hpp).
// Thread rule: [any-thread], a value.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace tg {
class Lease;
}

namespace tidegate::quote {

enum class EditKind {
    kDone,
    kLocked,       // field() is locked by holder()
    kUnderReview,  // nobody edits while the quote is under review
    kStale,        // the lock that was claimed has expired or is somebody else's
    kConflict,     // changed since base_revision, or another value stands than was expected
    kInvalid,      // the schema of a quote refuses it; errors() may say where
    kTooLarge,
    kNoQuote,
    kBusy,
    kUnavailable,  // the store did not answer: the edit may be committed all the same, then its events reach everybody
    kInternal,
};

class EditOutcome {
public:
    // Committed, now or (replayed) earlier under the same idempotency key.
    static EditOutcome done(std::uint64_t revision, bool replayed);
    // `field` of the edit is excluded by this lease.
    static EditOutcome locked(std::string field, tg::Lease by);
    static EditOutcome stale(std::string field);
    // Everything else, with the sentence of its kind, or with this one.
    static EditOutcome refused(EditKind kind, std::string text = std::string(), std::string errors = std::string());

    EditKind kind() const { return kind_; }
    bool ok() const { return kind_ == EditKind::kDone; }
    // The word of the protocol's table of codes: field_locked, conflict, invalid …
    std::string_view code() const;

    std::uint64_t revision() const { return revision_; }  // of kDone
    bool replayed() const { return replayed_; }

    const std::string& field() const { return field_; }        // which field of the edit was refused; "" when not known
    const std::string& blocked() const { return blocked_; }    // of kLocked: the path that is locked
    const tg::Lease* holder() const { return holder_.get(); }  // of kLocked: the lease in the way; else null
    const std::string& text() const { return text_; }          // a sentence for the client; "" of kDone
    const std::string& errors() const { return errors_; }      // a JSON array [{path,code,message}], or ""

private:
    explicit EditOutcome(EditKind kind) : kind_(kind) {}

    EditKind kind_;
    std::uint64_t revision_ = 0;
    bool replayed_ = false;
    std::string field_;
    std::string blocked_;
    std::shared_ptr<const tg::Lease> holder_;
    std::string text_;
    std::string errors_;
};

}  // namespace tidegate::quote
