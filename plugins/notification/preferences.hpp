// Preferences: what a user wants to be told of at once. What they hold back is in the inbox all the same; what is
// critical is never held back.
// Thread rule: [any-thread], a value.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "notice.hpp"
#include "time_zone/zone.hpp"

namespace tidegate::notification {

inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

struct QuietHours {
    QuietHours() {}
    // Until when what comes at this time is held back; 0: it is not.
    std::int64_t end_of(std::int64_t at_ms) const;

    int from_min = 0;  // of the local day; may be after `to_min`: over midnight
    int to_min = 0;
    std::string zone_name;
    std::shared_ptr<const time_zone::Zone> zone;
};

struct Preferences {
    Preferences() {}
    // 0: at once; kNever: only in the inbox.
    std::int64_t held_until(const Notice& notice, std::int64_t at_ms) const;
    bool has_quiet_hours() const { return quiet.zone != nullptr; }
    std::string json() const;

    Level min_level = Level::kInfo;
    std::vector<std::string> muted_topics;
    QuietHours quiet;  // without a zone: none
};

// {"min_level"?,"muted_topics"?[],"quiet_hours"?{"from":"22:00","to":"07:00","zone":"Europe/Paris"}|null}, whole: what
// is left out is the default. Or what is wrong.
std::variant<Preferences, std::string> read_preferences(std::string_view json);

}  // namespace tidegate::notification
