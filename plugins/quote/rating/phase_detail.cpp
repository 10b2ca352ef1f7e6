#include "rating/phase_detail.hpp"

#include "rating/engine.hpp"

namespace tidegate::rating {
namespace {

void write_steps_of(JsonWriter& out, const std::vector<StepRecord>& steps, int phase) {
    out.key("steps").begin_array();
    for (const StepRecord& step : steps) {
        if (step.phase == phase) write_step(out, step);
    }
    out.end_array();
}

// Steps that ran earlier, for their place in the manual's order, but belong to this phase's subject.
void write_also_shown(JsonWriter& out, const Manual& manual, const std::vector<StepRecord>& steps, int phase) {
    out.key("also").begin_array();
    for (std::size_t i = 0; i < steps.size() && i < manual.steps.size(); ++i) {
        if (manual.steps[i].also_shown_in == phase) write_step(out, steps[i]);
    }
    out.end_array();
}

void write_discounts(JsonWriter& out, const std::vector<DiscountAmount>& discounts) {
    out.key("discounts").begin_array();
    for (const DiscountAmount& discount : discounts) {
        out.begin_object().field("name", discount.name).field("percentage", discount.percentage.to_string());
        out.field("amount", discount.amount.to_fixed(2)).end_object();
    }
    out.end_array();
}

void write_installments(JsonWriter& out, const Premium& premium) {
    out.key("installments").begin_array();
    for (const Installment& installment : premium.installments) {
        out.begin_object().key("due_month").integer(installment.due_month);
        out.field("amount", installment.amount.to_fixed(2)).end_object();
    }
    out.end_array();
}

}  // namespace

std::string validation_detail(const Manual* manual, const InputValues& inputs, const std::vector<Flag>& flags) {
    JsonWriter out;
    out.begin_object().key("inputs").begin_object();
    for (std::size_t i = 0; manual != nullptr && i < inputs.size(); ++i) {
        if (!inputs[i].present) continue;
        out.key(manual->inputs[i].name).begin_object().field("value", inputs[i].text);
        out.field("source", input_source(manual->inputs[i], inputs[i])).end_object();
    }
    out.end_object().key("flags").raw(flags_json(flags)).key("errors").raw("[]").end_object();
    return out.take();
}

std::string errors_detail(const FieldErrors& errors) {
    JsonWriter out;
    out.begin_object().key("errors").raw(errors_json(errors)).end_object();
    return out.take();
}

std::string tables_detail(const ManualChoice& choice) {
    JsonWriter out;
    out.begin_object();
    if (choice.manual) {
        const Manual& manual = *choice.manual;
        out.key("manual").begin_object().field("code", manual.code).field("edition", manual.edition);
        out.field("company", manual.company).field("source", manual.source);
        out.key("effective").begin_object().field("from", date_text(manual.effective_from)).key("until");
        manual.effective_until ? out.string(date_text(*manual.effective_until)) : out.null();
        out.end_object().field("sha256", manual.sha256).end_object();
    }
    out.key("considered").begin_array();
    for (const ConsideredEdition& edition : choice.considered) {
        out.begin_object().field("code", edition.code).field("edition", edition.edition);
        out.key("chosen").boolean(edition.chosen).field("reason", edition.reason).end_object();
    }
    out.end_array().end_object();
    return out.take();
}

std::string steps_detail(const Manual& manual, const std::vector<StepRecord>& steps, int phase) {
    JsonWriter out;
    out.begin_object();
    write_steps_of(out, steps, phase);
    write_also_shown(out, manual, steps, phase);
    out.field("subtotal", steps.empty() ? "0.00" : steps.back().after.to_fixed(2)).end_object();
    return out.take();
}

std::string discounts_detail(const std::vector<DiscountAmount>& discounts, const std::vector<StepRecord>& steps) {
    Decimal reduced;
    for (const DiscountAmount& discount : discounts) reduced = reduced + discount.amount;
    const Decimal after = steps.empty() ? Decimal() : steps.back().after;
    JsonWriter out;
    out.begin_object().field("before", (after + reduced).to_fixed(2)).field("after", after.to_fixed(2));
    out.field("amount", reduced.to_fixed(2));
    write_discounts(out, discounts);
    write_steps_of(out, steps, 9);
    out.end_object();
    return out.take();
}

std::string skipped_detail(std::string_view reason) {
    JsonWriter out;
    out.begin_object().key("skipped").boolean(true).field("reason", reason).end_object();
    return out.take();
}

std::string final_detail(const Premium& premium, const std::vector<StepRecord>& steps, const std::vector<Flag>& flags) {
    JsonWriter out;
    out.begin_object();
    write_steps_of(out, steps, kPhases);
    out.key("charges").begin_array();
    for (const Charge& charge : charges_of(steps)) {
        out.begin_object().field("category", charge.category).field("type", charge.type);
        out.field("amount", charge.amount.to_fixed(2)).end_object();
    }
    out.end_array().field("total", premium.total.to_fixed(2)).field("monthly", premium.monthly.to_fixed(2));
    out.field("currency", premium.currency);
    write_installments(out, premium);
    out.key("flags").raw(flags_json(flags)).key("bindable").boolean(flags.empty()).end_object();
    return out.take();
}

}  // namespace tidegate::rating
