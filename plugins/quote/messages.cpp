#include "messages.hpp"

#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>
#include <utility>

#include "quote_document/identity.hpp"

namespace tidegate::quote {
namespace {

using tg::json::Kind;
using tg::json::Reader;
using tg::json::Writer;

Writer begin(std::string_view type) {
    Writer out;
    out.begin_object().member("type", type);
    return out;
}

std::string finish(Writer& out) { return out.end_object().take(); }

// For the requester: what he sent along.
std::string finish(Writer& out, const Ticket& ticket, Copy copy) {
    if (copy == Copy::kRequester && !ticket.input_rev.empty()) out.raw_member("input_rev", ticket.input_rev);
    if (copy == Copy::kRequester && !ticket.ref.empty()) out.raw_member("ref", ticket.ref);
    return finish(out);
}

void raw_into(Reader& in, std::string& out) {
    std::string_view text;
    if (in.raw(text)) out.assign(text);
}

// False when it stands there a second time: readers would differ on which of them counts.
bool raw_once(Reader& in, std::string& out) {
    if (!out.empty()) return false;
    raw_into(in, out);
    return true;
}

// A string member; anything else counts as absent.
void text_into(Reader& in, std::string& out) {
    if (in.peek() == Kind::kString) in.string(out);
}

std::string with_elapsed(std::string_view detail, std::int64_t elapsed_us) {
    std::string out(detail.substr(0, detail.rfind('}')));
    if (out.size() > 1) out += ',';
    return out.append("\"elapsed_us\":").append(std::to_string(elapsed_us)).append("}");
}

void premium_members(Writer& out, const Ticket& ticket, const Rated& rated, std::string_view timestamp) {
    out.member("revision", ticket.revision).raw_member("premium", rated.premium).raw_member("flags", rated.flags);
    out.member("trace_id", ticket.trace_id).member("timestamp", timestamp);
}

void refusal_members(Writer& out, const Refusal& refusal) {
    out.member("code", refusal.code).member("error", refusal.message).raw_member("errors", refusal.errors);
}

}  // namespace

std::optional<UpdateRequest> read_update(std::string_view payload) {
    Reader in(payload);
    UpdateRequest out;
    bool named = false;
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "quote_id") {
            if (std::exchange(named, true)) return std::nullopt;
            in.string(out.quote_id);
        }
        if (key == "quote_data" && !raw_once(in, out.quote_data)) return std::nullopt;
        if (key == "input_rev") raw_into(in, out.input_rev);
    }
    if (!in.finish() || out.quote_data.empty()) return std::nullopt;
    return out;
}

std::optional<std::string> read_cancel(std::string_view payload) {
    Reader in(payload);
    std::string id;
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "calculation_id") in.string(id);
    }
    if (!in.finish() || id.empty()) return std::nullopt;
    return id;
}

std::optional<std::string> read_creation(std::string_view body) {
    Reader in(body);
    std::string data;
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "quote_data" && !raw_once(in, data)) return std::nullopt;
    }
    if (!in.finish() || data.empty()) return std::nullopt;
    return data;
}

std::string error_fields(const rating::FieldError& error) { return error_fields(rating::errors_json({error})); }

std::string error_fields(std::string_view errors) {
    Writer out;
    out.begin_object().raw_member("errors", errors);
    return finish(out);
}

std::string locked_fields(std::string_view field, std::string_view holder) {
    Writer out;
    out.begin_object().member("field", field).raw_member("holder", holder);
    return finish(out);
}

std::string quote_patched(std::string_view quote_id, std::string_view merge_patch, std::string_view updated_by,
                          std::string_view timestamp) {
    Writer out = begin("quote:patched");
    out.member("quote_id", quote_id).raw_member("quote_data", merge_patch).member("updated_by", updated_by);
    out.member("timestamp", timestamp);
    return finish(out);
}

std::string calculation_started(const Ticket& ticket, std::string_view timestamp, Copy copy) {
    Writer out = begin("calculation:started");
    out.member("calculation_id", ticket.calculation_id).member("quote_id", ticket.quote_id);
    out.member("revision", ticket.revision).member("timestamp", timestamp);
    return finish(out, ticket, copy);
}

std::string calculation_progress(const Ticket& ticket, const rating::PhaseResult& phase, std::int64_t elapsed_us) {
    Writer out = begin("calculation:progress");
    out.member("calculation_id", ticket.calculation_id).member("step", phase.step);
    out.member("percentage", phase.percentage).member("message", std::string("Completed: ").append(phase.step));
    out.raw_member("detail", with_elapsed(phase.detail, elapsed_us));
    return finish(out);
}

std::string calculation_cancelled(std::string_view calculation_id, Copy copy, std::string_view ref) {
    Writer out = begin("calculation:cancelled");
    out.member("calculation_id", calculation_id);
    if (copy == Copy::kRequester && !ref.empty()) out.raw_member("ref", ref);
    return finish(out);
}

std::string calculation_superseded(const Ticket& ticket, std::string_view superseded_by) {
    Writer out = begin("calculation:cancelled");
    out.member("channel", channel_of(ticket.quote_id)).member("calculation_id", ticket.calculation_id);
    out.member("superseded_by", superseded_by);
    return finish(out, ticket, Copy::kRequester);
}

std::string calculation_error(const Ticket& ticket, const Refusal& refusal, Copy copy) {
    Writer out = begin("calculation:error");
    out.member("calculation_id", ticket.calculation_id);
    refusal_members(out, refusal);
    return finish(out, ticket, copy);
}

