// An exact fraction in lowest terms: what an interpolated factor is before anything rounds it (one third of a step has
// no decimal form). Money never stays a Ratio: it leaves through round_to, once.
// Overflow throws ArithmeticError, as Decimal does. Thread rule: [any-thread], a value type.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "rating/decimal.hpp"

namespace tidegate::rating {

class Ratio {
public:
    Ratio() = default;
    Ratio(const Decimal& value);  // NOLINT(google-explicit-constructor): every decimal is a fraction
    static Ratio of(Int128 numerator, Int128 denominator);
    static std::optional<Ratio> parse(std::string_view text);  // the forms of text()

    Int128 numerator() const { return numerator_; }
    Int128 denominator() const { return denominator_; }
    bool is_zero() const { return numerator_ == 0; }

    Ratio operator-() const;
    friend Ratio operator+(const Ratio& a, const Ratio& b);
    friend Ratio operator-(const Ratio& a, const Ratio& b);
    friend Ratio operator*(const Ratio& a, const Ratio& b);
    friend Ratio operator/(const Ratio& a, const Ratio& b);
    friend bool operator==(const Ratio& a, const Ratio& b) = default;
    friend std::strong_ordering operator<=>(const Ratio& a, const Ratio& b);

    Decimal round_to(const Rounding& rounding) const;
    std::optional<Decimal> as_decimal() const;  // only when it is one, with at most 18 digits
    std::string text() const;                   // "1.04", or "1687/3000" when no decimal is equal to it

private:
    Int128 numerator_ = 0;
    Int128 denominator_ = 1;
};

// The straight line through (x0,y0) and (x1,y1) at x, exactly; x0 and x1 must differ.
Ratio interpolate(const Decimal& x0, const Decimal& y0, const Decimal& x1, const Decimal& y1, const Decimal& x);

struct Interpolated {
    Decimal value;
    bool exact = false;  // the rounding changed nothing
};
Interpolated interpolate(const Decimal& x0, const Decimal& y0, const Decimal& x1, const Decimal& y1, const Decimal& x,
                         int scale, RoundingMode mode);

}  // namespace tidegate::rating
