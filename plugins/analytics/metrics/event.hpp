// A domain event as it comes, and what is read of it. The members are those that the plugins write (docs/
// metrics-business.md lists them by name); an event that lacks one it needs, or has one of the wrong kind, is
// malformed. Not here: what is counted. Thread rule: [any-thread].
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rating/decimal.hpp"

namespace tidegate::analytics {

// The texts live as long as the fold call.
struct DomainEvent {
    std::string_view name;  // quote.rated …
    std::string_view data;  // a JSON object
    std::uint64_t sequence = 0;
    std::int64_t at_ms = 0;  // Unix time
    std::string_view doc_id;
    std::string_view actor;
};

enum class EventKind : std::uint8_t {
    kCreated,
    kRated,
    kQuoted,
    kBound,
    kDeclined,
    kFailed,
    kUpdated,
    kJoined,
    kScored,
};
inline constexpr std::size_t kEventKinds = 9;

std::optional<EventKind> kind_of(std::string_view name);
std::string_view name_of(EventKind kind);

inline constexpr std::int64_t kLastMs = 253'402'300'799'999;  // the end of the year 9999: no event is later
inline constexpr std::size_t kMaxIdBytes = 128;
inline constexpr std::size_t kMaxNameBytes = 32;  // of a state, a product, a tier, a reason …

// Kept between events, so that reading allocates nothing once its texts have grown.
struct EventFields {
    std::string quote_id, user, product, state, currency, reason, tier, code;
    std::optional<rating::Decimal> premium, annual_premium;
    bool first = true;
    bool referred = false;
    bool overridden = false;

    void clear();
};

// False: malformed. `fields` is then half read.
bool read_event(EventKind kind, const DomainEvent& event, EventFields& fields);

}  // namespace tidegate::analytics
