// Re-performs a trace without the manual and without the engine: every step's arithmetic and rounding, the chain from
// one step to the next, keys against inputs, charges, total and hash. It shares only the exact arithmetic.
// What it cannot see is whether the operands stand in the manual the trace names; re-rating tells that.
// Thread rule: [any-thread], pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tidegate::rating {

struct Verification {
    std::vector<std::string> problems;
    bool ok() const { return problems.empty(); }
};

Verification verify_trace(std::string_view trace_json);

}  // namespace tidegate::rating
