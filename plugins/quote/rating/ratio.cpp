#include "rating/ratio.hpp"

#include <cstdint>
#include <numeric>

namespace tidegate::rating {
namespace {

Int128 greatest_common_divisor(Int128 a, Int128 b) {
    if (a < 0) a = -a;
    if (b < 0) b = -b;
    while (b != 0) {
        if (a <= INT64_MAX && b <= INT64_MAX)
            return std::gcd(static_cast<std::int64_t>(a), static_cast<std::int64_t>(b));
        const Int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

}  // namespace

Ratio Ratio::of(Int128 numerator, Int128 denominator) {
    if (denominator == 0) throw ArithmeticError("a fraction of zero parts");
    const Int128 divisor = greatest_common_divisor(numerator, denominator);
    Ratio out;
    out.numerator_ = numerator / divisor;
    out.denominator_ = denominator / divisor;
    if (out.denominator_ < 0) {
        out.numerator_ = -out.numerator_;
        out.denominator_ = -out.denominator_;
    }
    return out;
}

Ratio::Ratio(const Decimal& value) { *this = of(value.mantissa(), power_of_ten(value.scale())); }

std::optional<Ratio> Ratio::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto numerator = Decimal::parse(text.substr(0, slash));
    if (!numerator) return std::nullopt;
    if (slash == std::string_view::npos) return Ratio(*numerator);
    const auto denominator = Decimal::parse(text.substr(slash + 1));
    if (!denominator || numerator->scale() != 0 || denominator->scale() != 0 || denominator->mantissa() <= 0) {
        return std::nullopt;
    }
    return of(numerator->mantissa(), denominator->mantissa());
}

Ratio Ratio::operator-() const {
    Ratio out = *this;
    out.numerator_ = -out.numerator_;
    return out;
}

Ratio operator+(const Ratio& a, const Ratio& b) {
    const Int128 shared = greatest_common_divisor(a.denominator_, b.denominator_);
    const Int128 numerator = checked_add(checked_multiply(a.numerator_, b.denominator_ / shared),
                                         checked_multiply(b.numerator_, a.denominator_ / shared));
    return Ratio::of(numerator, checked_multiply(a.denominator_, b.denominator_ / shared));
}

Ratio operator-(const Ratio& a, const Ratio& b) { return a + (-b); }

Ratio operator*(const Ratio& a, const Ratio& b) {
    const Ratio left = Ratio::of(a.numerator_, b.denominator_);
    const Ratio right = Ratio::of(b.numerator_, a.denominator_);
    Ratio out;
    out.numerator_ = checked_multiply(left.numerator_, right.numerator_);
    out.denominator_ = checked_multiply(left.denominator_, right.denominator_);
    return out;
}

Ratio operator/(const Ratio& a, const Ratio& b) { return a * Ratio::of(b.denominator_, b.numerator_); }

std::strong_ordering operator<=>(const Ratio& a, const Ratio& b) { return (a - b).numerator_ <=> Int128{0}; }

Decimal Ratio::round_to(const Rounding& rounding) const {
    if (rounding.quantum.mantissa() <= 0) throw ArithmeticError("a rounding quantum must be positive");
    const Ratio multiples = *this / Ratio(rounding.quantum);
    const Int128 count = divide_rounded(multiples.numerator_, multiples.denominator_, rounding.mode);
    return Decimal::from_parts(checked_multiply(count, rounding.quantum.mantissa()), rounding.quantum.scale());
}

std::optional<Decimal> Ratio::as_decimal() const {
    Int128 rest = denominator_;
    int twos = 0;
    int fives = 0;
    for (; rest % 2 == 0; rest /= 2) ++twos;
    for (; rest % 5 == 0; rest /= 5) ++fives;
    const int scale = twos > fives ? twos : fives;
    if (rest != 1 || scale > Decimal::kMaxScale) return std::nullopt;
    return Decimal::from_parts(checked_multiply(numerator_, power_of_ten(scale) / denominator_), scale);
}

std::string Ratio::text() const {
    if (const auto decimal = as_decimal()) return decimal->to_string();
    return Decimal::from_parts(numerator_, 0).to_string() + "/" + Decimal::from_parts(denominator_, 0).to_string();
}

Ratio interpolate(const Decimal& x0, const Decimal& y0, const Decimal& x1, const Decimal& y1, const Decimal& x) {
    return Ratio(y0) + (Ratio(x) - Ratio(x0)) * (Ratio(y1) - Ratio(y0)) / (Ratio(x1) - Ratio(x0));
}

Interpolated interpolate(const Decimal& x0, const Decimal& y0, const Decimal& x1, const Decimal& y1, const Decimal& x,
                         int scale, RoundingMode mode) {
    const Ratio line = interpolate(x0, y0, x1, y1, x);
    const Decimal value = line.round_to({Decimal::from_parts(1, scale), mode});
    return {value, Ratio(value) == line};
}

}  // namespace tidegate::rating
