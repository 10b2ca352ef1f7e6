#include "rating/catalog.hpp"

#include <algorithm>

namespace tidegate::rating {
namespace {

bool lists(const Manual& manual, std::string_view state) {
    return std::find(manual.jurisdictions.begin(), manual.jurisdictions.end(), state) != manual.jurisdictions.end();
}

bool share_a_state(const Manual& a, const Manual& b) {
    return std::any_of(a.jurisdictions.begin(), a.jurisdictions.end(),
                       [&](const std::string& state) { return lists(b, state); });
}

bool overlap(const Manual& a, const Manual& b) {
    const bool a_ends_first = a.effective_until && *a.effective_until <= b.effective_from;
    const bool b_ends_first = b.effective_until && *b.effective_until <= a.effective_from;
    return !a_ends_first && !b_ends_first;
}

// Empty when the manual applies.
std::string why_not(const Manual& manual, std::string_view product, std::string_view state, Date effective) {
    if (manual.product != product) return "is for product " + manual.product;
    if (!lists(manual, state)) return "does not cover " + std::string(state);
    if (effective < manual.effective_from) return "is effective only from " + date_text(manual.effective_from);
    if (manual.effective_until && effective >= *manual.effective_until) {
        return "was effective until " + date_text(*manual.effective_until);
    }
    return {};
}

}  // namespace

std::optional<std::string> ManualCatalog::add(std::shared_ptr<const Manual> manual) {
    for (const auto& other : manuals_) {
        const std::string name = "manual " + manual->code + " " + manual->edition;
        if (other->code == manual->code && other->edition == manual->edition)
            return name + " is already in the catalog";
        if (other->product == manual->product && share_a_state(*other, *manual) && overlap(*other, *manual)) {
            return name + " overlaps in time with " + other->code + " " + other->edition;
        }
    }
    manuals_.push_back(std::move(manual));
    return std::nullopt;
}

ManualChoice ManualCatalog::choose(std::string_view product, std::string_view state, Date effective) const {
    ManualChoice out;
    for (const auto& manual : manuals_) {
        std::string reason = why_not(*manual, product, state, effective);
        const bool fits = reason.empty();
        if (fits) {
            out.manual = manual;
            reason = "covers " + std::string(state) + " on " + date_text(effective);
        }
        out.considered.push_back({manual->code, manual->edition, fits, std::move(reason)});
    }
    return out;
}

std::shared_ptr<const Manual> ManualCatalog::newest_of(std::string_view product) const {
    std::shared_ptr<const Manual> newest;
    for (const auto& manual : manuals_) {
        if (manual->product != product) continue;
        if (!newest || manual->effective_from > newest->effective_from) newest = manual;
    }
    return newest;
}

}  // namespace tidegate::rating
