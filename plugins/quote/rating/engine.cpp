#include "rating/engine.hpp"

#include <algorithm>

#include "rating/phase_detail.hpp"

namespace tidegate::rating {
namespace {

constexpr std::array<std::string_view, 3> kProducts{"auto", "home", "commercial"};

bool is_state(std::string_view text) {
    return text.size() == 5 && text.substr(0, 3) == "US-" &&
           std::all_of(text.begin() + 3, text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

// A text every product needs; empty when absent or wrong, which is then among the errors.
std::string common_text(const JsonValue& quote, const std::string& name, FieldErrors& errors) {
    InputSpec spec;
    spec.name = name;
    spec.type = InputType::kText;
    spec.required = true;
    return read_input(spec, quote.find(name), errors).text;
}

std::string summary_of(const FieldErrors& errors) {
    std::string out;
    for (std::size_t i = 0; i < errors.size() && i < 3; ++i) out += (i == 0 ? "" : "; ") + errors[i].message;
    if (errors.size() > 3) out += "; and " + std::to_string(errors.size() - 3) + " more";
    return out;
}

}  // namespace

std::string errors_json(const FieldErrors& errors) {
    JsonWriter out;
    out.begin_array();
    for (const FieldError& error : errors) {
        out.begin_object().field("path", error.path).field("code", error.code).field("message", error.message);
        out.end_object();
    }
    out.end_array();
    return out.take();
}

std::string flags_json(const std::vector<Flag>& flags) {
    JsonWriter out;
    out.begin_array();
    for (const Flag& flag : flags) {
        out.begin_object().field("id", flag.id).field("kind", flag.kind).field("message", flag.message).end_object();
    }
    out.end_array();
    return out.take();
}

Calculation::Calculation(const ManualCatalog& catalog, std::string quote_data, Date today, CalculationIds ids)
    : catalog_(catalog), quote_data_(std::move(quote_data)), today_(today), ids_(std::move(ids)) {}

PhaseResult Calculation::run_next() {
    if (finished()) return {};
    ++phase_;
    PhaseResult out;
    out.phase = phase_;
    out.step = kPhaseNames[static_cast<std::size_t>(phase_ - 1)];
    out.percentage = phase_ * 10;
    try {
        out.detail = run_phase(phase_);
    } catch (const ArithmeticError& error) {
        failure_ = Failure{"invalid", error.what(), {}};
        out.detail = errors_detail({});
    }
    return out;
}

std::string Calculation::run_phase(int phase) {
    if (phase == 1) return validate();
    if (phase == 2) return load_tables();
    run_steps(phase);
    if (phase == 8 && (steps_.empty() || steps_.back().phase != phase)) {
        return skipped_detail("no model for product " + product_);
    }
    if (phase == 9) return calculate_discounts();
    if (phase == kPhases) return finalize();
    return steps_detail(*choice_.manual, steps_, phase);
}

std::string Calculation::validate() {
    std::string error;
    const auto quote = parse_json(quote_data_, error);
    FieldErrors errors;
    if (!quote || !quote->is_object()) {
        errors.push_back({"", "type", quote ? "quote_data must be an object" : "quote_data is " + error});
        judge(errors);
        return errors_detail(errors);
    }
    read_common(*quote, errors);
    if (!product_.empty() && !state_.empty()) choice_ = catalog_.choose(product_, state_, effective_);
    const bool state_unknown = state_.empty() && !product_.empty();
    const auto reader = state_unknown ? catalog_.newest_of(product_) : choice_.manual;
    if (reader) {
        const int lead_days = static_cast<int>((effective_ - today_).count());
        inputs_ = read_inputs(reader->inputs, *quote, lead_days, errors);
    }
    if (errors.empty() && choice_.manual) apply_rules(errors);
    if (!errors.empty()) {
        judge(errors);
        return errors_detail(errors);
    }
    return validation_detail(choice_.manual.get(), inputs_, flags_);
}

void Calculation::read_common(const JsonValue& quote, FieldErrors& errors) {
    product_ = common_text(quote, "product", errors);
    if (!product_.empty() && std::find(kProducts.begin(), kProducts.end(), product_) == kProducts.end()) {
        errors.push_back({"product", "choice", "product must be one of auto, home, commercial"});
        product_.clear();
    }
    state_ = common_text(quote, "state", errors);
    if (!state_.empty() && !is_state(state_)) {
        errors.push_back({"state", "choice", "state must be written as US-XX"});
        state_.clear();
    }
    effective_ = today_;
    const JsonValue* given = quote.find("effective_date");
    if (given == nullptr || given->is(JsonValue::Kind::kNull)) return;
    const auto date = given->is_string() ? parse_date(given->text) : std::nullopt;
    if (date) {
        effective_ = *date;
    } else {
        errors.push_back({"effective_date", "date", "effective_date must be a date YYYY-MM-DD"});
    }
}

void Calculation::judge(FieldErrors errors) {
    const bool only_missing =
        std::all_of(errors.begin(), errors.end(), [](const FieldError& error) { return error.code == "required"; });
    Failure failure;
    failure.code = only_missing ? "incomplete" : "invalid";
    failure.message = summary_of(errors);
    failure.errors = std::move(errors);
    failure_ = std::move(failure);
}

void Calculation::apply_rules(FieldErrors& errors) {
    for (const Rule& rule : choice_.manual->rules) {
        const bool holds = rule_holds(rule, inputs_);
        if (rule.kind == RuleKind::kEligibility) {
            if (!holds) errors.push_back({rule.path, "ineligible", rule.message});
        } else if (holds) {
            flags_.push_back({rule.id, std::string(rule_kind_name(rule.kind)), rule.message});
        }
    }
}

std::string Calculation::load_tables() {
    if (!choice_.manual) {
        Failure failure;
        failure.code = "no_manual";
        failure.message =
            "no rate manual for product " + product_ + ", state " + state_ + ", effective " + date_text(effective_);
        for (const ConsideredEdition& edition : choice_.considered) {
            failure.errors.push_back(
                {"manual", "no_manual", edition.code + " " + edition.edition + " " + edition.reason});
        }
        failure_ = std::move(failure);
    }
    return tables_detail(choice_);
}

void Calculation::run_steps(int phase) {
    const Manual& manual = *choice_.manual;
    while (steps_.size() < manual.steps.size() && manual.steps[steps_.size()].phase <= phase) {
        const Decimal before = steps_.empty() ? Decimal() : steps_.back().after;
        const int seq = static_cast<int>(steps_.size()) + 1;
        steps_.push_back(run_step(manual, manual.steps[steps_.size()], inputs_, before, seq));
    }
}

std::string Calculation::calculate_discounts() {
    return discounts_detail(discounts_of(*choice_.manual, steps_), steps_);
}

std::string Calculation::finalize() {
    const Manual& manual = *choice_.manual;
    steps_.push_back(run_final_step(manual, steps_.back().after, static_cast<int>(steps_.size()) + 1));
    premium_ = premium_of(manual, steps_);
    return final_detail(premium_, steps_, flags_);
}

Trace Calculation::trace() const {
    return write_trace({ids_.calculation_id, ids_.quote_id, ids_.revision, effective_}, *choice_.manual, inputs_,
                       steps_, flags_);
}

}  // namespace tidegate::rating
