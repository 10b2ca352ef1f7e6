// Written premium by currency, state and product, in exact decimals. Amounts of different currencies never meet.
// Not here: which day a premium belongs to.
// Thread rule: one thread at a time.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>

#include "names.hpp"
#include "rating/decimal.hpp"

namespace tidegate::analytics {

struct RevenueKey {
    NameId currency = kOther;
    NameId state = kOther;
    NameId product = kOther;

    friend auto operator<=>(const RevenueKey&, const RevenueKey&) = default;
};

struct Premiums {
    std::int64_t policies = 0;
    rating::Decimal written;
    rating::Decimal annualised;

    void add(const Premiums& other) { change(other, 1); }
    void change(const Premiums& other, int sign);
    std::string average() const;  // JSON: the written premium of a policy, to the cent; null when there is none

    friend bool operator==(const Premiums&, const Premiums&) = default;
};

std::string amount_text(const rating::Decimal& amount);  // at least two decimals, without quotes

class Revenue {
public:
    void change(const RevenueKey& key, const Premiums& by, int sign);
    void add(const Revenue& other);

    Premiums total(NameId currency) const;
    std::map<NameId, Premiums> by_state(NameId currency) const;
    std::map<NameId, Premiums> by_product(NameId currency) const;
    std::map<NameId, Premiums> by_currency() const;

    const std::map<RevenueKey, Premiums>& cells() const { return cells_; }

private:
    std::map<RevenueKey, Premiums> cells_;  // none without policies
};

}  // namespace tidegate::analytics
