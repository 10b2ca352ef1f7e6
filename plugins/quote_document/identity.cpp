#include "quote_document/identity.hpp"

#include <chrono>
#include <cstdio>

namespace tidegate::quote {
namespace {
constexpr std::string_view kChannelPrefix = "quote:";
}

bool is_quote_id(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (c != '-') return false;
        } else if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            return false;
        }
    }
    return true;
}

std::string channel_of(std::string_view quote_id) { return std::string(kChannelPrefix).append(quote_id); }

std::string_view quote_of_channel(std::string_view channel) {
    if (!channel.starts_with(kChannelPrefix)) return {};
    const std::string_view id = channel.substr(kChannelPrefix.size());
    return is_quote_id(id) ? id : std::string_view();
}

std::string time_text(std::int64_t wall_ms) {
    using namespace std::chrono;
    const sys_time<milliseconds> at{milliseconds(wall_ms)};
    const auto day = floor<days>(at);
    const year_month_day date(day);
    const hh_mm_ss<milliseconds> time(at - day);
    char text[64];
    std::snprintf(text, sizeof(text), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    return text;
}

std::string day_text(std::int64_t wall_ms) { return time_text(wall_ms).substr(0, 10); }

}  // namespace tidegate::quote
