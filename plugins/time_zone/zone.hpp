// A time zone: its offset, which calendar day and which hour of it an instant belongs to. Read once from the system's
// time zone files (RFC 8536), so that a day has 23, 24 or 25 hours as its zone says; the library that Debian has for it
// is shared, which a plugin may not need.
// Not here: a clock.
// Thread rule: [any-thread], a value; named() reads a file.
#pragma once

#include <tidegate/status.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "time_zone/posix_rule.hpp"

namespace tidegate::time_zone {

class Zone {
public:
    Zone() = default;  // UTC
    // "America/New_York"; "UTC" needs no file.
    static tg::Result<Zone> named(const std::string& name, const std::string& folder = "/usr/share/zoneinfo");

    const std::string& name() const { return name_; }
    std::int32_t offset_s(std::int64_t at_ms) const;
    // Days since 1970-01-01 on the zone's calendar.
    std::int32_t day_of(std::int64_t at_ms) const;
    // When the clock hour began that this instant is in; the hour that is repeated in autumn begins twice.
    std::int64_t hour_start_ms(std::int64_t at_ms) const;
    std::string text(std::int64_t at_ms) const;  // 2026-11-01T01:00:00-05:00

private:
    friend class ZoneFile;

    std::string name_ = "UTC";
    std::vector<std::int64_t> changes_s_;
    std::vector<std::int32_t> offsets_s_;  // after each change
    std::int32_t first_offset_s_ = 0;
    PosixRule rule_;
};

std::string day_text(std::int32_t day);  // 2026-11-01

}  // namespace tidegate::time_zone
