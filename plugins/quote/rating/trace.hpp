// The trace of a calculation: one canonical JSON object that names the manual, the inputs as used, every step with its
// exact and rounded result, the charges and the total, closed by a hash over everything before it. Enough to re-perform
// the premium by hand, without the manual.
// Thread rule: [any-thread], pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rating/step_runner.hpp"

namespace tidegate::rating {

inline constexpr std::string_view kEngineVersion = "tidegate-rating/1";

struct Flag {
    std::string id;
    std::string kind;  // referral, decline
    std::string message;
};

struct TraceHeader {
    std::string calculation_id;
    std::string quote_id;
    std::int64_t revision = 0;
    Date rate_date{};  // the effective date the edition was chosen by
};

struct Charge {
    std::string category;  // premium, fee, tax, surcharge
    std::string type;      // the step that made it; "rating" for the premium
    Decimal amount;
};

struct Trace {
    std::string json;
    std::string sha256;
};

std::vector<Charge> charges_of(const std::vector<StepRecord>& steps);
std::string_view input_source(const InputSpec& spec, const InputValue& value);  // user, default, derived

// Members of one step, in canonical order; used by the trace and by the streamed detail alike.
void write_step(JsonWriter& out, const StepRecord& step);

Trace write_trace(const TraceHeader& header, const Manual& manual, const InputValues& inputs,
                  const std::vector<StepRecord>& steps, const std::vector<Flag>& flags);

}  // namespace tidegate::rating
