#include "rating/trace.hpp"

#include <algorithm>

#include "rating/sha256.hpp"

namespace tidegate::rating {
namespace {

// Every object below writes its members in the order of their names: the text is canonical as written.

void write_keys(JsonWriter& out, const TableLookup& lookup) {
    auto keys = lookup.keys;
    std::sort(keys.begin(), keys.end());
    out.key("keys").begin_object();
    for (const auto& [name, value] : keys) out.field(name, value);
    out.end_object();
}

void write_term(JsonWriter& out, const TableLookup& lookup) {
    out.begin_object();
    write_keys(out, lookup);
    out.field("match", lookup.match).field("row", lookup.row).field("table", lookup.table);
    out.field("value", lookup.value.text()).end_object();
}

void write_rounding(JsonWriter& out, const std::optional<Rounding>& rounding) {
    out.key("round");
    if (!rounding) {
        out.null();
        return;
    }
    out.begin_object().field("mode", rounding_mode_name(rounding->mode));
    out.field("q", rounding->quantum.to_string()).end_object();
}

void write_inputs(JsonWriter& out, const Manual& manual, const InputValues& inputs) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (inputs[i].present) order.push_back(i);
    }
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return manual.inputs[a].name < manual.inputs[b].name; });
    out.key("inputs").begin_object();
    for (const std::size_t i : order) {
        out.key(manual.inputs[i].name).begin_object();
        out.field("source", input_source(manual.inputs[i], inputs[i])).field("value", inputs[i].text).end_object();
    }
    out.end_object();
}

void write_body(JsonWriter& out, const TraceHeader& header, const Manual& manual, const InputValues& inputs,
                const std::vector<StepRecord>& steps, const std::vector<Flag>& flags) {
    out.field("calculation_id", header.calculation_id).key("charges").begin_array();
    for (const Charge& charge : charges_of(steps)) {
        out.begin_object().field("amount", charge.amount.to_fixed(2)).field("category", charge.category);
        out.field("type", charge.type).end_object();
    }
    out.end_array().field("engine", kEngineVersion).key("flags").begin_array();
    for (const Flag& flag : flags) {
        out.begin_object().field("id", flag.id).field("kind", flag.kind).field("message", flag.message).end_object();
    }
    out.end_array();
    write_inputs(out, manual, inputs);
    out.key("manual").begin_object().field("code", manual.code).field("edition", manual.edition);
    out.field("sha256", manual.sha256).end_object();
    out.field("quote_id", header.quote_id).field("rate_date", date_text(header.rate_date));
    out.key("revision").integer(header.revision).key("steps").begin_array();
    for (const StepRecord& step : steps) write_step(out, step);
    out.end_array().field("total", steps.back().after.to_fixed(2));
}

}  // namespace

std::vector<Charge> charges_of(const std::vector<StepRecord>& steps) {
    std::vector<Charge> out{{"premium", "rating", steps.back().after}};
    for (const StepRecord& step : steps) {
        if (step.charge == "premium") continue;
        out.push_back({step.charge, step.step, step.delta()});
        out.front().amount = out.front().amount - step.delta();
    }
    return out;
}

std::string_view input_source(const InputSpec& spec, const InputValue& value) {
    if (spec.lead_days) return "derived";
    return value.from_default ? "default" : "user";
}

void write_step(JsonWriter& out, const StepRecord& step) {
    const bool one_table = step.expression.empty() && !step.lookups.empty();
    out.begin_object().field("after", step.after.to_fixed(2)).field("before", step.before.to_fixed(2));
    out.field("charge", step.charge).field("delta", step.delta().to_fixed(2)).field("exact", step.exact.text());
    if (!step.expression.empty()) out.field("expr", step.expression);
    if (one_table) {
        write_keys(out, step.lookups.front());
        out.field("match", step.lookups.front().match);
    }
    out.field("op", step.op).field("operand", step.operand.text()).key("phase").integer(step.phase);
    write_rounding(out, step.rounding);
    if (one_table) out.field("row", step.lookups.front().row);
    if (!step.rule.empty()) out.field("rule", step.rule);
    out.key("seq").integer(step.seq).field("step", step.step);
    if (one_table) out.field("table", step.lookups.front().table);
    if (!step.expression.empty()) {
        out.key("terms").begin_array();
        for (const TableLookup& lookup : step.lookups) write_term(out, lookup);
        out.end_array();
    }
    out.end_object();
}

Trace write_trace(const TraceHeader& header, const Manual& manual, const InputValues& inputs,
                  const std::vector<StepRecord>& steps, const std::vector<Flag>& flags) {
    JsonWriter out;
    out.begin_object();
    write_body(out, header, manual, inputs, steps, flags);
    const std::string hash = sha256_hex(out.text() + "}");
    out.field("trace_sha256", hash).end_object();
    return {out.take(), hash};
}

}  // namespace tidegate::rating
