#include "quote_document/identity.hpp"

#include <chrono>

namespace tidegate::quote {
namespace {

constexpr std::string_view kChannelPrefix = "quote:";

void put(std::string& text, std::size_t at, std::size_t digits, unsigned number) {
    for (; digits > 0; number /= 10) text[at + --digits] = static_cast<char>('0' + number % 10);
}

}  // namespace

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
    std::string text = "0000-00-00T00:00:00.000Z";
    put(text, 0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
    put(text, 5, 2, static_cast<unsigned>(date.month()));
    put(text, 8, 2, static_cast<unsigned>(date.day()));
    put(text, 11, 2, static_cast<unsigned>(time.hours().count()));
    put(text, 14, 2, static_cast<unsigned>(time.minutes().count()));
    put(text, 17, 2, static_cast<unsigned>(time.seconds().count()));
    put(text, 20, 3, static_cast<unsigned>(time.subseconds().count()));
    return text;
}

std::string day_text(std::int64_t wall_ms) { return time_text(wall_ms).substr(0, 10); }

}  // namespace tidegate::quote
