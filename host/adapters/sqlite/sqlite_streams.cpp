#include "adapters/sqlite/sqlite_streams.hpp"

#include "adapters/memory/stream_rules.hpp"
#include "adapters/sqlite/stream_rows.hpp"
#include "adapters/sqlite/stream_schema.hpp"

#include <utility>

namespace tidegate {
namespace {

constexpr std::int64_t kForgetEveryMs = 60'000;
constexpr std::size_t kSmallWriteBytes = 1024;  // a trim or an acknowledgement in the queue

// What the file said, after who was asked for what.
template <class T>
Result<T> named(Result<T> outcome, const char* act, const StreamKey& key) {
    if (outcome) return outcome;
    return refuse_stream(outcome.error().code, act, key, outcome.error().text);
}

}  // namespace

Result<std::unique_ptr<SqliteStreams>> SqliteStreams::open(const std::string& path, const Clock& clock,
                                                           SqliteStreamsOptions options) {
    auto file = SqliteFile::open(path, "streams", kStreamSchema, options);
    if (!file) return file.error();
    return std::unique_ptr<SqliteStreams>(new SqliteStreams(std::move(*file), clock, options));
}

SqliteStreams::SqliteStreams(SqliteFile file, const Clock& clock, const SqliteStreamsOptions& options)
    : clock_(clock),
      store_(std::move(file), options, [this](SqliteConnection& database) { return forget_old_replies(database); }) {}

Result<void> SqliteStreams::forget_old_replies(SqliteConnection& database) {
    const std::int64_t now_ms = clock_.wall_ms();
    if (now_ms - forgot_at_ms_ < kForgetEveryMs) return {};
    forgot_at_ms_ = now_ms;
    return forget_stream_replies(database, now_ms);
}

std::optional<Result<StreamAppended>> SqliteStreams::append(StreamAppend append, StreamDone<StreamAppended> done) {
    if (auto checked = check_append(append); !checked) return checked.error();
    const std::size_t bytes = bytes_of(append);
    return store_.write<StreamAppended>(
        "append", bytes,
        [this, append = std::move(append)](SqliteConnection& database) {
            return named(append_entries(database, append, clock_.wall_ms()), "append to", append.key);
        },
        std::move(done));
}

std::optional<Result<std::vector<StreamEntry>>> SqliteStreams::read(StreamKey key, std::uint64_t after,
                                                                    std::uint32_t limit,
                                                                    StreamDone<std::vector<StreamEntry>> done) {
    if (auto checked = check_read(key, limit); !checked) return checked.error();
    return store_.read<std::vector<StreamEntry>>(
        "read",
        [key = std::move(key), after, limit](SqliteConnection& database) {
            return named(read_entries(database, key, after, limit), "read", key);
        },
        std::move(done));
}

std::optional<Result<StreamState>> SqliteStreams::state(StreamKey key, StreamDone<StreamState> done) {
    if (auto checked = check_stream("state of", key); !checked) return checked.error();
    return store_.read<StreamState>(
        "state",
        [key = std::move(key)](SqliteConnection& database) {
            return named(read_stream_state(database, key), "state of", key);
        },
        std::move(done));
}

std::optional<Result<std::uint64_t>> SqliteStreams::trim(StreamKey key, std::uint64_t up_to,
                                                         StreamDone<std::uint64_t> done) {
    if (auto checked = check_stream("trim", key); !checked) return checked.error();
    return store_.write<std::uint64_t>(
        "trim", kSmallWriteBytes,
        [key = std::move(key), up_to](SqliteConnection& database) {
            return named(trim_entries(database, key, up_to), "trim", key);
        },
        std::move(done));
}

std::optional<Result<std::uint64_t>> SqliteStreams::ack(StreamKey key, std::string reader, std::uint64_t position,
                                                        StreamDone<std::uint64_t> done) {
    if (auto checked = check_ack(key, reader, position); !checked) return checked.error();
    return store_.write<std::uint64_t>(
        "acknowledge", kSmallWriteBytes,
        [key = std::move(key), reader = std::move(reader), position](SqliteConnection& database) {
            return named(save_reader(database, key, reader, position), "acknowledge", key);
        },
        std::move(done));
}

std::optional<Result<std::uint64_t>> SqliteStreams::acked(StreamKey key, std::string reader,
                                                          StreamDone<std::uint64_t> done) {
    if (auto checked = check_reader("position in", key, reader); !checked) return checked.error();
    return store_.read<std::uint64_t>(
        "read",
        [key = std::move(key), reader = std::move(reader)](SqliteConnection& database) {
            return named(read_reader(database, key, reader), "position in", key);
        },
        std::move(done));
}

}  // namespace tidegate
