// What is remembered of one quote: the earliest time of each step and the latest of what may be said again. It does not
// depend on the order in which its events come, so a late one only moves what it belongs to.
// Thread rule: one thread at a time.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>

#include "names.hpp"
#include "revenue.hpp"

namespace tidegate::analytics {

// Of two events that say the same thing the one with the later time holds; at one time, the later sequence.
struct Stamp {
    std::int64_t at_ms = 0;  // 0: never
    std::uint64_t sequence = 0;

    explicit operator bool() const { return at_ms != 0; }
    friend auto operator<=>(const Stamp&, const Stamp&) = default;
};

struct Quote {
    // The earliest; 0: never.
    std::int64_t created_ms = 0;
    std::int64_t rated_ms = 0;
    std::int64_t quoted_ms = 0;
    std::int64_t bound_ms = 0;
    std::int64_t declined_ms = 0;

    std::int64_t last_ms = 0;  // the latest event

    // The latest.
    Stamp rated;
    NameId state = kOther;
    NameId product = kOther;
    Stamp bound;
    RevenueKey sold;
    Premiums premiums;
    Stamp declined;
    NameId reason = kOther;
    Stamp scored;
    NameId tier = kOther;
    bool referred = false;
    bool overridden = false;

    // Somebody still works on it: there is no answer to the customer yet.
    bool open() const {
        return (created_ms != 0 || rated_ms != 0) && quoted_ms == 0 && bound_ms == 0 && declined_ms == 0;
    }
    // 0: it belongs to no cohort.
    std::int64_t cohort_ms() const { return rated_ms != 0 ? rated_ms : quoted_ms; }
};

inline void take_earlier(std::int64_t& known_ms, std::int64_t at_ms) {
    known_ms = known_ms == 0 ? at_ms : std::min(known_ms, at_ms);
}

}  // namespace tidegate::analytics
