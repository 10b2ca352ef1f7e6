// The manuals in force, and the choice of one by product, state and effective date: never by the day of the quote.
// Editions of one manual may not overlap in time.
// Thread rule: filled at [startup], then [any-thread] read-only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rating/manual.hpp"

namespace tidegate::rating {

struct ConsideredEdition {
    std::string code;
    std::string edition;
    bool chosen = false;
    std::string reason;
};

struct ManualChoice {
    std::shared_ptr<const Manual> manual;  // null: none fits, and `considered` says why each failed
    std::vector<ConsideredEdition> considered;
};

class ManualCatalog {
public:
    // The reason it was refused, or nothing.
    std::optional<std::string> add(std::shared_ptr<const Manual> manual);

    ManualChoice choose(std::string_view product, std::string_view state, Date effective) const;

    // Any manual of the product, newest first: to tell what else is missing while the state is still unknown.
    std::shared_ptr<const Manual> newest_of(std::string_view product) const;

    const std::vector<std::shared_ptr<const Manual>>& manuals() const { return manuals_; }

private:
    std::vector<std::shared_ptr<const Manual>> manuals_;
};

}  // namespace tidegate::rating
