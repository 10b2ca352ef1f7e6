#include "adapters/sqlite/document_rows.hpp"

#include "adapters/documents/event_rules.hpp"
#include "adapters/documents/limits.hpp"

#include <map>
#include <string>

namespace tidegate {
namespace {

Error damaged(SqliteConnection& database, const DocumentKey& key, const std::string& why) {
    return fail(Errc::kIo, "documents '" + database.path() + "': " + describe(key) + " is damaged: " + why);
}

Result<void> load_bookkeeping(SqliteConnection& database, DocumentRow& row, std::int64_t now_ms) {
    auto& ledger = row.record.ledger;
    auto& replies = row.record.replies;
    auto read = database.query(
        [&](const SqliteRow& path) {
            ledger.load(path.text(0), {path.unsigned_integer(1), path.unsigned_integer(2)});
            return true;
        },
        "SELECT path, revision, fence FROM paths WHERE document = ?", row.number);
    if (!read) return read;
    return database.query(
        [&](const SqliteRow& reply) {
            replies.add(reply.text(0), reply.unsigned_integer(1), reply.integer(2));
            return true;
        },
        "SELECT key, revision, at_ms FROM replies WHERE document = ? AND at_ms > ? ORDER BY revision", row.number,
        now_ms - document_limits::kReplyMs);
}

Result<void> save_document(SqliteConnection& database, DocumentRow& row, const DocumentKey& key) {
    const auto& record = row.record;
    const std::string& data = record.text.of(record.content);
    if (row.number != 0) {
        return database.run(
            "UPDATE documents SET revision = ?, data = ?, updated_ms = ?, updated_by = ? WHERE number = ?",
            record.revision, data, record.updated_ms, record.updated_by, row.number);
    }
    return database.query(
        [&](const SqliteRow& inserted) {
            row.number = inserted.integer(0);
            return true;
        },
        "INSERT INTO documents (tenant, type, id, revision, data, updated_ms, updated_by, created_ms, created_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
        key.tenant, key.type, key.id, record.revision, data, record.updated_ms, record.updated_by, record.created_ms,
        record.created_by);
}

Result<void> save_bookkeeping(SqliteConnection& database, DocumentRow& row, const std::string& idempotency_key) {
    auto& record = row.record;
    for (const auto& path : record.ledger.take_changed()) {
        const auto* entry = record.ledger.find(path);
        auto saved = entry ? database.run(
                                 "INSERT INTO paths VALUES (?, ?, ?, ?) ON CONFLICT (document, path) DO UPDATE"
                                 " SET revision = excluded.revision, fence = excluded.fence",
                                 row.number, path, entry->revision, entry->fence)
                           : database.run("DELETE FROM paths WHERE document = ? AND path = ?", row.number, path);
        if (!saved) return saved;
    }
    for (const auto& key : record.replies.take_forgotten()) {
        auto saved = database.run("DELETE FROM replies WHERE document = ? AND key = ?", row.number, key);
        if (!saved) return saved;
    }
    if (idempotency_key.empty()) return {};
    return database.run("INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?)", row.number, idempotency_key,
                        record.revision, record.updated_ms);
}

Result<void> save_index_keys(SqliteConnection& database, const DocumentRow& row, const DocumentKey& key,
                             const IndexKeys& before) {
    const IndexKeys& after = row.record.index_keys;
    for (const auto& [name, old_key] : before) {
        const auto same = after.find(name);
        if (same != after.end() && same->second == old_key) continue;
        auto saved =
            database.run("DELETE FROM index_entries WHERE type = ? AND tenant = ? AND name = ? AND key = ? AND id = ?",
                         key.type, key.tenant, name, old_key, key.id);
        if (!saved) return saved;
    }
    for (const auto& [name, new_key] : after) {
        const auto same = before.find(name);
        if (same != before.end() && same->second == new_key) continue;
        auto saved = database.run("INSERT INTO index_entries VALUES (?, ?, ?, ?, ?, ?)", key.type, key.tenant, name,
                                  new_key, key.id, row.number);
        if (!saved) return saved;
    }
    return {};
}

Result<std::map<std::string, std::string>> stored_indexes(SqliteConnection& database, const std::string& type) {
    std::map<std::string, std::string> stored;
    auto read = database.query(
        [&](const SqliteRow& row) {
            stored.emplace(row.text(0), row.text(1));
            return true;
        },
        "SELECT name, path FROM indexes WHERE type = ?", type);
    if (!read) return read.error();
    return stored;
}

Result<void> rebuild_index_entries(SqliteConnection& database, const TypeRules& rules) {
    auto cleared = database.run("DELETE FROM index_entries WHERE type = ?", rules.type);
    if (!cleared) return cleared;
    Result<void> outcome;
    auto read = database.query(
        [&](const SqliteRow& row) {
            const DocumentKey key{row.text(1), rules.type, row.text(2)};
            DocumentRow document;
            document.number = row.integer(0);
            auto content = JsonTree::parse(row.text(3));
            outcome = content ? Result<void>() : damaged(database, key, content.error().text);
            if (!outcome) return false;
            document.record.index_keys = rules.index_keys(*content, row.text(4));
            outcome = save_index_keys(database, document, key, {});
            return outcome.has_value();
        },
        "SELECT number, tenant, id, data, created_by FROM documents WHERE type = ?", rules.type);
    return read ? outcome : read;
}

}  // namespace

Result<DocumentRow> load_document(SqliteConnection& database, const DocumentKey& key, const TypeRules& rules,
                                  std::int64_t now_ms) {
    DocumentRow row;
    auto& record = row.record;
    std::string data;
    auto read = database.query(
        [&](const SqliteRow& found) {
            row.number = found.integer(0);
            record.revision = found.unsigned_integer(1);
            data = found.text(2);
            record.updated_ms = found.integer(3);
            record.updated_by = found.text(4);
            record.created_ms = found.integer(5);
            record.created_by = found.text(6);
            return false;
        },
        "SELECT number, revision, data, updated_ms, updated_by, created_ms, created_by FROM documents"
        " WHERE tenant = ? AND type = ? AND id = ?",
        key.tenant, key.type, key.id);
    if (!read) return read.error();
    if (row.number == 0) return row;
    auto content = JsonTree::parse(data);
    if (!content || !content->object()) return damaged(database, key, "its data is no JSON object");
    record.content = std::move(*content);
    record.text.set(std::move(data));
    record.index_keys = rules.index_keys(record.content, record.created_by);
    if (auto loaded = load_bookkeeping(database, row, now_ms); !loaded) return loaded.error();
    return row;
}

Result<void> save_patch(SqliteConnection& database, DocumentRow& row, const PreparedPatch& prepared) {
    const Patch& patch = prepared.patch;
    const auto& record = row.record;
    if (auto saved = save_document(database, row, patch.key); !saved) return saved;
    if (auto saved = save_bookkeeping(database, row, patch.idempotency_key); !saved) return saved;
    if (const auto& before = prepared.keys_before) {
        if (auto saved = save_index_keys(database, row, patch.key, *before); !saved) return saved;
    }
    auto saved = database.run("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?)", row.number, record.revision,
                              patch.actor, record.updated_ms, prepared.ops_text, patch.note);
    if (!saved) return saved;
    for (const auto& event : patch.events) {
        saved = database.run(
            "INSERT INTO events (tenant, type, id, revision, name, data, actor, at_ms)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            patch.key.tenant, patch.key.type, patch.key.id, record.revision, event.name, event.data, patch.actor,
            record.updated_ms);
        if (!saved) return saved;
    }
    return {};
}

Result<LooseEventRow> save_loose_event(SqliteConnection& database, const LooseEvent& loose, std::int64_t now_ms) {
    const auto& key = loose.idempotency_key;
    const std::string scope = reply_scope(loose);
    LooseEventRow row;
    if (!key.empty()) {
        auto read = database.query(
            [&](const SqliteRow& reply) {
                row = {reply.unsigned_integer(0), true};
                return false;
            },
            "SELECT sequence FROM event_replies WHERE scope = ? AND key = ? AND at_ms > ?", scope, key,
            now_ms - document_limits::kReplyMs);
        if (!read) return read.error();
        if (row.replayed) return row;
    }
    const auto& [tenant, type, id] = loose.about;
    auto saved = database.query(
        [&](const SqliteRow& inserted) {
            row.sequence = inserted.unsigned_integer(0);
            return true;
        },
        "INSERT INTO events (tenant, type, id, revision, name, data, actor, at_ms) VALUES (?, ?, ?, 0, ?, ?, ?, ?)"
        " RETURNING sequence",
        tenant, type, id, loose.event.name, loose.event.data, loose.actor, now_ms);
    if (saved && !key.empty())
        saved =
            database.run("INSERT OR REPLACE INTO event_replies VALUES (?, ?, ?, ?)", scope, key, row.sequence, now_ms);
    if (!saved) return saved.error();
    return row;
}

Result<void> save_cursor_row(SqliteConnection& database, const std::string& reader, std::uint64_t sequence) {
    return database.run("INSERT OR REPLACE INTO cursors VALUES (?, ?)", reader, sequence);
}

Result<void> save_indexes(SqliteConnection& database, const TypeRules& rules) {
    std::map<std::string, std::string> declared{{kCreatedBy, ""}};
    for (const auto& [name, path] : rules.indexes) declared.emplace(name, join_path(path, path.size()));
    const auto stored = stored_indexes(database, rules.type);
    if (!stored) return stored.error();
    if (*stored == declared) return {};
    if (auto cleared = database.run("DELETE FROM indexes WHERE type = ?", rules.type); !cleared) return cleared;
    for (const auto& [name, path] : declared) {
        auto saved = database.run("INSERT INTO indexes VALUES (?, ?, ?)", rules.type, name, path);
        if (!saved) return saved;
    }
    return rebuild_index_entries(database, rules);
}

Result<void> forget_old_replies(SqliteConnection& database, std::int64_t now_ms) {
    const std::int64_t before_ms = now_ms - document_limits::kReplyMs;
    if (auto forgotten = database.run("DELETE FROM replies WHERE at_ms <= ?", before_ms); !forgotten) return forgotten;
    return database.run("DELETE FROM event_replies WHERE at_ms <= ?", before_ms);
}

}  // namespace tidegate
