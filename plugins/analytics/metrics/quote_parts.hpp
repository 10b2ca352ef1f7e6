// What one quote adds to one day: each part with the time it belongs to (0: it adds nothing) and how it changes the
// day. Two equal parts change nothing between them. Thread rule: [any-thread], value types.
#pragma once

#include "ledger.hpp"

namespace tidegate::analytics {

struct CohortPart {
    explicit CohortPart(const Quote& quote) : at_ms(quote.cohort_ms()) {
        if (at_ms == 0) return;
        cohort = {1, quote.quoted_ms != 0 || quote.bound_ms != 0, quote.bound_ms != 0, quote.declined_ms != 0,
                  quote.referred};
    }
    void change(Day& day, int sign) const { day.cohort.change(cohort, sign); }
    friend bool operator==(const CohortPart&, const CohortPart&) = default;

    std::int64_t at_ms;
    Cohort cohort;
};

struct RatedPart {
    explicit RatedPart(const Quote& quote) : at_ms(quote.rated_ms), state(quote.state), product(quote.product) {}
    void change(Day& day, int sign) const {
        day.rated_by_state.change(state, sign);
        day.rated_by_product.change(product, sign);
    }
    friend bool operator==(const RatedPart&, const RatedPart&) = default;

    std::int64_t at_ms;
    NameId state, product;
};

// From the quote's creation to a later step; nothing while one of the two is not known.
struct DurationPart {
    DurationPart(const Quote& quote, std::int64_t step_ms, Sketch Day::*of)
        : at_ms(quote.created_ms == 0 ? 0 : step_ms), duration_ms(step_ms - quote.created_ms), sketch(of) {}
    void change(Day& day, int sign) const {
        if (sign > 0) return (day.*sketch).add(duration_ms);
        (day.*sketch).take_back(duration_ms);
    }
    friend bool operator==(const DurationPart&, const DurationPart&) = default;

    std::int64_t at_ms, duration_ms;
    Sketch Day::*sketch;
};

struct SoldPart {
    explicit SoldPart(const Quote& quote) : at_ms(quote.bound_ms), key(quote.sold), premiums(quote.premiums) {}
    void change(Day& day, int sign) const { day.revenue.change(key, premiums, sign); }
    friend bool operator==(const SoldPart&, const SoldPart&) = default;

    std::int64_t at_ms;
    RevenueKey key;
    Premiums premiums;
};

struct DeclinedPart {
    explicit DeclinedPart(const Quote& quote) : at_ms(quote.declined_ms), reason(quote.reason) {}
    void change(Day& day, int sign) const { day.declined_by_reason.change(reason, sign); }
    friend bool operator==(const DeclinedPart&, const DeclinedPart&) = default;

    std::int64_t at_ms;
    NameId reason;
};

struct ScoredPart {
    explicit ScoredPart(const Quote& quote)
        : at_ms(quote.scored.at_ms), tier(quote.tier), referred(quote.referred), overridden(quote.overridden) {}
    void change(Day& day, int sign) const {
        day.risk.scored += sign;
        day.risk.referred += referred ? sign : 0;
        day.risk.overridden += overridden ? sign : 0;
        day.risk.tiers.change(tier, sign);
    }
    friend bool operator==(const ScoredPart&, const ScoredPart&) = default;

    std::int64_t at_ms;
    NameId tier;
    bool referred, overridden;
};

}  // namespace tidegate::analytics
