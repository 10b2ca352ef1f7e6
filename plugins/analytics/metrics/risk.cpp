#include "risk.hpp"

#include <algorithm>
#include <cmath>

namespace tidegate::analytics {

void RiskDay::add(const RiskDay& other) {
    scored += other.scored;
    referred += other.referred;
    overridden += other.overridden;
    tiers.add(other.tiers);
}

std::optional<double> stability_index(const Tally& baseline, const Tally& now) {
    const std::int64_t expected = baseline.total(), actual = now.total();
    if (expected < kPsiLeast || actual < kPsiLeast) return std::nullopt;
    const auto share = [](std::int64_t part, std::int64_t whole) {
        return part == 0 ? 0.0001 : static_cast<double>(part) / static_cast<double>(whole);
    };
    double index = 0;
    for (std::size_t i = 0; i < std::max(baseline.size(), now.size()); ++i) {
        const auto tier = static_cast<NameId>(i);
        if (baseline.of(tier) == 0 && now.of(tier) == 0) continue;
        const double e = share(baseline.of(tier), expected), a = share(now.of(tier), actual);
        index += (a - e) * std::log(a / e);
    }
    return index;
}

}  // namespace tidegate::analytics
