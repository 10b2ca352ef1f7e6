#include "rating/inputs.hpp"

#include <algorithm>

namespace tidegate::rating {
namespace {

using Kind = JsonValue::Kind;

std::string choices_of(const InputSpec& spec) {
    std::string out;
    for (const std::string& value : spec.values) out += (out.empty() ? "" : ", ") + value;
    return out;
}

std::optional<Decimal> number_of(const JsonValue& value) {
    if (value.is(Kind::kNumber)) return Decimal::parse_json_number(value.text);
    if (value.is(Kind::kString)) return Decimal::parse(value.text);
    return std::nullopt;
}

void set_number(InputValue& out, const Decimal& number) {
    out.present = true;
    out.number = number.normalized();
    out.text = out.number.to_string();
}

class Reader {
public:
    Reader(const InputSpec& spec, FieldErrors& errors) : spec_(spec), errors_(errors) {}

    InputValue read(const JsonValue& value) {
        if (spec_.type == InputType::kBoolean) return read_boolean(value);
        if (spec_.type == InputType::kText) return read_text(value);
        if (spec_.type == InputType::kEnum) return read_choice(value);
        return read_number(value);
    }

private:
    InputValue refuse(std::string code, std::string message) {
        errors_.push_back({spec_.name, std::move(code), spec_.name + " " + std::move(message)});
        return {};
    }

    InputValue read_boolean(const JsonValue& value) {
        if (!value.is(Kind::kBoolean)) return refuse("type", "must be true or false");
        InputValue out;
        out.present = true;
        out.truth = value.truth;
        out.text = value.truth ? "true" : "false";
        return out;
    }

    InputValue read_text(const JsonValue& value) {
        if (!value.is(Kind::kString)) return refuse("type", "must be a text");
        if (value.text.size() > spec_.max_length) {
            return refuse("too_long", "must not exceed " + std::to_string(spec_.max_length) + " bytes");
        }
        InputValue out;
        out.present = true;
        out.text = value.text;
        return out;
    }

    InputValue read_choice(const JsonValue& value) {
        InputValue out;
        if (spec_.numeric_choice) {
            const auto number = number_of(value);
            if (!number) return refuse("type", "must be a number");
            set_number(out, *number);
        } else {
            if (!value.is(Kind::kString)) return refuse("type", "must be a text");
            out.present = true;
            out.text = value.text;
        }
        if (std::find(spec_.values.begin(), spec_.values.end(), out.text) == spec_.values.end()) {
            return refuse("choice", "must be one of " + choices_of(spec_));
        }
        return out;
    }

    InputValue read_number(const JsonValue& value) {
        const auto number = number_of(value);
        if (!number) return refuse("type", "must be a number");
        if (spec_.type == InputType::kInteger && !number->is_integer()) return refuse("type", "must be a whole number");
        if (spec_.min && *number < *spec_.min) return refuse("range", "must be at least " + spec_.min->to_string());
        if (spec_.max && *number > *spec_.max) return refuse("range", "must be at most " + spec_.max->to_string());
        if (spec_.step && number->round_to(*spec_.step, RoundingMode::kDown) != *number) {
            return refuse("step", "must be a multiple of " + spec_.step->to_string());
        }
        InputValue out;
        set_number(out, *number);
        return out;
    }

    const InputSpec& spec_;
    FieldErrors& errors_;
};

}  // namespace

bool InputSpec::is_number() const {
    return type == InputType::kDecimal || type == InputType::kInteger || (type == InputType::kEnum && numeric_choice);
}

InputValue read_input(const InputSpec& spec, const JsonValue* value, FieldErrors& errors) {
    if (value != nullptr && !value->is(Kind::kNull)) return Reader(spec, errors).read(*value);
    if (spec.default_value) return *spec.default_value;
    if (spec.required) errors.push_back({spec.name, "required", spec.name + " is required"});
    return {};
}

InputValues read_inputs(const std::vector<InputSpec>& specs, const JsonValue& object, int lead_days,
                        FieldErrors& errors) {
    InputValues out;
    out.reserve(specs.size());
    for (const InputSpec& spec : specs) {
        if (spec.lead_days) {
            set_number(out.emplace_back(), Decimal(lead_days));
        } else {
            out.push_back(read_input(spec, object.find(spec.name), errors));
        }
    }
    return out;
}

}  // namespace tidegate::rating
