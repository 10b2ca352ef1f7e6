#pragma once

// The tables of a file and their version, kept in its table schema_version. An older file is brought up to date; one
// that belongs to something else, or is newer than we are, is refused and left as it was. [startup]

#include "adapters/sqlite/sqlite_connection.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <span>

namespace tidegate {

struct VersionedSchema {
    // What makes a file of the version before one of this version, from 0, which is empty. The first step creates
    // schema_version; each leaves its own number in it.
    using Step = std::span<const char* const>;
    std::span<const Step> steps;
    const char* own_table;  // that no other kind of file has
};

// Within a transaction of the caller's. Errors name the file.
Result<void> bring_up_to_date(SqliteConnection& database, const VersionedSchema& schema);

}  // namespace tidegate
