#include "rating/step_runner.hpp"

namespace tidegate::rating {
namespace {

ExprValue value_of_input(const ExprName& name, const InputValue& input) {
    ExprValue out;
    out.type = name.type;
    out.number = input.number;
    out.text = input.text;
    out.truth = input.truth;
    return out;
}

TableLookup must_look_up(const Table& table, const InputValues& inputs) {
    auto found = look_up(table, inputs);
    if (!found) throw ArithmeticError("table " + table.name + " has no row for these inputs");
    return std::move(*found);
}

class StepContext : public ExprContext {
public:
    StepContext(const Manual& manual, const InputValues& inputs, std::vector<TableLookup>& lookups)
        : manual_(manual), inputs_(inputs), lookups_(lookups) {}

    ExprValue value_of(const ExprName& name) const override {
        if (!name.is_table) return value_of_input(name, inputs_[name.index]);
        TableLookup found = must_look_up(manual_.tables[name.index], inputs_);
        ExprValue out;
        out.number = found.value;
        for (const TableLookup& seen : lookups_) {
            if (seen.table == found.table) return out;
        }
        lookups_.push_back(std::move(found));
        return out;
    }

private:
    const Manual& manual_;
    const InputValues& inputs_;
    std::vector<TableLookup>& lookups_;
};

class RuleContext : public ExprContext {
public:
    explicit RuleContext(const InputValues& inputs) : inputs_(inputs) {}
    ExprValue value_of(const ExprName& name) const override { return value_of_input(name, inputs_[name.index]); }

private:
    const InputValues& inputs_;
};

Ratio operand_of(const Manual& manual, const Step& step, const InputValues& inputs, StepRecord& record) {
    if (step.operand == Step::Operand::kValue) return step.value;
    if (step.operand == Step::Operand::kTable) {
        record.lookups.push_back(must_look_up(manual.tables[step.table], inputs));
        return record.lookups.back().value;
    }
    record.expression = step.expression.text();
    return step.expression.evaluate(StepContext(manual, inputs, record.lookups)).number;
}

Ratio apply(StepOp op, const Decimal& before, const Ratio& operand) {
    if (op == StepOp::kSet) return operand;
    if (op == StepOp::kAdd) return Ratio(before) + operand;
    return Ratio(before) * operand;
}

Decimal settle(const StepRecord& record) {
    if (record.rounding) return record.exact.round_to(*record.rounding);
    const auto exact = record.exact.as_decimal();
    if (!exact) throw ArithmeticError("step " + record.step + " does not round, and its result is no decimal");
    return *exact;
}

}  // namespace

StepRecord run_step(const Manual& manual, const Step& step, const InputValues& inputs, const Decimal& before, int seq) {
    StepRecord record;
    record.seq = seq;
    record.phase = step.phase;
    record.step = step.id;
    record.op = step_op_name(step.op);
    record.rule = step.rule;
    record.charge = step.charge;
    record.before = before;
    record.operand = operand_of(manual, step, inputs, record);
    record.exact = apply(step.op, before, record.operand);
    record.rounding = step.rounding;
    record.after = settle(record);
    return record;
}

StepRecord run_final_step(const Manual& manual, const Decimal& before, int seq) {
    StepRecord record;
    record.seq = seq;
    record.phase = kPhases;
    record.step = kFinalStep;
    record.op = "round";
    record.charge = "premium";
    record.before = before;
    record.operand = before;
    record.exact = before;
    record.rounding = manual.final_rounding;
    record.after = settle(record);
    return record;
}

bool rule_holds(const Rule& rule, const InputValues& inputs) { return rule.when.evaluate(RuleContext(inputs)).truth; }

}  // namespace tidegate::rating
