#include "quote_document/edit_outcome.hpp"

#include <tidegate/lease.hpp>

namespace tidegate::quote {
namespace {

const char* sentence_of(EditKind kind) {
    switch (kind) {
        case EditKind::kDone:
            return "";
        case EditKind::kLocked:
            return "A part of the quote is locked by another user";
        case EditKind::kUnderReview:
            return "the quote is under review";
        case EditKind::kStale:
            return "the lock has expired or is somebody else's";
        case EditKind::kConflict:
            return "The quote was changed by somebody else at the same time";
        case EditKind::kInvalid:
            return "The quote does not have the form that is needed";
        case EditKind::kTooLarge:
            return "The quote is too large";
        case EditKind::kNoQuote:
            return "There is no such quote";
        case EditKind::kBusy:
            return "too many changes at once, try again";
        case EditKind::kUnavailable:
            return "the quotes cannot be reached";
        case EditKind::kInternal:
            return "the quote could not be changed";
    }
    return "";
}

}  // namespace

EditOutcome EditOutcome::done(std::uint64_t revision, bool replayed) {
    EditOutcome out(EditKind::kDone);
    out.revision_ = revision;
    out.replayed_ = replayed;
    return out;
}

EditOutcome EditOutcome::locked(std::string field, tg::Lease by) {
    EditOutcome out(EditKind::kLocked);
    out.text_ = "Field " + field + " is locked by another user";
    out.field_ = std::move(field);
    out.blocked_ = by.path();
    out.holder_ = std::make_shared<const tg::Lease>(std::move(by));
    return out;
}

EditOutcome EditOutcome::stale(std::string field) {
    EditOutcome out = refused(EditKind::kStale);
    out.field_ = std::move(field);
    return out;
}

EditOutcome EditOutcome::refused(EditKind kind, std::string text, std::string errors) {
    EditOutcome out(kind);
    out.text_ = text.empty() ? sentence_of(kind) : std::move(text);
    out.errors_ = std::move(errors);
    return out;
}

std::string_view EditOutcome::code() const {
    switch (kind_) {
        case EditKind::kDone:
            return "";
        case EditKind::kLocked:
            return "field_locked";
        case EditKind::kUnderReview:
        case EditKind::kStale:
        case EditKind::kConflict:
            return "conflict";
        case EditKind::kInvalid:
            return "invalid";
        case EditKind::kTooLarge:
            return "too_large";
        case EditKind::kNoQuote:
            return "not_found";
        case EditKind::kBusy:
            return "busy";
        case EditKind::kUnavailable:
            return "unavailable";
        case EditKind::kInternal:
            return "internal";
    }
    return "internal";
}

}  // namespace tidegate::quote
