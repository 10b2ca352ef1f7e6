#include "adapters/sqlite/stream_schema.hpp"

namespace tidegate {
namespace {

// A stream's row stays when all its entries are gone: its positions are never given again. Its entries are those above
// `trimmed` up to `last`, without a hole. `keyed` counts the appends with an idempotency key, which orders replies.
constexpr const char* kVersion1[] = {
    "CREATE TABLE schema_version (version INTEGER NOT NULL)",
    "CREATE TABLE streams (number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, owner TEXT NOT NULL, stream TEXT NOT NULL,"
    " trimmed INTEGER NOT NULL, last INTEGER NOT NULL, keyed INTEGER NOT NULL, UNIQUE (tenant, owner, stream))",
    "CREATE TABLE stream_entries (stream INTEGER NOT NULL, position INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
    " data TEXT NOT NULL, PRIMARY KEY (stream, position)) WITHOUT ROWID",
    "CREATE TABLE stream_readers (stream INTEGER NOT NULL, reader TEXT NOT NULL, position INTEGER NOT NULL,"
    " PRIMARY KEY (stream, reader)) WITHOUT ROWID",
    "CREATE TABLE stream_replies (stream INTEGER NOT NULL, key TEXT NOT NULL, ordinal INTEGER NOT NULL,"
    " first INTEGER NOT NULL, last INTEGER NOT NULL, trimmed INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
    " PRIMARY KEY (stream, key)) WITHOUT ROWID",
    "CREATE INDEX stream_replies_by_order ON stream_replies (stream, ordinal)",
    "CREATE INDEX stream_replies_by_age ON stream_replies (at_ms)",
    "INSERT INTO schema_version VALUES (1)",
};

constexpr VersionedSchema::Step kSteps[] = {kVersion1};

}  // namespace

constinit const VersionedSchema kStreamSchema{kSteps, "stream_entries"};

}  // namespace tidegate
