// What must hold between the parts of a manual before it may rate anything: every input has its row, ranges neither
// gap nor overlap, steps stand in order and can be reached, discounts say what the tables say.
#include <algorithm>
#include <map>
#include <set>

#include "rating/manual_parts.hpp"

namespace tidegate::rating {
namespace {

constexpr std::size_t kMaxCombinations = 100'000;

// Every canonical text an exactly matched input can have; empty when they cannot be listed.
std::vector<std::string> domain_of(const InputSpec& spec) {
    if (spec.type == InputType::kEnum) return spec.values;
    if (spec.type == InputType::kBoolean) return {"true", "false"};
    std::vector<std::string> out;
    if (spec.type != InputType::kInteger || !spec.min || !spec.max) return out;
    if (*spec.max - *spec.min > Decimal(1000)) return out;
    for (Decimal value = *spec.min; value <= *spec.max; value = value + Decimal(1)) out.push_back(value.to_string());
    return out;
}

class TableCheck {
public:
    TableCheck(const Manual& manual, const Table& table, Problems& problems)
        : manual_(manual),
          table_(table),
          path_("tables." + table.name),
          ordered_(table.ordered_key()),
          problems_(problems) {}

    void run() {
        for (std::size_t i = 0; i < table_.keys.size(); ++i) {
            if (table_.keys[i].match == Match::kExact) check_exact_key(i);
        }
        if (!listable_) return;
        group_rows();
        std::string combination;
        require_combinations(0, combination);
        for (const auto& [label, rows] : groups_) check_group(label, rows);
    }

private:
    using Rows = std::vector<std::size_t>;

    void refuse(std::string text) { problems_.push_back({path_, std::move(text)}); }
    void refuse_row(std::size_t row, std::string text) {
        problems_.push_back({path_ + ".rows[" + std::to_string(row) + "]", std::move(text)});
    }

    void check_exact_key(std::size_t at) {
        const InputSpec& spec = manual_.inputs[table_.keys[at].input];
        const std::vector<std::string> domain = domain_of(spec);
        if (domain.empty()) {
            refuse("key " + spec.name + " cannot match exactly: its values cannot be listed");
            listable_ = false;
            return;
        }
        combinations_ *= domain.size();
        if (combinations_ > kMaxCombinations) {
            refuse("has more than 100000 combinations of keys");
            listable_ = false;
        }
        for (std::size_t row = 0; row < table_.rows.size(); ++row) {
            const std::string& text = table_.rows[row].keys[at].text;
            if (std::find(domain.begin(), domain.end(), text) == domain.end()) {
                refuse_row(row, "\"" + text + "\" is no value of " + spec.name);
            }
        }
    }

    void group_rows() {
        for (std::size_t row = 0; row < table_.rows.size(); ++row) {
            std::string label;
            for (std::size_t i = 0; i < table_.keys.size(); ++i) {
                if (i != ordered_) append_key(label, i, table_.rows[row].keys[i].text);
            }
            groups_[label].push_back(row);
        }
    }

    void append_key(std::string& label, std::size_t key, const std::string& text) const {
        label += (label.empty() ? "" : ", ") + table_.keys[key].name + "=" + text;
    }

    void require_combinations(std::size_t key, const std::string& label) {
        if (key == table_.keys.size()) {
            if (groups_.find(label) == groups_.end()) refuse("has no row for " + label);
            return;
        }
        if (key == ordered_) return require_combinations(key + 1, label);
        for (const std::string& text : domain_of(manual_.inputs[table_.keys[key].input])) {
            std::string longer = label;
            append_key(longer, key, text);
            require_combinations(key + 1, longer);
        }
    }

    void check_group(const std::string& label, const Rows& rows) {
        if (!ordered_) {
            for (std::size_t i = 1; i < rows.size(); ++i) refuse_row(rows[i], "is a duplicate of " + label);
            return;
        }
        check_order(rows);
        const TableKey& key = table_.keys[*ordered_];
        const InputSpec& spec = manual_.inputs[key.input];
        if (!spec.min || !spec.max) {
            if (spec.type != InputType::kEnum) refuse("key " + key.name + " needs an input with min and max");
            return;
        }
        const KeyCell& first = cell(rows.front());
        const KeyCell& last = cell(rows.back());
        const std::string where = label.empty() ? "" : " for " + label;
        if (key.match != Match::kUpToAndIncluding && first.low > *spec.min) {
            refuse("has a gap below " + first.low.to_string() + where);
        }
        if (last.high < *spec.max && !key.extrapolation) refuse("has a gap above " + last.high.to_string() + where);
        if (key.extrapolation && key.extrapolation->from != last.low) {
            refuse("extrapolates from " + key.extrapolation->from.to_string() + ", but the last row is " +
                   last.low.to_string() + where);
        }
    }

    const KeyCell& cell(std::size_t row) const { return table_.rows[row].keys[*ordered_]; }

