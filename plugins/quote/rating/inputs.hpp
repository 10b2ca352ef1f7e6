// The inputs a manual declares, and reading them from quote data: each is typed, bounded, and either given by the user
// or defaulted by the manual. Numbers are taken from their text, so 207500, 207500.0 and "207500" are one value.
// Not here: which inputs exist (Manual) and what they cost (tables, steps).
// Thread rule: [any-thread], value types and pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rating/decimal.hpp"
#include "rating/json_value.hpp"

namespace tidegate::rating {

struct FieldError {
    std::string path;
    std::string code;  // required, type, range, step, choice, too_long, date, ineligible
    std::string message;
};
using FieldErrors = std::vector<FieldError>;

enum class InputType { kDecimal, kInteger, kEnum, kBoolean, kText };

struct InputValue {
    bool present = false;
    bool from_default = false;
    std::string text;  // canonical: "207500", "frame", "true"
    Decimal number;    // of decimals, integers and numeric choices
    bool truth = false;
};
using InputValues = std::vector<InputValue>;  // in the order of the manual's inputs

struct InputSpec {
    std::string name;
    InputType type = InputType::kDecimal;
    bool numeric_choice = false;  // an enum whose values are numbers
    std::optional<Decimal> min;
    std::optional<Decimal> max;
    std::optional<Decimal> step;
    std::vector<std::string> values;
    std::size_t max_length = 120;
    bool required = false;
    bool lead_days = false;  // not asked: days from today to the effective date, for rules only
    std::optional<InputValue> default_value;

    bool is_number() const;
    bool always_present() const { return required || lead_days || default_value.has_value(); }
};

// One input from its JSON value (nullptr or null = absent: an error when required, else the default).
InputValue read_input(const InputSpec& spec, const JsonValue* value, FieldErrors& errors);

// All of them from one object; members no input names are ignored.
InputValues read_inputs(const std::vector<InputSpec>& specs, const JsonValue& object, int lead_days,
                        FieldErrors& errors);

}  // namespace tidegate::rating
