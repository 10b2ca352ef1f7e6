// One rating, performed in ten phases that can be called one by one: each does its part of the real work and tells what
// it did as JSON fit for streaming. To resume one elsewhere, construct it again and call run_next as often as before.
// It may end early, in phase 1 or 2, with a Failure. No clock, no I/O; ArithmeticError never leaves it.
// Thread rule: [any-thread] one at a time; the catalog must outlive phase 1 and stay unchanged meanwhile.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rating/catalog.hpp"
#include "rating/premium.hpp"
#include "rating/trace.hpp"

namespace tidegate::rating {

inline constexpr std::array<std::string_view, kPhases> kPhaseNames{
    "Validating input data",       "Loading rate tables",   "Calculating base premium",    "Applying territory factors",
    "Calculating vehicle factors", "Assessing driver risk", "Applying coverage modifiers", "Running AI risk assessment",
    "Calculating discounts",       "Finalizing premium"};

struct Failure {
    std::string code;  // incomplete, invalid, no_manual
    std::string message;
    FieldErrors errors;
};

std::string errors_json(const FieldErrors& errors);  // [{"path":…,"code":…,"message":…}]
std::string flags_json(const std::vector<Flag>& flags);

struct PhaseResult {
    int phase = 0;          // 1..10
    std::string_view step;  // its name
    int percentage = 0;     // 10..100
    std::string detail;     // a JSON object
};

struct CalculationIds {
    std::string calculation_id;
    std::string quote_id;
    std::int64_t revision = 0;
};

class Calculation {
public:
    Calculation(const ManualCatalog& catalog, std::string quote_data, Date today, CalculationIds ids = {});

    // The next phase. When finished() it does nothing and returns phase 0.
    PhaseResult run_next();

    bool finished() const { return failure_.has_value() || phase_ == kPhases; }
    bool complete() const { return !failure_ && phase_ == kPhases; }
    int phases_run() const { return phase_; }

    const std::optional<Failure>& failure() const { return failure_; }
    const std::vector<Flag>& flags() const { return flags_; }
    const std::vector<StepRecord>& steps() const { return steps_; }
    const std::shared_ptr<const Manual>& manual() const { return choice_.manual; }
    // These need complete().
    const Premium& premium() const { return premium_; }
    Trace trace() const;

private:
    std::string run_phase(int phase);
    std::string validate();
    std::string load_tables();
    std::string finalize();
    std::string calculate_discounts();
    void run_steps(int phase);

    void read_common(const JsonValue& quote, FieldErrors& errors);
    void judge(FieldErrors errors);
    void apply_rules(FieldErrors& errors);

    const ManualCatalog& catalog_;
    std::string quote_data_;
    Date today_;
    CalculationIds ids_;
    int phase_ = 0;

    std::string product_;
    std::string state_;
    Date effective_{};
    ManualChoice choice_;
    InputValues inputs_;
    std::vector<StepRecord> steps_;
    std::vector<Flag> flags_;
    Premium premium_;
    std::optional<Failure> failure_;
};

}  // namespace tidegate::rating
