// The parts of a manual that say what it is for: identity, inputs, payment plans, discounts, tests.
#include <algorithm>

#include "rating/manual_parts.hpp"

namespace tidegate::rating {
namespace {

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }) && !(text[0] >= '0' && text[0] <= '9');
}

bool is_reserved(std::string_view name) {
    static constexpr std::string_view kWords[] = {"and", "or", "not", "in", "min", "max", "true", "false"};
    return std::find(std::begin(kWords), std::end(kWords), name) != std::end(kWords);
}

std::optional<Date> date_member(const ManualNode& node, std::string_view name, bool required) {
    const std::string text = node.text(name, required);
    if (text.empty()) return std::nullopt;
    const auto date = parse_date(text);
    if (!date) node.refuse(name, "must be a date YYYY-MM-DD");
    return date;
}

InputType read_type(const ManualNode& node, InputSpec& spec) {
    const std::string type = node.text("type");
    if (type == "decimal") return InputType::kDecimal;
    if (type == "integer") return InputType::kInteger;
    if (type == "enum") return InputType::kEnum;
    if (type == "boolean") return InputType::kBoolean;
    if (type == "text") return InputType::kText;
    if (type == "number_enum") {
        spec.numeric_choice = true;
        return InputType::kEnum;
    }
    if (type == "lead_days") {
        spec.lead_days = true;
        return InputType::kInteger;
    }
    if (!type.empty()) node.refuse("type", "\"" + type + "\" is no known type");
    return InputType::kText;
}

void read_values(const ManualNode& node, InputSpec& spec) {
    for (std::string& value : node.texts("values")) {
        if (spec.numeric_choice) {
            const auto number = Decimal::parse(value);
            if (!number) {
                node.refuse("values", "\"" + value + "\" is not a decimal number");
                continue;
            }
            value = number->to_string();
        }
        if (std::find(spec.values.begin(), spec.values.end(), value) != spec.values.end()) {
            node.refuse("values", "\"" + value + "\" stands twice");
        }
        spec.values.push_back(std::move(value));
    }
    if (spec.values.empty()) node.refuse("values", "must not be empty");
}

void read_default(const ManualNode& node, InputSpec& spec) {
    const JsonValue* given = node.value().find("default");
    if (given == nullptr) return;
    FieldErrors errors;
    InputValue value = read_input(spec, given, errors);
    for (const FieldError& error : errors) node.refuse("default", error.message);
    if (!value.present) return;
    value.from_default = true;
    spec.default_value = std::move(value);
    if (spec.required) node.refuse("default", "a required input takes no default");
}

InputSpec read_spec(const std::string& name, const ManualNode& node) {
    InputSpec spec;
    spec.name = name;
    if (!is_name(name) || is_reserved(name)) node.refuse("is no usable name: lower-case letters, digits and _");
    node.only({"type", "min", "max", "step", "values", "max_length", "required", "default", "acord", "title"});
    spec.type = read_type(node, spec);
    spec.min = node.decimal("min", false);
    spec.max = node.decimal("max", false);
    spec.step = node.decimal("step", false);
    if (spec.min && spec.max && *spec.min > *spec.max) node.refuse("min", "exceeds max");
    if (spec.step && *spec.step <= Decimal(0)) node.refuse("step", "must be positive");
    if (const auto length = node.integer("max_length", false)) spec.max_length = static_cast<std::size_t>(*length);
    if (spec.type == InputType::kEnum) read_values(node, spec);
    spec.required = node.boolean("required");
    read_default(node, spec);
    return spec;
}

InstallmentPlan read_plan(const ManualNode& node) {
    InstallmentPlan plan;
    if (!node.is_object()) return plan;
    node.only({"name", "due_months", "fee"});
    plan.name = node.text("name");
    plan.fee = node.decimal("fee").value_or(Decimal(0));
    if (plan.fee.is_negative()) node.refuse("fee", "must not be negative");
    for (const ManualNode& month : node.array("due_months")) {
        const auto number =
            month.value().is(JsonValue::Kind::kNumber) ? Decimal::parse(month.value().text) : std::nullopt;
        const bool usable = number && number->scale() == 0 && *number >= Decimal(0) && *number < Decimal(120);
        const int due = usable ? static_cast<int>(number->mantissa()) : -1;
        if (!usable || (!plan.due_months.empty() && due <= plan.due_months.back())) {
            month.refuse("must be a whole number of months, later than the one before");
            continue;
        }
        plan.due_months.push_back(due);
    }
    if (plan.due_months.empty()) node.refuse("due_months", "must not be empty");
    return plan;
}

