#include "rating/date.hpp"

namespace tidegate::rating {
namespace {

// -1 when any character is not a digit.
int digits_value(std::string_view text) {
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

void append_padded(std::string& out, unsigned value, std::size_t width) {
    const std::string digits = std::to_string(value);
    if (digits.size() < width) out.append(width - digits.size(), '0');
    out += digits;
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const int year = digits_value(text.substr(0, 4));
    const int month = digits_value(text.substr(5, 2));
    const int day = digits_value(text.substr(8, 2));
    if (year < 0 || month < 0 || day < 0) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return std::nullopt;
    return Date{date};
}

std::string date_text(Date date) {
    const std::chrono::year_month_day parts{date};
    std::string out;
    append_padded(out, static_cast<unsigned>(static_cast<int>(parts.year())), 4);
    out.push_back('-');
    append_padded(out, static_cast<unsigned>(parts.month()), 2);
    out.push_back('-');
    append_padded(out, static_cast<unsigned>(parts.day()), 2);
    return out;
}

}  // namespace tidegate::rating
