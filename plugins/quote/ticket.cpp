#include "ticket.hpp"

#include <charconv>
#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>

namespace tidegate::quote {
namespace {

bool read_number(tg::json::Reader& in, std::uint64_t& out) {
    std::string_view text;
    if (!in.number(text)) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size();
}

bool read_raw(tg::json::Reader& in, std::string& out) {
    std::string_view text;
    if (!in.raw(text)) return false;
    out.assign(text);
    return true;
}

bool read_small(tg::json::Reader& in, int& out) {
    std::int64_t value = 0;
    if (!in.integer(value) || value < 0 || value > 1000) return false;
    out = static_cast<int>(value);
    return true;
}

bool read_member(tg::json::Reader& in, std::string_view key, Ticket& out) {
    if (key == "calculation_id") return in.string(out.calculation_id);
    if (key == "quote_id") return in.string(out.quote_id);
    if (key == "trace_id") return in.string(out.trace_id);
    if (key == "revision") return read_number(in, out.revision);
    if (key == "started_ns") return in.integer(out.started_ns);
    if (key == "phase") return read_small(in, out.phase);
    if (key == "attempt") return read_small(in, out.attempt);
    if (key == "day") return in.string(out.day);
    if (key == "sub") return in.string(out.sub);
    if (key == "client") return in.string(out.client);
    if (key == "session") return read_number(in, out.session);
    if (key == "ref") return read_raw(in, out.ref);
    if (key == "input_rev") return read_raw(in, out.input_rev);
    return true;
}

}  // namespace

std::string write_ticket(const Ticket& ticket) {
    tg::json::Writer out;
    out.begin_object().member("calculation_id", ticket.calculation_id).member("quote_id", ticket.quote_id);
    out.member("trace_id", ticket.trace_id).member("revision", ticket.revision);
    out.member("started_ns", ticket.started_ns).member("phase", ticket.phase).member("attempt", ticket.attempt);
    out.member("day", ticket.day).member("sub", ticket.sub).member("client", ticket.client);
    out.member("session", ticket.session);
    if (!ticket.ref.empty()) out.raw_member("ref", ticket.ref);
    if (!ticket.input_rev.empty()) out.raw_member("input_rev", ticket.input_rev);
    return out.end_object().take();
}

std::optional<Ticket> read_ticket(std::string_view payload) {
    tg::json::Reader in(payload);
    Ticket out;
    std::string_view key;
    if (!in.enter_object()) return std::nullopt;
    while (in.next_member(key)) {
        if (!read_member(in, key, out)) return std::nullopt;
    }
    if (!in.finish() || out.calculation_id.empty() || out.quote_id.empty()) return std::nullopt;
    return out;
}

}  // namespace tidegate::quote
