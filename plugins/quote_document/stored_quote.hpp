// A quote as its document holds it: {quote_id, created_by, created_at, status, quote_data{…}, review?{by, name, at,
// reason, status_before}}. Texts only: numbers keep theirs.
// Thread rule: [any-thread], pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidegate::quote {

inline constexpr std::string_view kQuoteType = "quote";  // of the document

struct StoredQuote {
    StoredQuote() {}  // no aggregate: coroutines return it

    std::string created_by;
    std::string status;
    std::string quote_data;  // JSON
    std::string product;     // of quote_data, when they are texts
    std::string state;
    std::string review;  // JSON; empty when it is not under review
};

// Nothing when the document is not in the form of a quote.
std::optional<StoredQuote> read_quote(std::string_view document);

// The document of a new quote, a draft.
std::string new_quote(std::string_view quote_id, std::string_view created_by, std::string_view created_at,
                      std::string_view quote_data);

// The data of the domain event "quote.created".
std::string created_event(std::string_view quote_id, std::string_view created_by);

}  // namespace tidegate::quote
