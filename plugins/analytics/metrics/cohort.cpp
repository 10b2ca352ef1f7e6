#include "cohort.hpp"

#include "rating/decimal.hpp"

namespace tidegate::analytics {

std::string ratio_text(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) return "null";
    const auto parts = rating::divide_rounded(rating::Int128{part} * 10'000, whole, rating::RoundingMode::kHalfUp);
    return rating::Decimal::from_parts(parts, 4).to_string();
}

}  // namespace tidegate::analytics
