#include "rating/decimal.hpp"

#include <algorithm>
#include <array>

namespace tidegate::rating {
namespace {

__extension__ typedef unsigned __int128 UInt128;

constexpr Int128 kMax = static_cast<Int128>((static_cast<UInt128>(1) << 127) - 1);

struct ModeName {
    RoundingMode mode;
    std::string_view name;
};
constexpr std::array<ModeName, 7> kModes{{{RoundingMode::kHalfUp, "HALF_UP"},
                                          {RoundingMode::kHalfEven, "HALF_EVEN"},
                                          {RoundingMode::kHalfDown, "HALF_DOWN"},
                                          {RoundingMode::kUp, "UP"},
                                          {RoundingMode::kDown, "DOWN"},
                                          {RoundingMode::kCeiling, "CEILING"},
                                          {RoundingMode::kFloor, "FLOOR"}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr UInt128 magnitude(Int128 value) {
    return value < 0 ? UInt128{0} - static_cast<UInt128>(value) : static_cast<UInt128>(value);
}

bool fits_64(Int128 value) { return value == static_cast<Int128>(static_cast<std::int64_t>(value)); }

// Digits of an optional sign, an integer part and a fraction; false when the grammar is not met.
bool scan_plain(std::string_view text, std::string& digits, int& scale, bool& negative) {
    std::size_t at = 0;
    negative = !text.empty() && text[0] == '-';
    if (negative) ++at;
    const std::size_t integer_from = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    const std::size_t integer_digits = at - integer_from;
    if (integer_digits == 0 || (integer_digits > 1 && text[integer_from] == '0')) return false;
    digits.assign(text.substr(integer_from, integer_digits));
    scale = 0;
    if (at == text.size()) return true;
    if (text[at] != '.' || at + 1 == text.size()) return false;
    const std::string_view fraction = text.substr(at + 1);
    if (!std::all_of(fraction.begin(), fraction.end(), is_digit) || fraction.size() > 64) return false;
    digits.append(fraction);
    scale = static_cast<int>(fraction.size());
    return true;
}

std::optional<Int128> mantissa_of(std::string_view digits, bool negative) {
    Int128 value = 0;
    for (const char c : digits) {
        const int digit = c - '0';
        if (value > (kMax - digit) / 10) return std::nullopt;
        value = value * 10 + digit;
    }
    return negative ? -value : value;
}

std::optional<Decimal> assemble(std::string digits, int scale, bool negative) {
    while (scale > Decimal::kMaxScale && !digits.empty() && digits.back() == '0') {
        digits.pop_back();
        --scale;
    }
    if (scale > Decimal::kMaxScale) return std::nullopt;
    const auto mantissa = mantissa_of(digits, negative);
    if (!mantissa) return std::nullopt;
    return Decimal::from_parts(*mantissa, scale);
}

std::string digits_of(UInt128 value) {
    std::string out;
    do {
        out.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
        value /= 10;
    } while (value != 0);
    std::reverse(out.begin(), out.end());
    return out;
}

}  // namespace

std::optional<RoundingMode> parse_rounding_mode(std::string_view name) {
    for (const ModeName& entry : kModes) {
        if (entry.name == name) return entry.mode;
    }
    return std::nullopt;
}

std::string_view rounding_mode_name(RoundingMode mode) {
    for (const ModeName& entry : kModes) {
        if (entry.mode == mode) return entry.name;
    }
    return "HALF_UP";
}

Int128 checked_add(Int128 a, Int128 b) {
    if ((b > 0 && a > kMax - b) || (b < 0 && a < -kMax - b)) throw ArithmeticError("the sum does not fit 128 bits");
    return a + b;
}

Int128 checked_multiply(Int128 a, Int128 b) {
    if (fits_64(a) && fits_64(b)) return a * b;
    if (a == 0 || b == 0) return 0;
    if (magnitude(a) > magnitude(kMax) / magnitude(b)) throw ArithmeticError("the product does not fit 128 bits");
    return a * b;
}

Int128 power_of_ten(int exponent) {
    if (exponent < 0 || exponent > 38) throw ArithmeticError("the power of ten does not fit 128 bits");
    Int128 value = 1;
    for (int i = 0; i < exponent; ++i) value *= 10;
    return value;
}

Int128 divide_rounded(Int128 numerator, Int128 denominator, RoundingMode mode) {
    if (denominator <= 0) throw ArithmeticError("division by a number that is not positive");
    const Int128 quotient = numerator / denominator;
    const Int128 remainder = numerator % denominator;
    if (remainder == 0) return quotient;
    const bool negative = numerator < 0;
    const UInt128 rest = magnitude(remainder);
    const UInt128 to_next = magnitude(denominator) - rest;
    bool away = false;
    switch (mode) {
        case RoundingMode::kHalfUp:
            away = rest >= to_next;
            break;
        case RoundingMode::kHalfDown:
            away = rest > to_next;
            break;
        case RoundingMode::kHalfEven:
            away = rest > to_next || (rest == to_next && quotient % 2 != 0);
            break;
        case RoundingMode::kUp:
            away = true;
            break;
        case RoundingMode::kDown:
            away = false;
            break;
        case RoundingMode::kCeiling:
            away = !negative;
            break;
        case RoundingMode::kFloor:
            away = negative;
            break;
    }
    if (!away) return quotient;
    return negative ? quotient - 1 : quotient + 1;
}

Decimal Decimal::from_parts(Int128 mantissa, int scale) {
    if (scale < 0 || scale > kMaxScale) throw ArithmeticError("the scale is not within 0..18");
    if (mantissa < -kMax) throw ArithmeticError("the mantissa does not fit");
    return Decimal(mantissa, scale);
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
    std::string digits;
    int scale = 0;
    bool negative = false;
    if (text.size() > 128 || !scan_plain(text, digits, scale, negative)) return std::nullopt;
    return assemble(std::move(digits), scale, negative);
}

std::optional<Decimal> Decimal::parse_json_number(std::string_view token) {
    const std::size_t mark = token.find_first_of("eE");
    if (mark == std::string_view::npos) return parse(token);
    std::string_view exponent_text = token.substr(mark + 1);
    const bool exponent_negative = !exponent_text.empty() && exponent_text[0] == '-';
    if (!exponent_text.empty() && (exponent_text[0] == '-' || exponent_text[0] == '+')) exponent_text.remove_prefix(1);
    if (exponent_text.empty() || exponent_text.size() > 2) return std::nullopt;
    int exponent = 0;
    for (const char c : exponent_text) {
        if (!is_digit(c)) return std::nullopt;
        exponent = exponent * 10 + (c - '0');
    }
    std::string digits;
    int scale = 0;
    bool negative = false;
    if (mark > 128 || !scan_plain(token.substr(0, mark), digits, scale, negative)) return std::nullopt;
    scale += exponent_negative ? exponent : -exponent;
    if (scale < 0) {
        digits.append(static_cast<std::size_t>(-scale), '0');
        scale = 0;
    }
    return assemble(std::move(digits), scale, negative);
}

bool Decimal::is_integer() const { return normalized().scale_ == 0; }

Decimal Decimal::operator-() const { return Decimal(-mantissa_, scale_); }

Decimal Decimal::normalized() const {
    Decimal out = *this;
    while (out.scale_ > 0 && out.mantissa_ % 10 == 0) {
        out.mantissa_ /= 10;
        --out.scale_;
    }
    return out;
}

Decimal Decimal::round_to(const Decimal& quantum, RoundingMode mode) const {
    if (quantum.mantissa_ <= 0) throw ArithmeticError("a rounding quantum must be positive");
    Int128 numerator = mantissa_;
    Int128 denominator = quantum.mantissa_;
    if (scale_ > quantum.scale_) denominator = checked_multiply(denominator, power_of_ten(scale_ - quantum.scale_));
    if (scale_ < quantum.scale_) numerator = checked_multiply(numerator, power_of_ten(quantum.scale_ - scale_));
    const Int128 multiples = divide_rounded(numerator, denominator, mode);
    return Decimal(checked_multiply(multiples, quantum.mantissa_), quantum.scale_);
}

Decimal Decimal::rescale(int scale, RoundingMode mode) const { return round_to(from_parts(1, scale), mode); }

std::string Decimal::to_string() const { return normalized().to_fixed(0); }

std::string Decimal::to_fixed(int min_decimals) const {
    const Decimal plain = normalized();
    const int decimals = std::max(min_decimals, plain.scale_);
    std::string digits = digits_of(magnitude(plain.mantissa_));
    digits.append(static_cast<std::size_t>(decimals - plain.scale_), '0');
    const auto width = static_cast<std::size_t>(decimals) + 1;
    if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
    if (decimals > 0) digits.insert(digits.size() - static_cast<std::size_t>(decimals), 1, '.');
    if (plain.mantissa_ < 0) digits.insert(0, 1, '-');
    return digits;
}

Decimal operator+(const Decimal& a, const Decimal& b) {
    const int scale = std::max(a.scale_, b.scale_);
    return Decimal(checked_add(checked_multiply(a.mantissa_, power_of_ten(scale - a.scale_)),
                               checked_multiply(b.mantissa_, power_of_ten(scale - b.scale_))),
                   scale);
}

Decimal operator-(const Decimal& a, const Decimal& b) { return a + (-b); }

Decimal operator*(const Decimal& a, const Decimal& b) {
    if (a.scale_ + b.scale_ <= Decimal::kMaxScale) {
        return Decimal(checked_multiply(a.mantissa_, b.mantissa_), a.scale_ + b.scale_);
    }
    Int128 mantissa = checked_multiply(a.normalized().mantissa_, b.normalized().mantissa_);
    int scale = a.normalized().scale_ + b.normalized().scale_;
    while (scale > Decimal::kMaxScale && mantissa % 10 == 0) {
        mantissa /= 10;
        --scale;
    }
    if (scale > Decimal::kMaxScale) throw ArithmeticError("the product has more than 18 decimals");
    return Decimal(mantissa, scale);
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
    if (a.scale_ == b.scale_) return a.mantissa_ <=> b.mantissa_;
    // Aligning the scales could overflow; integer parts and fractions compare without.
    const Int128 unit_a = power_of_ten(a.scale_);
    const Int128 unit_b = power_of_ten(b.scale_);
    if (const auto whole = a.mantissa_ / unit_a <=> b.mantissa_ / unit_b; whole != 0) return whole;
    return (a.mantissa_ % unit_a) * power_of_ten(Decimal::kMaxScale - a.scale_) <=>
           (b.mantissa_ % unit_b) * power_of_ten(Decimal::kMaxScale - b.scale_);
}

}  // namespace tidegate::rating
