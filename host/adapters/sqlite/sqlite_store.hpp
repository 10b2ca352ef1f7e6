#pragma once

// SqliteStore: one durable SQLite file (WAL, FULL) behind two threads. The writer commits whatever is queued as one
// group, so an acknowledged write survives a power cut and many cost little more than one; the reader answers from a
// connection of its own. Knows nothing of what is stored. Not for two processes at once. [any-thread]

#include "adapters/sqlite/sqlite_connection.hpp"
#include "adapters/sqlite/sqlite_transaction.hpp"
#include "adapters/sqlite/versioned_schema.hpp"
#include "adapters/sqlite/work_queue.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tidegate {

struct SqliteStoreOptions {
    std::size_t queued_writes = 10'000;
    std::size_t queued_bytes = 64 * 1024 * 1024;
    std::size_t queued_reads = 10'000;
    std::size_t group = 512;  // writes per commit
    std::int64_t busy_timeout_ms = 2000;
    std::int64_t max_pages = 0;  // of the file, 4 KiB each; 0: no bound but the disk's
};

// The two connections of a store before it runs.
struct SqliteFile {
    // Creates the file when there is none. `what` it holds is for error texts, which name the file. [startup]
    static Result<SqliteFile> open(const std::string& path, const std::string& what, const VersionedSchema& schema,
                                   const SqliteStoreOptions& options);
    std::unique_ptr<SqliteConnection> writer, reader;
};

class SqliteStore {
public:
    // At the start of each group's transaction, on the writer thread.
    using BeforeGroup = std::function<Result<void>(SqliteConnection&)>;

    SqliteStore(SqliteFile file, const SqliteStoreOptions& options, BeforeGroup before_group);
    ~SqliteStore() { stop(); }

    // Completes everything queued; later calls answer kUnavailable. [control], not from a `done`
    void stop();

    // Runs `body(SqliteConnection&) -> Result<T>` in a group, and `done` after its commit. A failure of the body undoes
    // the body only. `act` names it in error texts; `bytes` it holds in the queue.
    template <class T, class Body, class Done>
    std::optional<Result<T>> write(const char* act, std::size_t bytes, Body body, Done done) {
        std::unique_ptr<Write> job = std::make_unique<WriteOf<T, Body, Done>>(std::move(body), std::move(done));
        const auto status = writes_.push(job, bytes);
        if (status != PushStatus::kQueued) return not_taken(status, act);
        return std::nullopt;
    }

    // Runs `body(SqliteConnection&) -> Result<T>` on the reader's thread, and `done` with what it found.
    template <class T, class Body, class Done>
    std::optional<Result<T>> read(const char* act, Body body, Done done) {
        Read job = [body = std::move(body), done = std::move(done)](SqliteConnection& database) {
            Result<T> found = body(database);
            if (done) done(std::move(found));
        };
        const auto status = reads_.push(job, 0);
        if (status != PushStatus::kQueued) return not_taken(status, act);
        return std::nullopt;
    }

private:
    class Write {
    public:
        virtual ~Write() = default;
        // The error is that of the whole transaction; the write's own failure stays with it.
        virtual Result<void> run(SqliteConnection& database) = 0;
        virtual void fail_with(const Error& error) = 0;
        virtual void complete() = 0;
    };
    template <class T, class Body, class Done>
    class WriteOf final : public Write {
    public:
        WriteOf(Body body, Done done) : body_(std::move(body)), done_(std::move(done)) {}
        Result<void> run(SqliteConnection& database) override {
            return in_savepoint(database, outcome_, [&] { return body_(database); });
        }
        void fail_with(const Error& error) override { outcome_ = error; }
        void complete() override {
            if (done_) done_(std::move(outcome_));
        }

    private:
        Body body_;
        Done done_;
        Result<T> outcome_ = T();
    };
    using Read = std::function<void(SqliteConnection&)>;
    using Group = std::vector<std::unique_ptr<Write>>;

    Error not_taken(PushStatus status, const char* act) const;
    void write_loop();
    void read_loop();
    Result<void> run_group(Group& group);

    const std::size_t group_;
    const BeforeGroup before_group_;
    const std::unique_ptr<SqliteConnection> writer_;  // the writer thread's
    const std::unique_ptr<SqliteConnection> reader_;  // the reader thread's
    WorkQueue<std::unique_ptr<Write>> writes_;
    WorkQueue<Read> reads_;
    std::thread write_thread_;
    std::thread read_thread_;
};

}  // namespace tidegate
