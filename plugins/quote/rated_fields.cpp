#include "rated_fields.hpp"

#include <algorithm>

#include "quote_document/field_path.hpp"

namespace tidegate::quote {
namespace {

bool reads(const rating::Manual& manual, std::string_view name) {
    return std::any_of(manual.inputs.begin(), manual.inputs.end(),
                       [&](const rating::InputSpec& input) { return input.name == name; });
}

}  // namespace

bool is_rated(const rating::ManualCatalog& manuals, std::string_view field) {
    const std::string_view name = top_of(field);
    for (const std::string_view chooses : {"product", "state", "effective_date", "currency", "term_months"}) {
        if (name == chooses) return true;
    }
    const auto& all = manuals.manuals();
    return std::any_of(all.begin(), all.end(), [&](const auto& manual) { return reads(*manual, name); });
}

}  // namespace tidegate::quote
