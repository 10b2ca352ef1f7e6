#pragma once

// Times as clients see them: ISO 8601, UTC, milliseconds, "Z". Pure. [any-thread]

#include <cstdint>
#include <string>

namespace tidegate {

// 1732444800123 -> "2024-11-24T10:40:00.123Z"
std::string iso8601_utc(std::int64_t wall_ms);

}  // namespace tidegate
