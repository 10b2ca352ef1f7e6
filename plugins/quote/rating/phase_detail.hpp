// What each phase of a calculation streams, as JSON objects. Amounts and factors are strings, exactly as in the trace.
// Thread rule: [any-thread], pure functions.
#pragma once

#include <string>
#include <vector>

#include "rating/catalog.hpp"
#include "rating/premium.hpp"
#include "rating/trace.hpp"

namespace tidegate::rating {

std::string validation_detail(const Manual* manual, const InputValues& inputs, const std::vector<Flag>& flags);
std::string errors_detail(const FieldErrors& errors);
std::string tables_detail(const ManualChoice& choice);
std::string steps_detail(const Manual& manual, const std::vector<StepRecord>& steps, int phase);
std::string discounts_detail(const std::vector<DiscountAmount>& discounts, const std::vector<StepRecord>& steps);
std::string skipped_detail(std::string_view reason);
std::string final_detail(const Premium& premium, const std::vector<StepRecord>& steps, const std::vector<Flag>& flags);

}  // namespace tidegate::rating
