#include "adapters/sqlite/sqlite_connection.hpp"

#include <sqlite3.h>

namespace tidegate {
namespace {

Errc code_of(int status) {
    switch (status & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Errc::kBusy;
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
            return Errc::kIo;
        default:
            return Errc::kInternal;
    }
}

}  // namespace

std::int64_t SqliteRow::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string SqliteRow::text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return text ? std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))) : std::string();
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::string& path, std::int64_t busy_timeout_ms,
                                                                 const std::string& what) {
    std::unique_ptr<SqliteConnection> connection(new SqliteConnection(path, what));
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path.c_str(), &connection->database_, flags, nullptr) != SQLITE_OK) {
        return fail(code_of(sqlite3_errcode(connection->database_)), "open " + connection->last_error().text);
    }
    sqlite3_extended_result_codes(connection->database_, 1);
    sqlite3_busy_timeout(connection->database_, static_cast<int>(busy_timeout_ms));
    return connection;
}

SqliteConnection::~SqliteConnection() {
    for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(database_);
}

Result<void> SqliteConnection::execute(const std::string& sql) {
    if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return last_error();
    return {};
}

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(database_) == 0; }

SqliteConnection::Finish::~Finish() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

Result<sqlite3_stmt*> SqliteConnection::prepare(const char* sql) {
    const auto known = statements_.find(sql);
    if (known != statements_.end()) return known->second;
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
        return last_error();
    }
    statements_.emplace(sql, statement);
    return statement;
}

Result<bool> SqliteConnection::step(sqlite3_stmt* statement) {
    const int status = sqlite3_step(statement);
    if (status == SQLITE_ROW) return true;
    if (status == SQLITE_DONE) return false;
    return last_error();
}

Error SqliteConnection::last_error() const {
    return fail(code_of(sqlite3_errcode(database_)), name_ + ": " + sqlite3_errmsg(database_));
}

void SqliteConnection::bind(sqlite3_stmt* statement, int position, std::int64_t value) {
    sqlite3_bind_int64(statement, position, value);
}

void SqliteConnection::bind(sqlite3_stmt* statement, int position, std::string_view value) {
    // An empty view may have no address, which SQLite would take for NULL.
    const char* text = value.data() ? value.data() : "";
    sqlite3_bind_text64(statement, position, text, value.size(), SQLITE_STATIC, SQLITE_UTF8);
}

}  // namespace tidegate
