#include "adapters/sqlite/document_reads.hpp"

#include "adapters/documents/document_edit.hpp"
#include "adapters/documents/document_text.hpp"
#include "adapters/documents/index_key.hpp"
#include "adapters/documents/limits.hpp"
#include "adapters/documents/type_rules.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace tidegate {
namespace {

Error no_document(const char* act, const DocumentKey& key) {
    return fail(Errc::kNotFound, std::string(act) + " " + describe(key) + ": there is no such document");
}

// A revision or sequence as a column can hold it: a bound above all of them stays one.
std::int64_t column_value(std::uint64_t number) {
    constexpr auto kLargest = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::min<std::uint64_t>(number, kLargest));
}

// Adds rows (id, revision, data, updated_ms, updated_by, key) until the page is full, and then knows where the next one
// starts.
class PageRows {
public:
    PageRows(std::uint32_t limit, bool by_id)
        : limit_(std::clamp<std::uint32_t>(limit, 1, document_limits::kPageItems)), by_id_(by_id) {}

    // One more than the page holds tells whether there is a next one.
    std::uint32_t wanted() const { return static_cast<std::uint32_t>(limit_ - page_.items.size() + 1); }
    bool full() const { return full_; }
    bool add(const SqliteRow& row) {
        std::string data = row.text(2);
        const bool too_large = !page_.items.empty() && bytes_ + data.size() > document_limits::kPageBytes;
        full_ = page_.items.size() == limit_ || too_large;
        if (full_) {
            page_.next = last_;
            return false;
        }
        bytes_ += data.size();
        page_.items.push_back({row.text(0), row.unsigned_integer(1), std::move(data), row.integer(3), row.text(4)});
        last_ = by_id_ ? page_.items.back().id : encode_cursor({row.text(5), page_.items.back().id});
        return true;
    }
    Page take() { return std::move(page_); }

private:
    const std::size_t limit_;
    const bool by_id_;
    std::size_t bytes_ = 0;
    bool full_ = false;
    std::string last_;
    Page page_;
};

Result<Page> page_by_id(SqliteConnection& database, const ListQuery& query) {
    PageRows rows(query.limit, true);
    auto read = database.query([&](const SqliteRow& row) { return rows.add(row); },
                               "SELECT id, revision, data, updated_ms, updated_by FROM documents"
                               " WHERE tenant = ? AND type = ? AND id > ? ORDER BY id LIMIT ?",
                               query.tenant, query.type, query.after, rows.wanted());
    if (!read) return read.error();
    return rows.take();
}

Result<void> check_declared(SqliteConnection& database, const ListQuery& query) {
    bool declared = query.index == kCreatedBy;
    auto read = database.query(
        [&](const SqliteRow&) {
            declared = true;
            return false;
        },
        "SELECT 1 FROM indexes WHERE type = ? AND name = ?", query.type, query.index);
    if (!read) return read;
    if (declared) return {};
    return fail(Errc::kInvalid, "list " + query.type + ": index '" + query.index + "' is not declared");
}

Result<Page> page_by_value(SqliteConnection& database, const ListQuery& query, const IndexCursor& after) {
    PageRows rows(query.limit, false);
    auto read = database.query([&](const SqliteRow& row) { return rows.add(row); },
                               "SELECT d.id, d.revision, d.data, d.updated_ms, d.updated_by, e.key FROM index_entries e"
                               " JOIN documents d ON d.number = e.document"
                               " WHERE e.type = ? AND e.tenant = ? AND e.name = ? AND (e.key, e.id) > (?, ?)"
                               " ORDER BY e.key, e.id LIMIT ?",
                               query.type, query.tenant, query.index, after.key, after.id, rows.wanted());
    if (!read) return read.error();
    return rows.take();
}

Result<Page> page_of_value(SqliteConnection& database, const ListQuery& query, const IndexCursor& after) {
    PageRows rows(query.limit, false);
    for (const auto& key : index_keys_of_text(*query.equals)) {
        if (key < after.key || rows.full()) continue;
        const std::string& after_id = key == after.key ? after.id : std::string();
        auto read =
            database.query([&](const SqliteRow& row) { return rows.add(row); },
                           "SELECT d.id, d.revision, d.data, d.updated_ms, d.updated_by, e.key FROM index_entries e"
                           " JOIN documents d ON d.number = e.document"
                           " WHERE e.type = ? AND e.tenant = ? AND e.name = ? AND e.key = ? AND e.id > ?"
                           " ORDER BY e.id LIMIT ?",
                           query.type, query.tenant, query.index, key, after_id, rows.wanted());
        if (!read) return read.error();
    }
    return rows.take();
}

}  // namespace

