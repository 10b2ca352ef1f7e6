// The folder of rate manuals as one catalog: all of it or none, with every reason named; and a rating of each manual's
// own tests through the whole engine, trace verified.
// Thread rule: [control].
#pragma once

#include <memory>
#include <string>

#include "rating/catalog.hpp"

namespace tidegate::quote {

struct LoadedManuals {
    std::shared_ptr<const rating::ManualCatalog> catalog;  // null: refused
    std::string refusal;
};

// Every *.json directly in `folder`; at least one.
LoadedManuals load_manuals(const std::string& folder);

// What does not come out as the manuals say; empty when all does.
std::string check_manuals(const rating::ManualCatalog& catalog);

}  // namespace tidegate::quote
