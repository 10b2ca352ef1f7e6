// A rate manual: who it is for and since when, the inputs it reads, its tables, its ordered steps, rules, discounts,
// payment plans, and the tests it carries. Immutable once loaded; (code, edition) and the hash of its canonical JSON
// name it for ever. A manual with any defect, or failing one of its own tests, does not load.
// Not here: choosing one (ManualCatalog), running one (Calculation).
// Thread rule: [any-thread]; shared as shared_ptr<const Manual>.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rating/date.hpp"
#include "rating/expression.hpp"
#include "rating/inputs.hpp"
#include "rating/table.hpp"

namespace tidegate::rating {

inline constexpr int kPhases = 10;
inline constexpr std::string_view kFinalStep = "final";

struct Problem {
    std::string path;  // "tables.aoi.rows[3]"
    std::string text;
};

enum class StepOp { kSet, kMultiply, kAdd };
std::string_view step_op_name(StepOp op);

struct Step {
    enum class Operand { kValue, kTable, kExpression };

    std::string id;
    int phase = 0;
    StepOp op = StepOp::kSet;
    std::string rule;  // the page or rule of the printed manual
    Operand operand = Operand::kValue;
    Decimal value;
    std::size_t table = 0;
    Expression expression;
    std::optional<Rounding> rounding;  // absent: the exact result, which must be a decimal
    std::string charge;                // premium, fee, tax or surcharge
    int also_shown_in = 0;             // a later phase whose detail repeats this step; 0 = none
};

enum class RuleKind { kEligibility, kReferral, kDecline };
std::string_view rule_kind_name(RuleKind kind);

// Eligibility must hold or the input is invalid; a referral or decline that holds raises a flag beside the premium.
struct Rule {
    RuleKind kind = RuleKind::kReferral;
    std::string id;
    Expression when;
    std::string path;
    std::string message;
};

// A discount the customer sees: the term of a step's expression that grants it.
struct DiscountSpec {
    std::string name;
    std::string title;
    std::size_t step = 0;
    std::size_t term = 0;  // a table
    Decimal percentage;    // 20 = 20 %
};

struct InstallmentPlan {
    std::string name;
    std::vector<int> due_months;  // months after the effective date; the first carries the remainder
    Decimal fee;                  // per instalment, on top of the premium
};

struct ManualTest {
    std::string name;
    JsonValue in;
    Decimal total;
    std::vector<std::pair<std::string, Decimal>> steps;
};

struct Manual;

struct ManualLoad {
    std::shared_ptr<const Manual> manual;  // null when there are problems
    std::vector<Problem> problems;

    std::string text() const;  // one line per problem
};

struct Manual {
    std::string code;
    std::string edition;
    std::string company;
    std::string product;
    std::vector<std::string> jurisdictions;
    Date effective_from{};
    std::optional<Date> effective_until;  // the first day no longer covered; absent = without end
    std::string currency;
    std::string source;
    std::string sha256;

    std::vector<InputSpec> inputs;
    std::vector<Table> tables;
    std::optional<Rounding> after_step;
    Rounding final_rounding;
    std::vector<Step> steps;
    std::vector<Rule> rules;
    std::vector<DiscountSpec> discounts;
    std::vector<InstallmentPlan> plans;
    std::string regular_plan;  // the plan `monthly` and `installments` are of
    std::vector<ManualTest> tests;

    const InstallmentPlan& plan() const;

    // `json_text` is the manual; every problem is named, not only the first.
    static ManualLoad load(std::string_view json_text);
};

}  // namespace tidegate::rating