    void check_order(const Rows& rows) {
        const TableKey& key = table_.keys[*ordered_];
        const InputSpec& spec = manual_.inputs[key.input];
        const Decimal unit = spec.step.value_or(Decimal(1));
        if (key.match == Match::kRange && spec.type == InputType::kDecimal && !spec.step) {
            refuse("key " + key.name + " matches ranges of a decimal input without a step");
        }
        for (std::size_t i = 1; i < rows.size(); ++i) {
            const KeyCell& before = cell(rows[i - 1]);
            const KeyCell& here = cell(rows[i]);
            if (here.low == before.low && here.high == before.high) {
                refuse_row(rows[i], "is a duplicate of " + before.text);
            } else if (here.low <= before.high) {
                refuse_row(rows[i], "overlaps or precedes " + before.text);
            } else if (key.match == Match::kRange && here.low != before.high + unit) {
                refuse_row(rows[i], "leaves a gap after " + before.text);
            }
            if (table_.increasing && table_.rows[rows[i]].value < table_.rows[rows[i - 1]].value) {
                refuse_row(rows[i], "falls below the row before, in a table declared increasing");
            }
        }
    }

    const Manual& manual_;
    const Table& table_;
    std::string path_;
    std::optional<std::size_t> ordered_;
    Problems& problems_;
    std::map<std::string, Rows> groups_;
    std::size_t combinations_ = 1;
    bool listable_ = true;
};

void check_one_step(const Manual& manual, std::size_t at, Problems& problems) {
    const Step& step = manual.steps[at];
    const std::string path = "steps[" + std::to_string(at) + "] (" + step.id + ")";
    if (step.id == kFinalStep) problems.push_back({path, "\"final\" is the name of the closing rounding"});
    if (at == 0 && step.op != StepOp::kSet) problems.push_back({path, "the first step must set the base"});
    if (at > 0 && step.op == StepOp::kSet)
        problems.push_back({path, "sets the premium: the steps before are unreachable"});
    if (at > 0 && step.phase < manual.steps[at - 1].phase) {
        problems.push_back({path, "is of phase " + std::to_string(step.phase) + ", after a step of phase " +
                                      std::to_string(manual.steps[at - 1].phase)});
    }
    for (std::size_t i = 0; i < at; ++i) {
        if (manual.steps[i].id == step.id) problems.push_back({path, "stands twice"});
    }
}

bool rounds_to_cents(const std::optional<Rounding>& rounding) {
    return rounding && rounding->quantum.normalized().scale() <= 2;
}

// Amounts shown as money: the base, what a discount step starts from and ends with, and the total.
void check_cents(const Manual& manual, Problems& problems) {
    const std::string_view why = "must round to whole cents: its amount is shown as money";
    if (!rounds_to_cents(manual.final_rounding)) problems.push_back({"rounding.final", std::string(why)});
    for (std::size_t i = 0; i < manual.steps.size(); ++i) {
        const bool shown =
            i == 0 || std::any_of(manual.discounts.begin(), manual.discounts.end(),
                                  [&](const auto& discount) { return discount.step == i || discount.step == i + 1; });
        if (shown && !rounds_to_cents(manual.steps[i].rounding)) {
            problems.push_back({"steps[" + std::to_string(i) + "] (" + manual.steps[i].id + ")", std::string(why)});
        }
    }
}

std::set<std::size_t> tables_of(const Step& step) {
    std::set<std::size_t> out;
    if (step.operand == Step::Operand::kTable) out.insert(step.table);
    if (step.operand != Step::Operand::kExpression) return out;
    for (const ExprName& name : step.expression.names()) {
        if (name.is_table) out.insert(name.index);
    }
    return out;
}

void check_discount(const Manual& manual, std::size_t at, Problems& problems) {
    const DiscountSpec& discount = manual.discounts[at];
    const std::string path = "discounts[" + std::to_string(at) + "] (" + discount.name + ")";
    const Step& step = manual.steps[discount.step];
    const Table& term = manual.tables[discount.term];
    if (step.op != StepOp::kMultiply || tables_of(step).count(discount.term) == 0) {
        problems.push_back({path, "step " + step.id + " does not multiply by an expression of " + term.name});
    }
    for (const TableRow& row : term.rows) {
        if (!row.value.is_zero() && row.value * Decimal(100) != discount.percentage) {
            problems.push_back({path, "says " + discount.percentage.to_string() + " %, but " + term.name + " has " +
                                          row.value.to_string()});
        }
    }
    for (std::size_t i = 0; i < at; ++i) {
        if (manual.discounts[i].name == discount.name) problems.push_back({path, "stands twice"});
    }
}

}  // namespace

void check_tables(const Manual& manual, Problems& problems) {
    for (const Table& table : manual.tables) {
        const bool whole = !table.keys.empty() && !table.rows.empty();
        if (whole) TableCheck(manual, table, problems).run();
    }
}

void check_steps(const Manual& manual, Problems& problems) {
    std::set<std::size_t> read;
    for (std::size_t i = 0; i < manual.steps.size(); ++i) {
        check_one_step(manual, i, problems);
        read.merge(tables_of(manual.steps[i]));
    }
    check_cents(manual, problems);
    for (std::size_t i = 0; i < manual.tables.size(); ++i) {
        if (read.count(i) == 0) problems.push_back({"tables." + manual.tables[i].name, "is read by no step"});
    }
}

void check_discounts(const Manual& manual, Problems& problems) {
    for (std::size_t i = 0; i < manual.discounts.size(); ++i) check_discount(manual, i, problems);
}

}  // namespace tidegate::rating
