// Performs one step of a manual on a running premium, and records it so that it can be re-performed by hand.
// Throws ArithmeticError when a result does not fit or a table has no row; its callers catch that.
// Thread rule: [any-thread], pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rating/manual.hpp"

namespace tidegate::rating {

struct StepRecord {
    int seq = 0;
    int phase = 0;
    std::string step;
    std::string op;  // set, mul, add, round
    std::string rule;
    std::string charge;
    std::string expression;            // of steps with one
    std::vector<TableLookup> lookups;  // the table of the step, or those its expression reads
    Ratio operand;
    Decimal before;
    Ratio exact;
    std::optional<Rounding> rounding;
    Decimal after;

    Decimal delta() const { return after - before; }
};

StepRecord run_step(const Manual& manual, const Step& step, const InputValues& inputs, const Decimal& before, int seq);

// The rounding that ends every calculation.
StepRecord run_final_step(const Manual& manual, const Decimal& before, int seq);

// True when the rule's expression holds for these inputs.
bool rule_holds(const Rule& rule, const InputValues& inputs);

}  // namespace tidegate::rating
