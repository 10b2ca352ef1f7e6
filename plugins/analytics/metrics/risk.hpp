// What the risk model says of the quotes scored on a day, each by its latest score, and how far the mix of its tiers
// has drifted: the population stability index.
// Thread rule: [any-thread].
#pragma once

#include <cstdint>
#include <optional>

#include "tally.hpp"

namespace tidegate::analytics {

struct RiskDay {
    std::int64_t scored = 0;
    std::int64_t referred = 0;
    std::int64_t overridden = 0;
    Tally tiers;

    void add(const RiskDay& other);
};

inline constexpr std::int64_t kPsiLeast = 50;  // scored quotes on either side, below which there is no index

// Sum over the tiers of (a - e) ln(a / e), a and e being shares of now and of the baseline; a tier that one side lacks
// has the share 0.0001 there.
std::optional<double> stability_index(const Tally& baseline, const Tally& now);

}  // namespace tidegate::analytics
