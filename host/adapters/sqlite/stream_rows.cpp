#include "adapters/sqlite/stream_rows.hpp"

#include "adapters/memory/stream_rules.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace tidegate {
namespace {

struct StreamRow {
    std::int64_t number = 0;  // 0: there is no such stream yet
    std::uint64_t trimmed = 0, last = 0, keyed = 0;
};

// A position as a column can hold it: a bound above all of them stays one.
std::int64_t column_value(std::uint64_t number) {
    constexpr auto kLargest = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::min<std::uint64_t>(number, kLargest));
}

Result<StreamRow> load_stream(SqliteConnection& database, const StreamKey& key) {
    StreamRow stream;
    const auto read = database.query(
        [&](const SqliteRow& row) {
            stream = {row.integer(0), row.unsigned_integer(1), row.unsigned_integer(2), row.unsigned_integer(3)};
            return false;
        },
        "SELECT number, trimmed, last, keyed FROM streams WHERE tenant = ? AND owner = ? AND stream = ?", key.tenant,
        key.owner, key.stream);
    if (!read) return read.error();
    return stream;
}

Result<StreamRow> open_stream(SqliteConnection& database, const StreamKey& key) {
    auto stream = load_stream(database, key);
    if (!stream || stream->number != 0) return stream;
    const auto added = database.query(
        [&](const SqliteRow& row) {
            stream->number = row.integer(0);
            return true;
        },
        "INSERT INTO streams (tenant, owner, stream, trimmed, last, keyed) VALUES (?, ?, ?, 0, 0, 0) RETURNING number",
        key.tenant, key.owner, key.stream);
    if (!added) return added.error();
    return stream;
}

Result<void> save_stream(SqliteConnection& database, const StreamRow& stream) {
    return database.run("UPDATE streams SET trimmed = ?, last = ?, keyed = ? WHERE number = ?", stream.trimmed,
                        stream.last, stream.keyed, stream.number);
}

// Saving the row is left to the caller.
Result<void> take_oldest(SqliteConnection& database, StreamRow& stream, std::uint64_t up_to) {
    stream.trimmed = up_to;
    return database.run("DELETE FROM stream_entries WHERE stream = ? AND position <= ?", stream.number, up_to);
}

Result<std::optional<StreamAppended>> find_reply(SqliteConnection& database, const StreamRow& stream,
                                                 const std::string& key, std::int64_t now_ms) {
    std::optional<StreamAppended> reply;
    const auto read = database.query(
        [&](const SqliteRow& row) {
            reply = StreamAppended{row.unsigned_integer(0), row.unsigned_integer(1), row.unsigned_integer(2), true};
            return false;
        },
        "SELECT first, last, trimmed FROM stream_replies WHERE stream = ? AND key = ? AND at_ms > ?", stream.number,
        key, now_ms - stream_limits::kReplyMs);
    if (!read) return read.error();
    return reply;
}

Result<void> save_reply(SqliteConnection& database, StreamRow& stream, const std::string& key,
                        const StreamAppended& reply, std::int64_t now_ms) {
    ++stream.keyed;
    auto saved = database.run("INSERT OR REPLACE INTO stream_replies VALUES (?, ?, ?, ?, ?, ?, ?)", stream.number, key,
                              stream.keyed, reply.first, reply.last, reply.trimmed, now_ms);
    if (!saved || stream.keyed <= stream_limits::kReplies) return saved;
    return database.run("DELETE FROM stream_replies WHERE stream = ? AND ordinal <= ?", stream.number,
                        stream.keyed - stream_limits::kReplies);
}

}  // namespace

