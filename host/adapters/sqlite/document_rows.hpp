#pragma once

// The writer's SQL: a document record to rows and back, versions, events, index declarations. Runs inside the
// transaction of its caller. Writer thread only.

#include "adapters/documents/apply_patch.hpp"
#include "adapters/sqlite/sqlite_connection.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>

namespace tidegate {

struct DocumentRow {
    std::int64_t number = 0;  // 0: not stored yet
    DocumentRecord record;
};

// Revision 0 when there is none. `now_ms` tells which idempotency keys still count.
Result<DocumentRow> load_document(SqliteConnection& database, const DocumentKey& key, const TypeRules& rules,
                                  std::int64_t now_ms);

// Writes what the patch just applied to `row.record` changed: its row, paths, replies, version, index entries and
// events.
Result<void> save_patch(SqliteConnection& database, DocumentRow& row, const PreparedPatch& patch);

struct LooseEventRow {
    std::uint64_t sequence = 0;
    bool replayed = false;  // its idempotency key was seen: nothing was written
};
Result<LooseEventRow> save_loose_event(SqliteConnection& database, const LooseEvent& loose, std::int64_t now_ms);

Result<void> save_cursor_row(SqliteConnection& database, const std::string& reader, std::uint64_t sequence);

// Makes the declared indexes those of the type; scans its documents only when they differ from the ones before.
Result<void> save_indexes(SqliteConnection& database, const TypeRules& rules);

// Replies that are too old to count, of documents nobody patches any more.
Result<void> forget_old_replies(SqliteConnection& database, std::int64_t now_ms);

}  // namespace tidegate
