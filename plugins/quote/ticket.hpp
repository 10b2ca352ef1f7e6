// A calculation on its way: everything one of its tasks needs to know, so that any generation of the plugin can go on
// with it. Travels as the payload of the task "calculate".
// Thread rule: [any-thread], a value type.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate::quote {

inline constexpr std::string_view kCalculateTask = "calculate";

struct Ticket {
    Ticket() {}  // no aggregate: it is a coroutine's parameter

    std::string calculation_id;
    std::string quote_id;
    std::string trace_id;
    std::uint64_t revision = 0;
    std::int64_t started_ns = 0;
    int phase = 0;    // phases already shown
    int attempt = 0;  // times a task of it was given up and posted again
    std::string day;  // YYYY-MM-DD: midnight does not change a calculation
    std::string sub;  // who asked, or whose edit it was
    std::string client;
    std::uint64_t session = 0;  // 0: nobody asked
    std::string ref;            // the JSON token of his message's id; empty when it had none
    std::string input_rev;      // a JSON token, or empty
};

std::string write_ticket(const Ticket& ticket);
std::optional<Ticket> read_ticket(std::string_view payload);

}  // namespace tidegate::quote
