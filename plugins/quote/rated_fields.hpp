// Which fields of a quote its premium depends on.
// Thread rule: [any-thread], pure function.
#pragma once

#include <string_view>

#include "rating/catalog.hpp"

namespace tidegate::quote {

// Whether the field lies in an input of one of the manuals, or in what chooses the manual.
bool is_rated(const rating::ManualCatalog& manuals, std::string_view field);

}  // namespace tidegate::quote
