#pragma once

// The reader's SQL: what the reading half of ports/documents.hpp asks. Each call is one read transaction. Reader thread
// only.

#include "adapters/documents/document_text.hpp"
#include "adapters/sqlite/sqlite_connection.hpp"
#include "base/result.hpp"
#include "ports/documents.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tidegate {

Result<Document> read_document(SqliteConnection& database, const DocumentKey& key);
Result<DocumentPart> read_part(SqliteConnection& database, const DocumentKey& key, const PathSegments& path);
Result<Page> read_page(SqliteConnection& database, const ListQuery& query);
Result<std::vector<DocumentVersion>> read_versions(SqliteConnection& database, const DocumentKey& key,
                                                   const VersionQuery& query);
Result<std::vector<StoredEvent>> read_stored_events(SqliteConnection& database, std::uint64_t after_sequence,
                                                    std::uint32_t limit);
Result<std::uint64_t> read_last_event(SqliteConnection& database);
Result<std::optional<std::uint64_t>> read_cursor(SqliteConnection& database, const std::string& reader);

}  // namespace tidegate
