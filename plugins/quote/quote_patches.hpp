// The patches that change a quote's document.
// Thread rule: [any-thread], pure functions.
#pragma once

#include <string>
#include <tidegate/docs.hpp>

#include "merge_patch.hpp"

namespace tidegate::quote {

tg::Patch update_of(const std::string& quote_id, const MergePlan& plan);
tg::Patch creation_of(const std::string& quote_id, const std::string& sub, const rating::JsonValue& merge);

// For a quote that exists: the store answers it only if it knows its idempotency key, else with a conflict.
tg::Patch question_of(const std::string& quote_id, const std::string& quote_data);

}  // namespace tidegate::quote
