#include "rating/premium.hpp"

#include <algorithm>

namespace tidegate::rating {
namespace {

constexpr int kFactorDigits = 9;  // shown; the calculation itself uses the exact factor

Rounding cents(RoundingMode mode) { return {Decimal::from_parts(1, 2), mode}; }

struct Granted {
    const DiscountSpec* spec;
    Ratio term;
};

const TableLookup* lookup_of(const StepRecord& step, std::string_view table) {
    for (const TableLookup& lookup : step.lookups) {
        if (lookup.table == table) return &lookup;
    }
    return nullptr;
}

std::vector<Granted> granted_in(const Manual& manual, const StepRecord& step) {
    std::vector<Granted> out;
    for (const DiscountSpec& spec : manual.discounts) {
        if (manual.steps[spec.step].id != step.step) continue;
        const TableLookup* lookup = lookup_of(step, manual.tables[spec.term].name);
        if (lookup != nullptr && !lookup->value.is_zero()) out.push_back({&spec, lookup->value});
    }
    return out;
}

void share_out(const std::vector<Granted>& granted, const Decimal& amount, std::vector<DiscountAmount>& out) {
    Ratio sum;
    for (const Granted& discount : granted) sum = sum + discount.term;
    Decimal left = amount;
    for (std::size_t i = 0; i < granted.size(); ++i) {
        Decimal share = left;
        if (i + 1 < granted.size()) {
            share = (Ratio(amount) * granted[i].term / sum).round_to(cents(RoundingMode::kHalfUp));
            share = std::min(share, left);
        }
        left = left - share;
        out.push_back({granted[i].spec->name, share, granted[i].spec->percentage});
    }
}

bool is_discount_step(const Manual& manual, std::string_view id) {
    return std::any_of(manual.discounts.begin(), manual.discounts.end(),
                       [&](const DiscountSpec& spec) { return manual.steps[spec.step].id == id; });
}

Decimal shown_factor(const Ratio& factor) {
    if (const auto exact = factor.as_decimal()) return *exact;
    return factor.round_to({Decimal::from_parts(1, kFactorDigits), RoundingMode::kHalfUp});
}

}  // namespace

std::vector<DiscountAmount> discounts_of(const Manual& manual, const std::vector<StepRecord>& steps) {
    std::vector<DiscountAmount> out;
    for (const StepRecord& step : steps) share_out(granted_in(manual, step), step.before - step.after, out);
    return out;
}

std::vector<Installment> split_installments(const InstallmentPlan& plan, const Decimal& total) {
    const auto count = static_cast<std::int64_t>(plan.due_months.size());
    const Ratio part = Ratio(total) * Ratio::of(1, count);
    const Decimal regular = part.round_to(cents(RoundingMode::kDown));
    std::vector<Installment> out;
    for (const int month : plan.due_months) out.push_back({month, regular});
    out.front().amount = total - regular * Decimal(count - 1);
    return out;
}

Premium premium_of(const Manual& manual, const std::vector<StepRecord>& steps) {
    Premium out;
    out.currency = manual.currency;
    out.base = steps.front().after;
    out.total = steps.back().after;
    for (const StepRecord& step : steps) {
        if (step.op == step_op_name(StepOp::kMultiply) && !is_discount_step(manual, step.step)) {
            out.factors.emplace_back(step.step, shown_factor(step.operand));
        }
    }
    out.discounts = discounts_of(manual, steps);
    out.installments = split_installments(manual.plan(), out.total);
    out.monthly = out.installments.back().amount;
    return out;
}

std::string premium_json(const Premium& premium) {
    JsonWriter out;
    const auto money = [&](std::string_view name, const Decimal& amount) { out.key(name).raw(amount.to_fixed(2)); };
    out.begin_object();
    money("base", premium.base);
    money("total", premium.total);
    money("monthly", premium.monthly);
    out.key("factors").begin_object();
    for (const auto& [name, factor] : premium.factors) out.key(name).raw(factor.to_string());
    out.end_object().key("discounts").begin_array();
    for (const DiscountAmount& discount : premium.discounts) {
        out.begin_object().field("name", discount.name);
        money("amount", discount.amount);
        out.key("percentage").raw(discount.percentage.to_string()).end_object();
    }
    out.end_array().key("installments").begin_array();
    for (const Installment& installment : premium.installments) {
        out.begin_object().key("due_month").integer(installment.due_month);
        money("amount", installment.amount);
        out.end_object();
    }
    out.end_array().field("currency", premium.currency).end_object();
    return out.take();
}

}  // namespace tidegate::rating
