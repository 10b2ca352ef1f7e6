#include "adapters/sqlite/documents_schema.hpp"

#include <iterator>
#include <span>
#include <string>

namespace tidegate {
namespace {

// Text is stored as it came; `path` and `key` compare by bytes, as std::string does.
constexpr const char* kVersion1[] = {
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
    "INSERT INTO schema_version VALUES (1)",
    "INSERT INTO boot VALUES (0)",
};

// What was kept before has no notes, and its operations do not say what stood there.
constexpr const char* kVersion2[] = {
    "ALTER TABLE versions ADD COLUMN note TEXT NOT NULL DEFAULT ''",
    "CREATE TABLE cursors (reader TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID",
    "UPDATE schema_version SET version = 2",
};

constexpr const char* kVersion3[] = {
    "CREATE TABLE event_replies (scope TEXT NOT NULL, key TEXT NOT NULL, sequence INTEGER NOT NULL,"
    " at_ms INTEGER NOT NULL, PRIMARY KEY (scope, key)) WITHOUT ROWID",
    "CREATE INDEX event_replies_by_age ON event_replies (at_ms)",
    "UPDATE schema_version SET version = 3",
};

// What makes a file of the version before one of this version; a new file goes through them all.
using Step = std::span<const char* const>;
constexpr Step kSteps[] = {kVersion1, kVersion2, kVersion3};
static_assert(std::size(kSteps) == kDocumentsSchemaVersion);

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

Result<void> update(SqliteConnection& database, std::int64_t version) {
    for (std::int64_t step = version; step < kDocumentsSchemaVersion; ++step) {
        for (const char* sql : kSteps[step]) {
            if (auto done = database.run(sql); !done) return done;
        }
    }
    return {};
}

Result<void> prepare_tables(SqliteConnection& database) {
    const auto tables = number(database, "SELECT count(*) FROM sqlite_master");
    if (!tables) return tables.error();
    if (*tables == 0) return update(database, 0);
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
    if (*version < 1) return fail(Errc::kInvalid, "documents '" + database.path() + "': its schema version is missing");
    return update(database, *version);
}

Result<std::uint64_t> count_boot(SqliteConnection& database) {
    if (auto counted = database.run("UPDATE boot SET counter = counter + 1"); !counted) return counted.error();
    const auto boot = number(database, "SELECT counter FROM boot");
    if (!boot) return boot.error();
    if (*boot < 1) return fail(Errc::kInvalid, "documents '" + database.path() + "': the boot counter is missing");
    return static_cast<std::uint64_t>(*boot);
}

Result<std::uint64_t> open_in_transaction(SqliteConnection& database) {
    if (auto checked = prepare_tables(database); !checked) return checked.error();
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
