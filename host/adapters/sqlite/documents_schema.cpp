#include "adapters/sqlite/documents_schema.hpp"

#include <string>

namespace tidegate {
namespace {

// Text is stored as it came; `path` and `key` compare by bytes, as std::string does.
constexpr const char* kTables[] = {
    "CREATE TABLE schema_version (version INTEGER NOT NULL)",
    "CREATE TABLE boot (counter INTEGER NOT NULL)",
    "CREATE TABLE documents (number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,"
    " revision INTEGER NOT NULL, data TEXT NOT NULL, updated_ms INTEGER NOT NULL, updated_by TEXT NOT NULL,"
    " created_ms INTEGER NOT NULL, created_by TEXT NOT NULL, UNIQUE (tenant, type, id))",
    "CREATE TABLE paths (document INTEGER NOT NULL, path TEXT NOT NULL, revision INTEGER NOT NULL, fence INTEGER NOT "
    "NULL,"
    " PRIMARY KEY (document, path)) WITHOUT ROWID",
    "CREATE TABLE replies (document INTEGER NOT NULL, key TEXT NOT NULL, revision INTEGER NOT NULL, at_ms INTEGER NOT "
    "NULL,"
    " PRIMARY KEY (document, key)) WITHOUT ROWID",
    "CREATE INDEX replies_by_age ON replies (at_ms)",
    "CREATE TABLE versions (document INTEGER NOT NULL, revision INTEGER NOT NULL, actor TEXT NOT NULL,"
    " at_ms INTEGER NOT NULL, ops TEXT NOT NULL, PRIMARY KEY (document, revision)) WITHOUT ROWID",
    "CREATE TABLE indexes (type TEXT NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL, PRIMARY KEY (type, name))"
    " WITHOUT ROWID",
    "CREATE TABLE index_entries (type TEXT NOT NULL, tenant TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL,"
    " id TEXT NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (type, tenant, name, key, id)) WITHOUT ROWID",
    "CREATE TABLE events (sequence INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, type TEXT NOT NULL,"
    " id TEXT NOT NULL, revision INTEGER NOT NULL, name TEXT NOT NULL, data TEXT NOT NULL, actor TEXT NOT NULL,"
    " at_ms INTEGER NOT NULL)",
};

Result<std::int64_t> number(SqliteConnection& database, const char* sql) {
    std::int64_t value = 0;
    const auto read = database.query(
        [&](const SqliteRow& row) {
            value = row.integer(0);
            return false;
        },
        sql);
    if (!read) return read.error();
    return value;
}

Result<void> create_tables(SqliteConnection& database) {
    for (const char* table : kTables) {
        if (auto created = database.run(table); !created) return created;
    }
    if (auto done = database.run("INSERT INTO schema_version VALUES (?)", kDocumentsSchemaVersion); !done) return done;
    return database.run("INSERT INTO boot VALUES (0)");
}

Result<void> check_version(SqliteConnection& database) {
    const auto tables = number(database, "SELECT count(*) FROM sqlite_master");
    if (!tables) return tables.error();
    if (*tables == 0) return create_tables(database);
    const auto ours = number(database, "SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'");
    if (!ours) return ours.error();
    if (*ours == 0)
        return fail(Errc::kInvalid, "documents '" + database.path() + "': the file belongs to something else");
    const auto version = number(database, "SELECT version FROM schema_version");
    if (!version) return version.error();
    if (*version > kDocumentsSchemaVersion) {
        return fail(Errc::kUnsupported, "documents '" + database.path() + "': its schema version " +
                                            std::to_string(*version) + " is newer than " +
                                            std::to_string(kDocumentsSchemaVersion) +
                                            ", the newest that this host knows");
    }
    return {};
}

Result<std::uint64_t> count_boot(SqliteConnection& database) {
    if (auto counted = database.run("UPDATE boot SET counter = counter + 1"); !counted) return counted.error();
    const auto boot = number(database, "SELECT counter FROM boot");
    if (!boot) return boot.error();
    if (*boot < 1) return fail(Errc::kInvalid, "documents '" + database.path() + "': the boot counter is missing");
    return static_cast<std::uint64_t>(*boot);
}

Result<std::uint64_t> open_in_transaction(SqliteConnection& database) {
    if (auto checked = check_version(database); !checked) return checked.error();
    return count_boot(database);
}

}  // namespace

Result<std::uint64_t> open_documents_schema(SqliteConnection& database) {
    if (auto begun = database.run("BEGIN IMMEDIATE"); !begun) return begun.error();
    auto boot = open_in_transaction(database);
    if (boot) {
        if (auto committed = database.run("COMMIT"); !committed) boot = committed.error();
    }
    if (!boot && database.in_transaction()) (void)database.run("ROLLBACK");
    return boot;
}

}  // namespace tidegate
