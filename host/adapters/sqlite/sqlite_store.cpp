#include "adapters/sqlite/sqlite_store.hpp"

#include "base/thread_name.hpp"

namespace tidegate {
namespace {

constexpr std::size_t kReadBatch = 64;

// FULL: an acknowledged commit is on the disk, not only in the kernel.
Result<void> make_durable(SqliteConnection& database, std::int64_t max_pages) {
    bool wal = false;
    auto set = database.query(
        [&](const SqliteRow& row) {
            wal = row.text(0) == "wal";
            return true;
        },
        "PRAGMA journal_mode = WAL");
    if (!set) return set;
    if (!wal) return fail(Errc::kIo, database.name() + ": its file system cannot keep a write-ahead log");
    std::string pragmas =
        "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000; PRAGMA temp_store = MEMORY;"
        "PRAGMA cache_size = -16384;";
    if (max_pages > 0) pragmas += "PRAGMA max_page_count = " + std::to_string(max_pages) + ";";
    return database.execute(pragmas);
}

Result<void> prepare_writer(SqliteConnection& database, const VersionedSchema& schema, std::int64_t max_pages) {
    auto prepared = in_transaction(database, [&] { return bring_up_to_date(database, schema); });
    return prepared ? make_durable(database, max_pages) : prepared;
}

}  // namespace

Result<SqliteFile> SqliteFile::open(const std::string& path, const std::string& what, const VersionedSchema& schema,
                                    const SqliteStoreOptions& options) {
    auto writer = SqliteConnection::open(path, options.busy_timeout_ms, what);
    if (!writer) return writer.error();
    if (auto prepared = prepare_writer(**writer, schema, options.max_pages); !prepared) {
        return fail(prepared.error().code, "open " + prepared.error().text);
    }
    auto reader = SqliteConnection::open(path, options.busy_timeout_ms, what);
    if (!reader) return reader.error();
    if (auto set = (*reader)->execute("PRAGMA query_only = 1"); !set) {
        return fail(set.error().code, "open " + set.error().text);
    }
    return SqliteFile{std::move(*writer), std::move(*reader)};
}

SqliteStore::SqliteStore(SqliteFile file, const SqliteStoreOptions& options, BeforeGroup before_group)
    : group_(options.group),
      before_group_(std::move(before_group)),
      writer_(std::move(file.writer)),
      reader_(std::move(file.reader)),
      writes_(options.queued_writes, options.queued_bytes),
      reads_(options.queued_reads, options.queued_bytes),
      write_thread_([this] { write_loop(); }),
      read_thread_([this] { read_loop(); }) {}

void SqliteStore::stop() {
    writes_.close();
    if (write_thread_.joinable()) write_thread_.join();
    // Reads last: what a write's completion asks for may still be answered.
    reads_.close();
    if (read_thread_.joinable()) read_thread_.join();
}

Error SqliteStore::not_taken(PushStatus status, const char* act) const {
    // Both names are constant, whatever the threads do.
    const std::string who = std::string(act) + ": " + writer_->name();
    if (status == PushStatus::kFull) return fail(Errc::kBusy, who + ": its queue is full");
    return fail(Errc::kUnavailable, who + ": it has stopped");
}

void SqliteStore::read_loop() {
    name_thread("store-read");
    for (;;) {
        const auto batch = reads_.take(kReadBatch);
        if (batch.empty()) return;
        for (const auto& job : batch) job(*reader_);
    }
}

void SqliteStore::write_loop() {
    name_thread("store-write");
    for (;;) {
        auto group = writes_.take(group_);
        if (group.empty()) return;
        const auto committed = in_transaction(*writer_, [&] { return run_group(group); });
        for (auto& job : group) {
            if (!committed) job->fail_with(committed.error());
            job->complete();
        }
    }
}

Result<void> SqliteStore::run_group(Group& group) {
    if (before_group_) {
        if (auto prepared = before_group_(*writer_); !prepared) return prepared;
    }
    for (auto& job : group) {
        if (auto ran = job->run(*writer_); !ran) return ran;
    }
    return {};
}

}  // namespace tidegate
