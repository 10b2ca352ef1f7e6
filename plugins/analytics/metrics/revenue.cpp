#include "revenue.hpp"

namespace tidegate::analytics {

using rating::Decimal;

// Amounts are bounded by 10^15 with six decimals: 10^17 of them fit 128 bits, so these sums never throw.
void Premiums::change(const Premiums& other, int sign) {
    policies += sign * other.policies;
    written = sign > 0 ? written + other.written : written - other.written;
    annualised = sign > 0 ? annualised + other.annualised : annualised - other.annualised;
}

std::string Premiums::average() const {
    if (policies <= 0) return "null";
    const Decimal fine = written.rescale(6, rating::RoundingMode::kHalfUp);
    const auto cents =
        rating::divide_rounded(fine.mantissa(), rating::Int128{policies} * 10'000, rating::RoundingMode::kHalfUp);
    return '"' + amount_text(Decimal::from_parts(cents, 2)) + '"';
}

std::string amount_text(const Decimal& amount) { return amount.to_fixed(2); }

void Revenue::change(const RevenueKey& key, const Premiums& by, int sign) {
    Premiums& cell = cells_[key];
    cell.change(by, sign);
    if (cell.policies == 0) cells_.erase(key);
}

void Revenue::add(const Revenue& other) {
    for (const auto& [key, premiums] : other.cells_) cells_[key].add(premiums);
}

Premiums Revenue::total(NameId currency) const {
    Premiums out;
    for (const auto& [key, premiums] : cells_) {
        if (key.currency == currency) out.add(premiums);
    }
    return out;
}

std::map<NameId, Premiums> Revenue::by_state(NameId currency) const {
    std::map<NameId, Premiums> out;
    for (const auto& [key, premiums] : cells_) {
        if (key.currency == currency) out[key.state].add(premiums);
    }
    return out;
}

std::map<NameId, Premiums> Revenue::by_product(NameId currency) const {
    std::map<NameId, Premiums> out;
    for (const auto& [key, premiums] : cells_) {
        if (key.currency == currency) out[key.product].add(premiums);
    }
    return out;
}

std::map<NameId, Premiums> Revenue::by_currency() const {
    std::map<NameId, Premiums> out;
    for (const auto& [key, premiums] : cells_) out[key.currency].add(premiums);
    return out;
}

}  // namespace tidegate::analytics
