#include "quote_document/store_refusal.hpp"

#include <algorithm>
#include <tidegate/json/writer.hpp>

#include "quote_document/stored_quote.hpp"

namespace tidegate::quote {
namespace {

// What follows `word` where the text begins with it or names the act first: "patch …: test: …".
std::string_view after(std::string_view text, std::string_view word) {
    if (text.starts_with(word)) return text.substr(word.size());
    const std::string inner = std::string(": ").append(word);
    const std::size_t at = text.find(inner);
    return at == std::string_view::npos ? std::string_view() : text.substr(at + inner.size());
}

bool says(const tg::Status& why, std::string_view word) { return !after(why.text(), word).empty(); }

EditOutcome invalid(const tg::Status& why) {
    std::string_view text = after(why.text(), "schema: ");
    if (text.empty()) return EditOutcome::refused(EditKind::kInvalid);
    return EditOutcome::refused(EditKind::kInvalid, std::string(text), schema_errors(text));
}

constexpr std::string_view kData = "quote_data";

// "quote_data/aoi: too large"
void append_error(tg::json::Writer& out, std::string_view violation) {
    const std::size_t end = violation.find(": ");
    std::string_view place = violation.substr(0, end);
    place.remove_prefix(std::min(place.size(), kData.size() + 1));
    const std::string_view message = end == std::string_view::npos ? std::string_view() : violation.substr(end + 2);
    out.begin_object().member("path", place).member("code", "schema").member("message", message).end_object();
}

}  // namespace

bool needs_a_look(const tg::Status& why) {
    return why.rc() == TG_E_NOT_FOUND || (why.rc() == TG_E_CONFLICT && says(why, "test:"));
}

EditOutcome outcome_of(const tg::Status& why) {
    switch (why.rc()) {
        case TG_E_CONFLICT:
            return EditOutcome::refused(EditKind::kConflict);
        case TG_E_FENCED:
            return EditOutcome::refused(EditKind::kStale);
        case TG_E_INVALID:
            return invalid(why);
        case TG_E_TOO_LARGE:
            return EditOutcome::refused(EditKind::kTooLarge);
        case TG_E_NOT_FOUND:
            return EditOutcome::refused(EditKind::kInvalid, "A field lies in something that the quote does not have");
        case TG_E_BUSY:
            return EditOutcome::refused(EditKind::kBusy);
        case TG_E_UNAVAILABLE:
        case TG_E_UNSUPPORTED:
        case TG_E_DEADLINE:
            return EditOutcome::refused(EditKind::kUnavailable);
        default:
            return EditOutcome::refused(EditKind::kInternal);
    }
}

EditOutcome outcome_of(const tg::Status& why, std::string_view document) {
    if (document.empty()) return EditOutcome::refused(EditKind::kNoQuote);
    const auto quote = read_quote(document);
    if (!quote) return EditOutcome::refused(EditKind::kInternal);
    if (!quote->review.empty()) return EditOutcome::refused(EditKind::kUnderReview);
    return outcome_of(why);
}

std::string schema_errors(std::string_view text) {
    if (!text.starts_with(kData)) return std::string();
    tg::json::Writer out;
    out.begin_array();
    const std::string next = std::string("; ").append(kData);
    while (!text.empty()) {
        const std::size_t end = text.find(next);
        append_error(out, text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    }
    return out.end_array().take();
}

}  // namespace tidegate::quote
