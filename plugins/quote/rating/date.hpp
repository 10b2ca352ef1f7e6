// Calendar days as rating needs them: read from and written as YYYY-MM-DD, compared, subtracted. No clock, no zone.
// Thread rule: [any-thread], value types.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate::rating {

using Date = std::chrono::sys_days;

std::optional<Date> parse_date(std::string_view text);
std::string date_text(Date date);

}  // namespace tidegate::rating
