#pragma once

// Streams as rows: what each call reads and writes in a streams file. Writes belong into a transaction of the caller's.
// The connection's thread.

#include "adapters/sqlite/sqlite_connection.hpp"
#include "base/result.hpp"
#include "ports/streams.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tidegate {

Result<StreamAppended> append_entries(SqliteConnection& database, const StreamAppend& append, std::int64_t now_ms);
Result<std::uint64_t> trim_entries(SqliteConnection& database, const StreamKey& key, std::uint64_t up_to);
Result<std::uint64_t> save_reader(SqliteConnection& database, const StreamKey& key, const std::string& reader,
                                  std::uint64_t position);
// Those over 10 minutes old.
Result<void> forget_stream_replies(SqliteConnection& database, std::int64_t now_ms);

Result<std::vector<StreamEntry>> read_entries(SqliteConnection& database, const StreamKey& key, std::uint64_t after,
                                              std::uint32_t limit);
Result<StreamState> read_stream_state(SqliteConnection& database, const StreamKey& key);
Result<std::uint64_t> read_reader(SqliteConnection& database, const StreamKey& key, const std::string& reader);

}  // namespace tidegate
