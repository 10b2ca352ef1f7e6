#include "time_zone/zone.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "time_zone/zone_file.hpp"

namespace tidegate::time_zone {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b != 0 && (a % b < 0) != (b < 0)); }

std::string date_of(std::int64_t days) {
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
    char out[32];
    std::snprintf(out, sizeof(out), "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return out;
}

}  // namespace

tg::Result<Zone> Zone::named(const std::string& name, const std::string& folder) {
    if (name == "UTC") return Zone();
    return ZoneFile::read(name, folder);
}

std::int32_t Zone::offset_s(std::int64_t at_ms) const {
    const std::int64_t unix_s = floor_div(at_ms, 1000);
    const auto next = std::upper_bound(changes_s_.begin(), changes_s_.end(), unix_s);
    if (next == changes_s_.end() && rule_.valid()) return rule_.offset_s(unix_s);
    return next == changes_s_.begin() ? first_offset_s_
                                      : offsets_s_[static_cast<std::size_t>(next - changes_s_.begin()) - 1];
}

std::int32_t Zone::day_of(std::int64_t at_ms) const {
    return static_cast<std::int32_t>(floor_div(at_ms + offset_s(at_ms) * std::int64_t{1000}, 24 * kHourMs));
}

std::int64_t Zone::hour_start_ms(std::int64_t at_ms) const {
    const std::int64_t local_ms = at_ms + offset_s(at_ms) * std::int64_t{1000};
    return at_ms - (local_ms - floor_div(local_ms, kHourMs) * kHourMs);
}

std::string Zone::text(std::int64_t at_ms) const {
    const std::int32_t offset = offset_s(at_ms);
    const std::int64_t local_s = floor_div(at_ms, 1000) + offset;
    const std::int64_t day = floor_div(local_s, 86'400);
    const auto second = static_cast<int>(local_s - day * 86'400);
    const int minutes = std::abs(offset) / 60;
    char out[48];
    std::snprintf(out, sizeof(out), "T%02d:%02d:%02d%c%02d:%02d", second / 3600, second / 60 % 60, second % 60,
                  offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
    return date_of(day) + out;
}

std::string day_text(std::int32_t day) { return date_of(day); }

}  // namespace tidegate::time_zone