void read_installments(const ManualNode& root, Manual& manual) {
    const auto node = root.object("installments");
    if (!node) return;
    node->only({"regular", "plans"});
    manual.regular_plan = node->text("regular");
    for (const ManualNode& item : node->array("plans")) {
        InstallmentPlan plan = read_plan(item);
        const bool twice = std::any_of(manual.plans.begin(), manual.plans.end(),
                                       [&](const InstallmentPlan& other) { return other.name == plan.name; });
        if (twice) item.refuse("name", "\"" + plan.name + "\" stands twice");
        manual.plans.push_back(std::move(plan));
    }
    const bool known = std::any_of(manual.plans.begin(), manual.plans.end(),
                                   [&](const InstallmentPlan& plan) { return plan.name == manual.regular_plan; });
    if (!known) node->refuse("regular", "\"" + manual.regular_plan + "\" is none of the plans");
}

void read_discount(const ManualNode& node, Manual& manual) {
    if (!node.is_object()) return;
    node.only({"name", "title", "step", "term", "percentage"});
    DiscountSpec discount;
    discount.name = node.text("name");
    discount.title = node.text("title", false);
    const auto percentage = node.decimal("percentage");
    const std::string step_id = node.text("step");
    const std::string term_name = node.text("term");
    const auto step = find_step(manual, step_id);
    const auto term = find_table(manual, term_name);
    if (!step) node.refuse("step", "\"" + step_id + "\" is no step");
    if (!term) node.refuse("term", "\"" + term_name + "\" is no table");
    if (!step || !term || !percentage) return;
    discount.step = *step;
    discount.term = *term;
    discount.percentage = *percentage;
    manual.discounts.push_back(std::move(discount));
}

}  // namespace

void read_identity(const ManualNode& root, Manual& manual) {
    const auto node = root.object("manual");
    if (!node) return;
    node->only({"code", "edition", "company", "product", "naic_line", "serff_toi", "jurisdictions", "effective",
                "currency", "source", "note"});
    manual.code = node->text("code");
    manual.edition = node->text("edition");
    manual.company = node->text("company", false);
    manual.product = node->text("product");
    manual.currency = node->text("currency");
    manual.source = node->text("source");
    manual.jurisdictions = node->texts("jurisdictions");
    if (manual.jurisdictions.empty()) node->refuse("jurisdictions", "must not be empty");
    const auto effective = node->object("effective");
    if (!effective) return;
    effective->only({"from", "until"});
    manual.effective_from = date_member(*effective, "from", true).value_or(Date{});
    manual.effective_until = date_member(*effective, "until", false);
    if (manual.effective_until && *manual.effective_until <= manual.effective_from) {
        effective->refuse("until", "must be later than from");
    }
}

void read_inputs_section(const ManualNode& root, Manual& manual) {
    const auto node = root.object("inputs");
    if (!node) return;
    for (const auto& [name, item] : node->members()) {
        if (item.is_object()) manual.inputs.push_back(read_spec(name, item));
    }
}

void read_payment_sections(const ManualNode& root, Manual& manual) {
    for (const ManualNode& item : root.array("discounts", false)) read_discount(item, manual);
    read_installments(root, manual);
}

void read_tests_section(const ManualNode& root, Manual& manual) {
    const auto items = root.array("tests");
    if (items.empty()) root.refuse("tests", "a manual must carry tests");
    for (const ManualNode& item : items) {
        if (!item.is_object()) continue;
        item.only({"name", "in", "expect"});
        ManualTest test;
        test.name = item.text("name");
        if (const auto in = item.object("in")) test.in = in->value();
        if (const auto expect = item.object("expect")) {
            expect->only({"total", "steps"});
            test.total = expect->decimal("total").value_or(Decimal(0));
            if (const auto steps = expect->object("steps", false)) {
                for (const JsonMember& step : steps->value().members) {
                    const auto after = steps->decimal(step.name);
                    if (after) test.steps.emplace_back(step.name, *after);
                }
            }
        }
        manual.tests.push_back(std::move(test));
    }
}

}  // namespace tidegate::rating
