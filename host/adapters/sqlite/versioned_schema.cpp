#include "adapters/sqlite/versioned_schema.hpp"

#include <string>

namespace tidegate {
namespace {

template <class... Args>
Result<std::int64_t> number(SqliteConnection& database, const char* sql, const Args&... args) {
    std::int64_t value = 0;
    const auto read = database.query(
        [&](const SqliteRow& row) {
            value = row.integer(0);
            return false;
        },
        sql, args...);
    if (!read) return read.error();
    return value;
}

// 0: the file is empty.
Result<std::int64_t> version_of(SqliteConnection& database, const VersionedSchema& schema) {
    const auto tables = number(database, "SELECT count(*) FROM sqlite_master");
    if (!tables || *tables == 0) return tables;
    const auto own = number(database, "SELECT count(*) FROM sqlite_master WHERE name IN ('schema_version', ?)",
                            std::string_view(schema.own_table));
    if (!own) return own;
    if (*own != 2) return fail(Errc::kInvalid, database.name() + ": the file belongs to something else");
    const auto version = number(database, "SELECT version FROM schema_version");
    if (version && *version < 1) return fail(Errc::kInvalid, database.name() + ": its schema version is missing");
    return version;
}

}  // namespace

Result<void> bring_up_to_date(SqliteConnection& database, const VersionedSchema& schema) {
    const auto version = version_of(database, schema);
    if (!version) return version.error();
    const auto known = static_cast<std::int64_t>(schema.steps.size());
    if (*version > known) {
        return fail(Errc::kUnsupported, database.name() + ": its schema version " + std::to_string(*version) +
                                            " is newer than " + std::to_string(known) +
                                            ", the newest that this host knows");
    }
    for (const auto& step : schema.steps.subspan(static_cast<std::size_t>(*version))) {
        for (const char* sql : step) {
            if (auto done = database.run(sql); !done) return done;
        }
    }
    return {};
}

}  // namespace tidegate
