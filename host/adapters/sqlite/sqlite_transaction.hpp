#pragma once

// All or nothing on a connection: a transaction around a body, and a savepoint around a part of one. The connection's
// thread.

#include "adapters/sqlite/sqlite_connection.hpp"
#include "base/result.hpp"

namespace tidegate {

// Commits what `body` wrote unless it fails.
template <class Body>
Result<void> in_transaction(SqliteConnection& database, Body&& body) {
    if (auto begun = database.run("BEGIN IMMEDIATE"); !begun) return begun;
    Result<void> done = body();
    if (done) done = database.run("COMMIT");
    if (!done && database.in_transaction()) (void)database.run("ROLLBACK");
    return done;
}

// Runs `body` within a transaction into `outcome`, and undoes what it wrote if that is a failure. The error returned is
// the whole transaction's.
template <class Outcome, class Body>
Result<void> in_savepoint(SqliteConnection& database, Outcome& outcome, Body&& body) {
    if (auto marked = database.run("SAVEPOINT job"); !marked) return marked;
    outcome = body();
    if (!outcome) {
        // A full disk may have ended the whole transaction, and with it what the others wrote.
        if (!database.in_transaction()) return outcome.error();
        if (auto undone = database.run("ROLLBACK TO job"); !undone) return undone;
    }
    return database.run("RELEASE job");
}

}  // namespace tidegate