Result<StreamAppended> append_entries(SqliteConnection& database, const StreamAppend& append, std::int64_t now_ms) {
    auto stream = open_stream(database, append.key);
    if (!stream) return stream.error();
    const bool keyed = !append.idempotency_key.empty();
    if (keyed) {
        const auto reply = find_reply(database, *stream, append.idempotency_key, now_ms);
        if (!reply) return reply.error();
        if (*reply) return **reply;
    }
    StreamAppended appended;
    appended.first = stream->last + 1;
    for (const auto& data : append.entries) {
        const auto added = database.run("INSERT INTO stream_entries VALUES (?, ?, ?, ?)", stream->number,
                                        ++stream->last, now_ms, data);
        if (!added) return added.error();
    }
    appended.last = stream->last;
    if (append.max_entries != 0 && stream->last - stream->trimmed > append.max_entries) {
        const std::uint64_t up_to = stream->last - append.max_entries;
        appended.trimmed = up_to - stream->trimmed;
        if (auto taken = take_oldest(database, *stream, up_to); !taken) return taken.error();
    }
    if (keyed) {
        auto saved = save_reply(database, *stream, append.idempotency_key, appended, now_ms);
        if (!saved) return saved.error();
    }
    if (auto saved = save_stream(database, *stream); !saved) return saved.error();
    return appended;
}

Result<std::uint64_t> trim_entries(SqliteConnection& database, const StreamKey& key, std::uint64_t up_to) {
    auto stream = load_stream(database, key);
    if (!stream) return stream.error();
    const std::uint64_t trimmed = stream->trimmed;
    up_to = std::min(up_to, stream->last);
    if (up_to <= trimmed) return 0;
    if (auto taken = take_oldest(database, *stream, up_to); !taken) return taken.error();
    if (auto saved = save_stream(database, *stream); !saved) return saved.error();
    return up_to - trimmed;
}

Result<std::uint64_t> save_reader(SqliteConnection& database, const StreamKey& key, const std::string& reader,
                                  std::uint64_t position) {
    const auto stream = open_stream(database, key);
    if (!stream) return stream.error();
    std::uint64_t stands = 0;
    const auto saved = database.query(
        [&](const SqliteRow& row) {
            stands = row.unsigned_integer(0);
            return true;
        },
        "INSERT INTO stream_readers VALUES (?, ?, ?) ON CONFLICT (stream, reader) DO UPDATE"
        " SET position = max(position, excluded.position) RETURNING position",
        stream->number, reader, position);
    if (!saved) return saved.error();
    return stands;
}

Result<void> forget_stream_replies(SqliteConnection& database, std::int64_t now_ms) {
    return database.run("DELETE FROM stream_replies WHERE at_ms <= ?", now_ms - stream_limits::kReplyMs);
}

Result<std::vector<StreamEntry>> read_entries(SqliteConnection& database, const StreamKey& key, std::uint64_t after,
                                              std::uint32_t limit) {
    std::vector<StreamEntry> found;
    std::size_t bytes = 0;
    const auto read = database.query(
        [&](const SqliteRow& row) {
            std::string data = row.text(2);
            bytes += data.size();
            if (bytes > stream_limits::kPageBytes) return false;
            found.push_back({row.unsigned_integer(0), row.integer(1), std::move(data)});
            return true;
        },
        "SELECT position, at_ms, data FROM stream_entries"
        " WHERE stream = (SELECT number FROM streams WHERE tenant = ? AND owner = ? AND stream = ?) AND position > ?"
        " ORDER BY position LIMIT ?",
        key.tenant, key.owner, key.stream, column_value(after), limit);
    if (!read) return read.error();
    return found;
}

Result<StreamState> read_stream_state(SqliteConnection& database, const StreamKey& key) {
    const auto stream = load_stream(database, key);
    if (!stream) return stream.error();
    const std::uint64_t count = stream->last - stream->trimmed;
    return StreamState{count ? stream->trimmed + 1 : 0, stream->last, count};
}

Result<std::uint64_t> read_reader(SqliteConnection& database, const StreamKey& key, const std::string& reader) {
    std::uint64_t stands = 0;
    const auto read = database.query(
        [&](const SqliteRow& row) {
            stands = row.unsigned_integer(0);
            return false;
        },
        "SELECT position FROM stream_readers WHERE reader = ?"
        " AND stream = (SELECT number FROM streams WHERE tenant = ? AND owner = ? AND stream = ?)",
        reader, key.tenant, key.owner, key.stream);
    if (!read) return read.error();
    return stands;
}

}  // namespace tidegate
