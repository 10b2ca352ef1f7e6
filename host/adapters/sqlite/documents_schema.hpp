#pragma once

// The tables of a documents file and their version. Opening prepares them and brings an older file up to date, or
// refuses a file that is not ours or is newer than we are, leaving it as it was. [startup]

#include "adapters/sqlite/sqlite_connection.hpp"
#include "base/result.hpp"

#include <cstdint>

namespace tidegate {

inline constexpr std::int64_t kDocumentsSchemaVersion = 3;

// Creates what is missing, counts this opening, and returns that count.
Result<std::uint64_t> open_documents_schema(SqliteConnection& database);

}  // namespace tidegate
