#include "rating/manual_parts.hpp"
#include "rating/sha256.hpp"

namespace tidegate::rating {
namespace {

constexpr std::size_t kMaxManualBytes = 4U << 20;

void read_sections(const ManualNode& root, Manual& manual) {
    root.only({"manual", "inputs", "tables", "rounding", "steps", "rules", "discounts", "installments", "tests"});
    read_identity(root, manual);
    read_inputs_section(root, manual);
    read_tables_section(root, manual);
    read_steps_section(root, manual);
    read_rules_section(root, manual);
    read_payment_sections(root, manual);
    read_tests_section(root, manual);
}

void load_into(std::string_view json_text, Manual& manual, Problems& problems) {
    if (json_text.size() > kMaxManualBytes) {
        problems.push_back({"manual", "is larger than 4 MiB"});
        return;
    }
    std::string error;
    const auto json = parse_json(json_text, error);
    if (!json) {
        problems.push_back({"manual", error});
        return;
    }
    const ManualNode root(*json, "", problems);
    if (!json->is_object()) {
        problems.push_back({"manual", "must be an object"});
        return;
    }
    read_sections(root, manual);
    check_tables(manual, problems);
    if (!problems.empty()) return;
    check_steps(manual, problems);
    check_discounts(manual, problems);
    if (!problems.empty()) return;
    run_manual_tests(manual, problems);
    manual.sha256 = sha256_hex(canonical_json(*json));
}

}  // namespace

ManualLoad Manual::load(std::string_view json_text) {
    ManualLoad out;
    const auto manual = std::make_shared<Manual>();
    try {
        load_into(json_text, *manual, out.problems);
    } catch (const ArithmeticError& error) {
        out.problems.push_back({"manual", error.what()});
    }
    if (out.problems.empty()) out.manual = manual;
    return out;
}

std::optional<std::size_t> find_input(const Manual& manual, std::string_view name) {
    for (std::size_t i = 0; i < manual.inputs.size(); ++i) {
        if (manual.inputs[i].name == name) return i;
    }
    return std::nullopt;
}

std::optional<std::size_t> find_table(const Manual& manual, std::string_view name) {
    for (std::size_t i = 0; i < manual.tables.size(); ++i) {
        if (manual.tables[i].name == name) return i;
    }
    return std::nullopt;
}

std::optional<std::size_t> find_step(const Manual& manual, std::string_view id) {
    for (std::size_t i = 0; i < manual.steps.size(); ++i) {
        if (manual.steps[i].id == id) return i;
    }
    return std::nullopt;
}

Expression::Resolve resolver(const Manual& manual, bool for_step) {
    return [&manual, for_step](std::string_view name) -> std::optional<ExprName> {
        ExprName out;
        out.name = name;
        if (const auto table = for_step ? find_table(manual, name) : std::nullopt) {
            out.is_table = true;
            out.index = *table;
            return out;
        }
        const auto input = find_input(manual, name);
        if (!input) return std::nullopt;
        const InputSpec& spec = manual.inputs[*input];
        if (!spec.always_present() || (for_step && spec.lead_days)) return std::nullopt;
        out.index = *input;
        out.type = spec.is_number()                   ? ExprType::kNumber
                   : spec.type == InputType::kBoolean ? ExprType::kBoolean
                                                      : ExprType::kText;
        return out;
    };
}

}  // namespace tidegate::rating
