#pragma once

// SqliteDocuments: documents in one SQLite file (WAL, FULL). A writer thread commits whatever is queued as one group,
// so an acknowledged patch survives a power cut and many cost little more than one; a reader thread answers reads from
// its own connection. Not for two processes at once: the data folder's lock keeps them apart. [any-thread]

#include "adapters/sqlite/document_rows.hpp"
#include "adapters/sqlite/sqlite_connection.hpp"
#include "adapters/sqlite/work_queue.hpp"
#include "base/clock.hpp"
#include "ports/documents.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace tidegate {

struct SqliteDocumentsOptions {
    std::size_t queued_patches = 10'000;
    std::size_t queued_bytes = 64 * 1024 * 1024;
    std::size_t queued_reads = 10'000;
    std::size_t group = 512;  // patches per commit
    std::int64_t busy_timeout_ms = 2000;
    std::size_t cached_bytes = 64 * 1024 * 1024;  // parsed documents kept by the writer
    std::int64_t max_pages = 0;                   // of the file, 4 KiB each; 0: no bound but the disk's
};

class SqliteDocuments final : public Documents {
public:
    // Creates the file when there is none. An error names the file. [startup]
    static Result<std::unique_ptr<SqliteDocuments>> open(const std::string& path, const Clock& clock,
                                                         SqliteDocumentsOptions options = {});
    // Completes everything queued, then closes.
    ~SqliteDocuments() override;

    // The first half of that; later calls answer kUnavailable. [control], not from a `done`
    void stop();

    Result<void> declare(DocumentType type) override;
    std::optional<Result<PatchOutcome>> patch(Patch patch, Done<PatchOutcome> done) override;
    std::optional<Result<Document>> get(DocumentKey key, Done<Document> done) override;
    std::optional<Result<DocumentPart>> get_part(DocumentKey key, std::string path, Done<DocumentPart> done) override;
    std::optional<Result<Page>> list(ListQuery query, Done<Page> done) override;
    std::optional<Result<std::vector<DocumentVersion>>> versions(DocumentKey key, VersionQuery query,
                                                                 Done<std::vector<DocumentVersion>> done) override;
    std::optional<Result<std::uint64_t>> append_event(LooseEvent event, Done<std::uint64_t> done) override;
    std::optional<Result<std::vector<StoredEvent>>> read_events(std::uint64_t after_sequence, std::uint32_t limit,
                                                                Done<std::vector<StoredEvent>> done) override;
    void on_events(std::function<void()> wake) override { wake_ = std::move(wake); }
    Result<std::uint64_t> last_event() override;
    Result<std::optional<std::uint64_t>> load_cursor(const std::string& reader) override;
    std::optional<Result<void>> save_cursor(std::string reader, std::uint64_t sequence, Done<void> done) override;
    std::uint64_t boot() const override { return boot_; }

private:
    using Rules = std::map<std::string, std::shared_ptr<const TypeRules>>;
    struct PatchJob {
        PreparedPatch patch;
        Done<PatchOutcome> done;
        Result<PatchOutcome> outcome = PatchOutcome();
    };
    struct DeclareJob {
        std::shared_ptr<const TypeRules> rules;
        Done<void> done;
        Result<void> outcome;
    };
    struct CursorJob {
        std::string reader;
        std::uint64_t sequence = 0;
        Done<void> done;
        Result<void> outcome;
    };
    struct EventJob {
        LooseEvent event;
        Done<LooseEventRow> done;
        Result<LooseEventRow> outcome = LooseEventRow();
    };
    using WriteJob = std::variant<PatchJob, DeclareJob, CursorJob, EventJob>;
    using ReadJob = std::function<void(SqliteConnection&)>;

    SqliteDocuments(std::unique_ptr<SqliteConnection> writer, std::unique_ptr<SqliteConnection> reader,
                    std::uint64_t boot, const Clock& clock, const SqliteDocumentsOptions& options);

    template <class T, class Read>
    std::optional<Result<T>> enqueue_read(Read read, Done<T> done);
    template <class T, class Read>
    Result<T> read_and_wait(Read read);

    void write_loop();
    void read_loop();
    void commit_group(std::vector<WriteJob>& group);
    Result<void> run_group(std::vector<WriteJob>& group);
    // Tells everybody how it went, in the order of the group.
    void complete_group(std::vector<WriteJob>& group);
    // The job's own failure is in its outcome; an error is that of the whole transaction.
    Result<void> run_job(WriteJob& job);
    template <class Outcome, class Write>
    Result<void> run_in_savepoint(Outcome& outcome, Write write);
    Result<PatchOutcome> run_patch(PreparedPatch& patch);
    Result<void> run_declaration(const std::shared_ptr<const TypeRules>& rules);
    Result<DocumentRow*> cached_document(const std::string& cache_key, const DocumentKey& key, const TypeRules& rules);
    Result<void> refresh_cache();
    void drop_cache();

    const Clock& clock_;
    const SqliteDocumentsOptions options_;
    const std::uint64_t boot_;
    std::function<void()> wake_;  // set before the first patch

    // The writer thread's.
    std::unique_ptr<SqliteConnection> writer_;
    Rules rules_;
    std::unordered_map<std::string, DocumentRow> cache_;
    std::size_t cache_bytes_ = 0;
    std::int64_t data_version_ = -1;
    std::int64_t forgot_at_ms_ = 0;

    std::unique_ptr<SqliteConnection> reader_;  // the reader thread's

    WorkQueue<WriteJob> writes_;
    WorkQueue<ReadJob> reads_;
    std::thread write_thread_;
    std::thread read_thread_;
};

}  // namespace tidegate