Result<Document> read_document(SqliteConnection& database, const DocumentKey& key) {
    Document document;
    auto read = database.query(
        [&](const SqliteRow& row) {
            document = {row.unsigned_integer(0), row.text(1), row.integer(2), row.text(3), row.integer(4), row.text(5)};
            return false;
        },
        "SELECT revision, data, updated_ms, updated_by, created_ms, created_by FROM documents"
        " WHERE tenant = ? AND type = ? AND id = ?",
        key.tenant, key.type, key.id);
    if (!read) return read.error();
    if (document.revision == 0) return no_document("get", key);
    return document;
}

Result<DocumentPart> read_part(SqliteConnection& database, const DocumentKey& key, const PathSegments& path) {
    const auto document = read_document(database, key);
    if (!document) return document.error();
    const auto content = JsonTree::parse(document->data);
    if (!content) return fail(Errc::kIo, "get " + describe(key) + ": what is stored is " + content.error().text);
    return part_at(document->revision, *content, path);
}

Result<Page> read_page(SqliteConnection& database, const ListQuery& query) {
    if (query.index.empty()) return page_by_id(database, query);
    if (auto declared = check_declared(database, query); !declared) return declared.error();
    IndexCursor after;
    if (!query.after.empty()) {
        auto decoded = decode_cursor(query.after);
        if (!decoded) return fail(Errc::kInvalid, "list " + query.type + ": the cursor is not one of this listing");
        after = std::move(*decoded);
    }
    return query.equals ? page_of_value(database, query, after) : page_by_value(database, query, after);
}

Result<std::vector<DocumentVersion>> read_versions(SqliteConnection& database, const DocumentKey& key,
                                                   const VersionQuery& query) {
    std::int64_t number = 0;
    auto read = database.query(
        [&](const SqliteRow& row) {
            number = row.integer(0);
            return false;
        },
        "SELECT number FROM documents WHERE tenant = ? AND type = ? AND id = ?", key.tenant, key.type, key.id);
    if (!read) return read.error();
    if (number == 0) return no_document("versions of", key);
    std::vector<DocumentVersion> versions;
    std::size_t bytes = 0;
    read = database.query(
        [&](const SqliteRow& row) {
            DocumentVersion version{row.unsigned_integer(0), row.text(1), row.integer(2), row.text(3), row.text(4)};
            bytes += version.ops.size() + version.note.size();
            if (!versions.empty() && bytes > document_limits::kPageBytes) return false;
            versions.push_back(std::move(version));
            return true;
        },
        query.newest_first ? "SELECT revision, actor, at_ms, note, ops FROM versions"
                             " WHERE document = ? AND revision > ? AND revision < ? ORDER BY revision DESC LIMIT ?"
                           : "SELECT revision, actor, at_ms, note, ops FROM versions"
                             " WHERE document = ? AND revision > ? AND revision < ? ORDER BY revision LIMIT ?",
        number, column_value(query.after), column_value(query.before),
        std::min(query.limit, document_limits::kPageItems));
    if (!read) return read.error();
    return versions;
}

Result<std::vector<StoredEvent>> read_stored_events(SqliteConnection& database, std::uint64_t after_sequence,
                                                    std::uint32_t limit) {
    std::vector<StoredEvent> events;
    std::size_t bytes = 0;
    auto read = database.query(
        [&](const SqliteRow& row) {
            StoredEvent event{row.unsigned_integer(0),
                              {row.text(1), row.text(2), row.text(3)},
                              row.unsigned_integer(4),
                              row.text(5),
                              row.text(6),
                              row.text(7),
                              row.integer(8)};
            bytes += event.data.size();
            if (!events.empty() && bytes > document_limits::kPageBytes) return false;
            events.push_back(std::move(event));
            return true;
        },
        "SELECT sequence, tenant, type, id, revision, name, data, actor, at_ms FROM events"
        " WHERE sequence > ? ORDER BY sequence LIMIT ?",
        column_value(after_sequence), std::min(limit, document_limits::kEventPage));
    if (!read) return read.error();
    return events;
}

Result<std::uint64_t> read_last_event(SqliteConnection& database) {
    std::uint64_t sequence = 0;
    auto read = database.query(
        [&](const SqliteRow& row) {
            sequence = row.unsigned_integer(0);
            return false;
        },
        "SELECT max(sequence) FROM events");
    if (!read) return read.error();
    return sequence;
}

Result<std::optional<std::uint64_t>> read_cursor(SqliteConnection& database, const std::string& reader) {
    std::optional<std::uint64_t> sequence;
    auto read = database.query(
        [&](const SqliteRow& row) {
            sequence = row.unsigned_integer(0);
            return false;
        },
        "SELECT sequence FROM cursors WHERE reader = ?", reader);
    if (!read) return read.error();
    return sequence;
}

}  // namespace tidegate
