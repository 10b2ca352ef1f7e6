#pragma once

// SqliteConnection: one open database, its statements kept prepared, its failures translated to Error with the file's
// name. Knows nothing of what is stored. One thread at a time.

#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace tidegate {

// The current row of a query; its texts live until the next one.
class SqliteRow {
public:
    explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
    std::int64_t integer(int column) const;
    std::uint64_t unsigned_integer(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    std::string text(int column) const;

private:
    sqlite3_stmt* statement_;
};

class SqliteConnection {
public:
    // `what` the file holds, for error texts.
    static Result<std::unique_ptr<SqliteConnection>> open(const std::string& path, std::int64_t busy_timeout_ms,
                                                          const std::string& what = "documents");
    ~SqliteConnection();
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    // `sql` must outlive the connection (a literal). Arguments are integers and texts, bound in order.
    template <class... Args>
    Result<void> run(const char* sql, const Args&... args) {
        return query([](const SqliteRow&) { return true; }, sql, args...);
    }
    // Calls `each` per row until it returns false. Another query with other SQL may run inside.
    template <class Each, class... Args>
    Result<void> query(Each&& each, const char* sql, const Args&... args) {
        auto statement = prepare(sql);
        if (!statement) return statement.error();
        const Finish finish{*statement};
        int position = 0;
        (bind(*statement, ++position, args), ...);
        for (;;) {
            const auto row = step(*statement);
            if (!row) return row.error();
            if (!*row || !each(SqliteRow(*statement))) return {};
        }
    }

    // Statements that are run once and not kept.
    Result<void> execute(const std::string& sql);

    // Whether BEGIN is in force; some failures end it.
    bool in_transaction() const;
    const std::string& path() const { return path_; }
    // "documents '/var/lib/…'"
    const std::string& name() const { return name_; }

private:
    struct Finish {
        sqlite3_stmt* statement;
        ~Finish();
    };
    SqliteConnection(const std::string& path, const std::string& what) : path_(path), name_(what + " '" + path + "'") {}

    Result<sqlite3_stmt*> prepare(const char* sql);
    Result<bool> step(sqlite3_stmt* statement);
    Error last_error() const;
    static void bind(sqlite3_stmt* statement, int position, std::int64_t value);
    static void bind(sqlite3_stmt* statement, int position, std::uint64_t value) {
        bind(statement, position, static_cast<std::int64_t>(value));
    }
    static void bind(sqlite3_stmt* statement, int position, std::uint32_t value) {
        bind(statement, position, std::int64_t{value});
    }
    static void bind(sqlite3_stmt* statement, int position, std::string_view value);

    const std::string path_;
    const std::string name_;
    sqlite3* database_ = nullptr;
    std::unordered_map<std::string_view, sqlite3_stmt*> statements_;
};

}  // namespace tidegate
