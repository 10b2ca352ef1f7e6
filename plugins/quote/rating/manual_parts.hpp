// The stages of loading a manual, in order: read its parts from JSON, check the tables against the inputs, check the
// steps, run the tests it carries. Each appends problems; a later stage runs only when the earlier found none that
// would mislead it. Internal to Manual::load.
// Thread rule: [any-thread], within one load.
#pragma once

#include "rating/manual.hpp"
#include "rating/manual_node.hpp"

namespace tidegate::rating {

void read_identity(const ManualNode& root, Manual& manual);
void read_inputs_section(const ManualNode& root, Manual& manual);
void read_tables_section(const ManualNode& root, Manual& manual);
void read_steps_section(const ManualNode& root, Manual& manual);  // rounding and steps
void read_rules_section(const ManualNode& root, Manual& manual);
void read_payment_sections(const ManualNode& root, Manual& manual);  // discounts and installments
void read_tests_section(const ManualNode& root, Manual& manual);

void check_tables(const Manual& manual, Problems& problems);
void check_steps(const Manual& manual, Problems& problems);
void check_discounts(const Manual& manual, Problems& problems);
void run_manual_tests(const Manual& manual, Problems& problems);

// Names as expressions see them; tables only where a step reads, lead_days only where a rule does.
Expression::Resolve resolver(const Manual& manual, bool for_step);
std::optional<std::size_t> find_input(const Manual& manual, std::string_view name);
std::optional<std::size_t> find_table(const Manual& manual, std::string_view name);
std::optional<std::size_t> find_step(const Manual& manual, std::string_view id);

}  // namespace tidegate::rating
