// What the plugin reads from and writes to clients, documents and domain events, as JSON text. Fragments that come from
// rating or from a document (premium, detail, quote_data) are passed on as they are written, so no amount loses a
// digit. Members the host adds (channel and offset of an event, ref of a reply) are absent unless the text is pushed.
// Thread rule: [any-thread], pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "quote_document/stored_quote.hpp"
#include "rating/engine.hpp"
#include "ticket.hpp"

namespace tidegate::quote {

// --- from clients (their schemas were checked) ---
struct UpdateRequest {
    std::string quote_id;
    std::string quote_data;  // JSON text
    std::string input_rev;   // a JSON token, or empty
};
std::optional<UpdateRequest> read_update(std::string_view payload);
std::optional<std::string> read_cancel(std::string_view payload);            // the calculation's id
std::optional<std::string> read_creation(std::string_view body);             // quote_data
std::string error_fields(const rating::FieldError& error);                   // {"errors":[…]}
std::string error_fields(std::string_view errors);                           // the same of a JSON array
std::string locked_fields(std::string_view field, std::string_view holder);  // {"field","holder":{…}}

// --- to clients ---
// Published with the commit: the host adds its revision.
std::string quote_patched(std::string_view quote_id, std::string_view merge_patch, std::string_view updated_by,
                          std::string_view timestamp);

enum class Copy { kViewers, kRequester };  // the requester's carries his input_rev and ref
std::string calculation_started(const Ticket& ticket, std::string_view timestamp, Copy copy);
std::string calculation_progress(const Ticket& ticket, const rating::PhaseResult& phase, std::int64_t elapsed_us);
std::string calculation_cancelled(std::string_view calculation_id, Copy copy, std::string_view ref);
// Pushed to the requester alone, so it names its channel.
std::string calculation_superseded(const Ticket& ticket, std::string_view superseded_by);

// Why there is no premium.
struct Refusal {
    Refusal() {}  // no aggregate: it is a coroutine's parameter
    explicit Refusal(const rating::Failure& failure)
        : code(failure.code), message(failure.message), errors(rating::errors_json(failure.errors)) {}

    std::string code;
    std::string message;
    std::string errors = "[]";  // JSON
};
std::string calculation_error(const Ticket& ticket, const Refusal& refusal, Copy copy);

struct Rated {
    Rated() {}  // no aggregate: it is a coroutine's parameter

    std::string premium;  // JSON
    std::string flags;    // JSON
    std::string product;
    std::string state;
    std::string total;  // JSON number with two decimals
    std::string currency;
};
std::string quote_updated(const Ticket& ticket, const Rated& rated, std::string_view timestamp);
std::string calculation_complete(const Ticket& ticket, const Rated& rated, std::string_view timestamp);

// --- documents ---
std::string rated_record(const Ticket& ticket, const Rated& rated, std::string_view timestamp);
std::string failure_record(const Ticket& ticket, const Refusal& refusal, std::string_view timestamp);

struct StoredResult {
    std::string premium;  // JSON; empty when the quote was never rated
    std::string trace_id;
    std::string revision;  // JSON
    bool rated() const { return !premium.empty(); }
};
StoredResult read_result(std::string_view document);
std::string read_trace_quote(std::string_view document);  // the quote_id of a trace

// --- domain events ---
inline constexpr std::string_view kFieldUpdated = "field.updated";
struct FieldEvent {
    std::string quote_id;
    std::string field;
    std::string by;
};
std::optional<FieldEvent> read_field_event(std::string_view data);
std::string rated_event(const Ticket& ticket, const Rated& rated, bool first);
std::string failed_event(const Ticket& ticket, const Refusal& refusal);

// --- HTTP ---
std::string created_answer(std::string_view quote_id, std::uint64_t revision);
std::string quote_answer(std::string_view quote_id, std::uint64_t revision, const StoredQuote& quote,
                         const StoredResult& result);
std::optional<std::string> list_answer(std::string_view page);  // of docs.list

}  // namespace tidegate::quote
