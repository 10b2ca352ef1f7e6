// Names of quotes and times as the protocol writes them: the one form of a UUID, the channel of a quote, ISO 8601.
// Thread rule: [any-thread], pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tidegate::quote {

// Lower case only: a second spelling would be a second quote.
bool is_quote_id(std::string_view text);

std::string channel_of(std::string_view quote_id);
// Empty when it is no channel of a quote.
std::string_view quote_of_channel(std::string_view channel);

std::string time_text(std::int64_t wall_ms);  // 2026-03-01T12:30:00.000Z
std::string day_text(std::int64_t wall_ms);   // 2026-03-01, UTC

}  // namespace tidegate::quote
