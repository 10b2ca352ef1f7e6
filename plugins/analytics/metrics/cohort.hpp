// The quotes that began on one day, and what has become of them since: what hit, quote and bind ratio are made of, so
// that a bind that comes weeks later still counts for the day its quote was made.
// Thread rule: [any-thread], a value type.
#pragma once

#include <cstdint>
#include <string>

namespace tidegate::analytics {

struct Cohort {
    std::int64_t submitted = 0;  // quotes first rated on the day, or first quoted where no rating is known
    std::int64_t quoted = 0;     // of them: quoted, or bound (what is bound was quoted)
    std::int64_t bound = 0;
    std::int64_t declined = 0;
    std::int64_t referred = 0;

    void change(const Cohort& other, int sign) {
        submitted += sign * other.submitted;
        quoted += sign * other.quoted;
        bound += sign * other.bound;
        declined += sign * other.declined;
        referred += sign * other.referred;
    }
    friend bool operator==(const Cohort&, const Cohort&) = default;
};

// JSON: part / whole to four decimals, half up; null when there is no whole.
std::string ratio_text(std::int64_t part, std::int64_t whole);

}  // namespace tidegate::analytics
