// Exact decimal numbers: a 128-bit mantissa and a scale of 0..18 digits, every operation checked. Never binary
// floating point, never a silent rounding: digits are lost only where a quantum and a mode are named.
// An operation whose exact result does not fit throws ArithmeticError; the entry points of this library (Manual::load,
// Calculation, verify_trace) catch it, so it never leaves them.
// Thread rule: [any-thread], a value type.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tidegate::rating {

__extension__ typedef __int128 Int128;

class ArithmeticError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

enum class RoundingMode { kHalfUp, kHalfEven, kHalfDown, kUp, kDown, kCeiling, kFloor };

std::optional<RoundingMode> parse_rounding_mode(std::string_view name);  // "HALF_UP" …
std::string_view rounding_mode_name(RoundingMode mode);

class Decimal {
public:
    static constexpr int kMaxScale = 18;

    constexpr Decimal() = default;
    constexpr explicit Decimal(std::int64_t integer) : mantissa_(integer) {}
    static Decimal from_parts(Int128 mantissa, int scale);

    // -?(0|[1-9][0-9]*)(.[0-9]+)? and nothing else; nullopt also when it does not fit.
    static std::optional<Decimal> parse(std::string_view text);
    // A number token of JSON, whose exponent (if any) is applied exactly.
    static std::optional<Decimal> parse_json_number(std::string_view token);

    constexpr Int128 mantissa() const { return mantissa_; }
    constexpr int scale() const { return scale_; }
    constexpr bool is_zero() const { return mantissa_ == 0; }
    constexpr bool is_negative() const { return mantissa_ < 0; }
    bool is_integer() const;

    Decimal operator-() const;
    Decimal normalized() const;  // without trailing zeros
    // The nearest multiple of a positive quantum (0.01, 1, 0.05, 5).
    Decimal round_to(const Decimal& quantum, RoundingMode mode) const;
    Decimal rescale(int scale, RoundingMode mode) const;

    std::string to_string() const;                 // canonical: no trailing zeros, never "-0"
    std::string to_fixed(int min_decimals) const;  // at least that many decimals, more when the value has them

    friend Decimal operator+(const Decimal& a, const Decimal& b);
    friend Decimal operator-(const Decimal& a, const Decimal& b);
    friend Decimal operator*(const Decimal& a, const Decimal& b);
    friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);
    friend bool operator==(const Decimal& a, const Decimal& b) { return (a <=> b) == 0; }

private:
    constexpr Decimal(Int128 mantissa, int scale) : mantissa_(mantissa), scale_(scale) {}

    Int128 mantissa_ = 0;
    int scale_ = 0;
};

// What a rounding is: to which multiple, and which way.
struct Rounding {
    Decimal quantum{1};
    RoundingMode mode = RoundingMode::kHalfUp;
};

// Checked 128-bit arithmetic, shared with Ratio.
Int128 checked_add(Int128 a, Int128 b);
Int128 checked_multiply(Int128 a, Int128 b);
Int128 power_of_ten(int exponent);                                               // 0..36
Int128 divide_rounded(Int128 numerator, Int128 denominator, RoundingMode mode);  // denominator > 0

}  // namespace tidegate::rating
