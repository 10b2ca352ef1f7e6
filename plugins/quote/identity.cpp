#include "identity.hpp"

#include <chrono>
#include <cstdio>

#include "rating/sha256.hpp"

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

std::string quote_id_of(std::string_view sub, std::string_view idempotency_key) {
    std::string named = "tidegate quote\n";
    named.append(std::to_string(sub.size())).append("\n").append(sub).append(idempotency_key);
    std::string id = rating::sha256_hex(named).substr(0, 32);
    id[12] = '8';  // RFC 9562: version 8, the variant of that document
    const char variant = id[16];
    id[16] = "89ab"[(variant <= '9' ? variant - '0' : variant - 'a' + 10) & 3];
    for (const std::size_t at : {20u, 16u, 12u, 8u}) id.insert(at, 1, '-');
    return id;
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
    const hh_mm_ss<milliseconds> time(at - day);
    char text[40];
    std::snprintf(text, sizeof(text), "%sT%02d:%02d:%02d.%03dZ", rating::date_text(day).c_str(),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    return text;
}

rating::Date day_of(std::int64_t wall_ms) {
    return std::chrono::floor<std::chrono::days>(
        std::chrono::sys_time<std::chrono::milliseconds>{std::chrono::milliseconds(wall_ms)});
}

}  // namespace tidegate::quote