std::string quote_updated(const Ticket& ticket, const Rated& rated, std::string_view timestamp) {
    Writer out = begin("quote:updated");
    out.member("quote_id", ticket.quote_id).raw_member("premium", rated.premium).member("updated_by", ticket.sub);
    out.member("revision", ticket.revision).member("timestamp", timestamp).member("trace_id", ticket.trace_id);
    out.member("calculation_id", ticket.calculation_id);
    return finish(out);
}

std::string calculation_complete(const Ticket& ticket, const Rated& rated, std::string_view timestamp) {
    Writer out = begin("calculation:complete");
    out.member("calculation_id", ticket.calculation_id).member("quote_id", ticket.quote_id);
    premium_members(out, ticket, rated, timestamp);
    return finish(out, ticket, Copy::kRequester);
}

std::string rated_record(const Ticket& ticket, const Rated& rated, std::string_view timestamp) {
    Writer out;
    out.begin_object().member("calculation_id", ticket.calculation_id).member("revision", ticket.revision);
    out.raw_member("premium", rated.premium).raw_member("flags", rated.flags).member("trace_id", ticket.trace_id);
    out.member("rated_at", timestamp).member("state", rated.state).member("product", rated.product);
    return finish(out);
}

std::string failure_record(const Ticket& ticket, const Refusal& refusal, std::string_view timestamp) {
    Writer out;
    out.begin_object().member("calculation_id", ticket.calculation_id).member("revision", ticket.revision);
    refusal_members(out, refusal);
    out.member("failed_at", timestamp);
    return finish(out);
}

StoredResult read_result(std::string_view document) {
    Reader in(document);
    StoredResult out;
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "premium") raw_into(in, out.premium);
        if (key == "trace_id") text_into(in, out.trace_id);
        if (key == "revision") raw_into(in, out.revision);
    }
    return in.finish() ? out : StoredResult();
}

std::string read_trace_quote(std::string_view document) {
    Reader in(document);
    std::string id;
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "quote_id") text_into(in, id);
    }
    return id;
}

std::optional<FieldEvent> read_field_event(std::string_view data) {
    Reader in(data);
    FieldEvent out;
    std::string_view key;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "quote_id") text_into(in, out.quote_id);
        if (key == "field") text_into(in, out.field);
        if (key == "by") text_into(in, out.by);
    }
    if (!in.finish() || out.quote_id.empty()) return std::nullopt;
    return out;
}

std::string rated_event(const Ticket& ticket, const Rated& rated, bool first) {
    Writer out;
    out.begin_object().member("quote_id", ticket.quote_id).member("revision", ticket.revision);
    out.member("product", rated.product).member("state", rated.state).raw_member("total", rated.total);
    out.member("currency", rated.currency).member("calculation_id", ticket.calculation_id).member("first", first);
    return finish(out);
}

std::string failed_event(const Ticket& ticket, const Refusal& refusal) {
    Writer out;
    out.begin_object().member("quote_id", ticket.quote_id).member("revision", ticket.revision);
    out.member("calculation_id", ticket.calculation_id).member("code", refusal.code).member("user_id", ticket.sub);
    return finish(out);
}

std::string created_answer(std::string_view quote_id, std::uint64_t revision) {
    Writer out;
    out.begin_object().member("quote_id", quote_id).member("revision", revision);
    return finish(out);
}

std::string quote_answer(std::string_view quote_id, std::uint64_t revision, const StoredQuote& quote,
                         const StoredResult& result) {
    Writer out;
    out.begin_object().member("quote_id", quote_id).raw_member("quote_data", quote.quote_data);
    out.member("revision", revision).member("status", quote.status).member("created_by", quote.created_by);
    if (result.rated()) {
        out.raw_member("premium", result.premium).member("trace_id", result.trace_id);
        out.raw_member("rated_revision", result.revision);
    }
    return finish(out);
}

namespace {

bool list_item(Reader& in, Writer& out) {
    std::string id, revision, updated_at, updated_by, document;
    std::string_view key;
    if (!in.enter_object()) return false;
    while (in.next_member(key)) {
        if (key == "id") text_into(in, id);
        if (key == "revision") raw_into(in, revision);
        if (key == "updated_at") text_into(in, updated_at);
        if (key == "updated_by") text_into(in, updated_by);
        if (key == "data") raw_into(in, document);
    }
    const auto quote = read_quote(document);
    if (!quote || revision.empty()) return false;
    out.begin_object().member("quote_id", id).raw_member("revision", revision).member("status", quote->status);
    if (!quote->product.empty()) out.member("product", quote->product);
    if (!quote->state.empty()) out.member("state", quote->state);
    out.member("updated_at", updated_at);
    if (!updated_by.empty()) out.member("updated_by", updated_by);
    out.end_object();
    return true;
}

}  // namespace

std::optional<std::string> list_answer(std::string_view page) {
    Reader in(page);
    Writer out;
    std::string after = "null";
    std::string_view key;
    out.begin_object().key("items").begin_array();
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "after") raw_into(in, after);
        if (key != "items" || !in.enter_array()) continue;
        while (in.next_element()) {
            if (!list_item(in, out)) return std::nullopt;
        }
    }
    if (!in.finish()) return std::nullopt;
    out.end_array().raw_member("after", after);
    return finish(out);
}

}  // namespace tidegate::quote
