#pragma once

// SqliteStreams: streams in one SQLite file. Appends to all streams share one writer and its commits, and are on the
// disk when they complete. Not for two processes at once: the data folder's lock keeps them apart. [any-thread]

#include "adapters/sqlite/sqlite_store.hpp"
#include "base/clock.hpp"
#include "ports/streams.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tidegate {

using SqliteStreamsOptions = SqliteStoreOptions;

class SqliteStreams final : public Streams {
public:
    // Creates the file when there is none. An error names the file. [startup]
    static Result<std::unique_ptr<SqliteStreams>> open(const std::string& path, const Clock& clock,
                                                       SqliteStreamsOptions options = {});

    // Completes everything queued, then later calls answer kUnavailable. The destructor does it too. [control], not
    // from a `done`
    void stop() { store_.stop(); }

    std::optional<Result<StreamAppended>> append(StreamAppend append, StreamDone<StreamAppended> done) override;
    std::optional<Result<std::vector<StreamEntry>>> read(StreamKey key, std::uint64_t after, std::uint32_t limit,
                                                         StreamDone<std::vector<StreamEntry>> done) override;
    std::optional<Result<StreamState>> state(StreamKey key, StreamDone<StreamState> done) override;
    std::optional<Result<std::uint64_t>> trim(StreamKey key, std::uint64_t up_to,
                                              StreamDone<std::uint64_t> done) override;
    std::optional<Result<std::uint64_t>> ack(StreamKey key, std::string reader, std::uint64_t position,
                                             StreamDone<std::uint64_t> done) override;
    std::optional<Result<std::uint64_t>> acked(StreamKey key, std::string reader,
                                               StreamDone<std::uint64_t> done) override;

private:
    SqliteStreams(SqliteFile file, const Clock& clock, const SqliteStreamsOptions& options);
    Result<void> forget_old_replies(SqliteConnection& database);

    const Clock& clock_;
    std::int64_t forgot_at_ms_ = 0;  // the writer thread's
    SqliteStore store_;              // last: its threads use the others
};

}  // namespace tidegate
