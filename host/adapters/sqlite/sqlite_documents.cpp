#include "adapters/sqlite/sqlite_documents.hpp"

#include "adapters/documents/event_rules.hpp"
#include "adapters/sqlite/document_reads.hpp"
#include "adapters/sqlite/documents_schema.hpp"
#include "base/thread_name.hpp"

#include <future>
#include <utility>

namespace tidegate {
namespace {

constexpr std::int64_t kForgetEveryMs = 60'000;
constexpr std::size_t kReadBatch = 64;
constexpr std::size_t kTreeFactor = 6;    // a parsed document against its text
constexpr std::size_t kEntryBytes = 256;  // of bookkeeping, a path or an idempotency key

Error not_taken(PushStatus status, const std::string& act) {
    if (status == PushStatus::kFull) return fail(Errc::kBusy, act + ": the queue of the documents store is full");
    return fail(Errc::kUnavailable, act + ": the documents store has stopped");
}

// FULL: an acknowledged commit is on the disk, not only in the kernel.
Result<void> configure_writer(SqliteConnection& database, std::int64_t max_pages) {
    bool wal = false;
    auto set = database.query(
        [&](const SqliteRow& row) {
            wal = row.text(0) == "wal";
            return true;
        },
        "PRAGMA journal_mode = WAL");
    if (!set) return set;
    if (!wal)
        return fail(Errc::kIo, "documents '" + database.path() + "': its file system cannot keep a write-ahead log");
    std::string pragmas =
        "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000; PRAGMA temp_store = MEMORY;"
        "PRAGMA cache_size = -16384;";
    if (max_pages > 0) pragmas += "PRAGMA max_page_count = " + std::to_string(max_pages) + ";";
    return database.execute(pragmas);
}

std::string cache_key_of(const DocumentKey& key) {
    return key.tenant + '\n' + key.type + '\n' + key.id;  // names hold no control characters
}

}  // namespace

Result<std::unique_ptr<SqliteDocuments>> SqliteDocuments::open(const std::string& path, const Clock& clock,
                                                               SqliteDocumentsOptions options) {
    auto writer = SqliteConnection::open(path, options.busy_timeout_ms);
    if (!writer) return writer.error();
    const auto boot = open_documents_schema(**writer);
    if (!boot) return fail(boot.error().code, "open " + boot.error().text);
    if (auto set = configure_writer(**writer, options.max_pages); !set) {
        return fail(set.error().code, "open " + set.error().text);
    }
    auto reader = SqliteConnection::open(path, options.busy_timeout_ms);
    if (!reader) return reader.error();
    if (auto set = (*reader)->execute("PRAGMA query_only = 1"); !set)
        return fail(set.error().code, "open " + set.error().text);
    return std::unique_ptr<SqliteDocuments>(
        new SqliteDocuments(std::move(*writer), std::move(*reader), *boot, clock, options));
}

SqliteDocuments::SqliteDocuments(std::unique_ptr<SqliteConnection> writer, std::unique_ptr<SqliteConnection> reader,
                                 std::uint64_t boot, const Clock& clock, const SqliteDocumentsOptions& options)
    : clock_(clock),
      options_(options),
      boot_(boot),
      writer_(std::move(writer)),
      reader_(std::move(reader)),
      writes_(options.queued_patches, options.queued_bytes),
      reads_(options.queued_reads, options.queued_bytes),
      write_thread_([this] { write_loop(); }),
      read_thread_([this] { read_loop(); }) {}

SqliteDocuments::~SqliteDocuments() { stop(); }

void SqliteDocuments::stop() {
    writes_.close();
    if (write_thread_.joinable()) write_thread_.join();
    // Reads last: what a patch's completion asks for may still be answered.
    reads_.close();
    if (read_thread_.joinable()) read_thread_.join();
}

Result<void> SqliteDocuments::declare(DocumentType type) {
    auto rules = TypeRules::make(type);
    if (!rules) return rules.error();
    std::promise<Result<void>> outcome;
    WriteJob job =
        DeclareJob{std::move(*rules), [&](Result<void> result) { outcome.set_value(std::move(result)); }, {}};
    const auto status = writes_.push(job, type.schema.size());
    if (status != PushStatus::kQueued) return not_taken(status, "declare document type '" + type.type + "'");
    return outcome.get_future().get();
}

std::optional<Result<PatchOutcome>> SqliteDocuments::patch(Patch patch, Done<PatchOutcome> done) {
    auto prepared = prepare_patch(std::move(patch));
    if (!prepared) return prepared.error();
    const std::size_t bytes = prepared->bytes;
    WriteJob job = PatchJob{std::move(*prepared), std::move(done)};
    const auto status = writes_.push(job, bytes);
    if (status != PushStatus::kQueued) {
        return not_taken(status, "patch " + describe(std::get<PatchJob>(job).patch.patch.key));
    }
    return std::nullopt;
}

std::optional<Result<void>> SqliteDocuments::save_cursor(std::string reader, std::uint64_t sequence, Done<void> done) {
    if (auto named = check_name("reader of events", reader); !named) return named;
    WriteJob job = CursorJob{std::move(reader), sequence, std::move(done), {}};
    const auto status = writes_.push(job, sizeof(CursorJob));
    if (status != PushStatus::kQueued) return Result<void>(not_taken(status, "save the cursor of a reader of events"));
    return std::nullopt;
}

std::optional<Result<std::uint64_t>> SqliteDocuments::append_event(LooseEvent loose, Done<std::uint64_t> done) {
    if (auto prepared = prepare_event(loose); !prepared) return prepared.error();
    const std::string act = "append event '" + loose.event.name + "'";
    const std::size_t bytes = bytes_of(loose);
    WriteJob job = EventJob{std::move(loose), [act, done = std::move(done)](Result<LooseEventRow> row) {
                                if (row)
                                    done(row->sequence);
                                else
                                    done(fail(row.error().code, act + ": " + row.error().text));
                            }};
    const auto status = writes_.push(job, bytes);
    if (status != PushStatus::kQueued) return not_taken(status, act);
    return std::nullopt;
}

template <class T, class Read>
std::optional<Result<T>> SqliteDocuments::enqueue_read(Read read, Done<T> done) {
    ReadJob job = [read = std::move(read), done = std::move(done)](SqliteConnection& database) {
        done(read(database));
    };
    const auto status = reads_.push(job, 0);
    if (status != PushStatus::kQueued) return not_taken(status, "read");
    return std::nullopt;
}

template <class T, class Read>
Result<T> SqliteDocuments::read_and_wait(Read read) {
    std::promise<Result<T>> outcome;
    auto now = enqueue_read<T>(std::move(read), [&](Result<T> later) { outcome.set_value(std::move(later)); });
    return now ? std::move(*now) : outcome.get_future().get();
}

Result<std::uint64_t> SqliteDocuments::last_event() {
    return read_and_wait<std::uint64_t>([](SqliteConnection& database) { return read_last_event(database); });
}

Result<std::optional<std::uint64_t>> SqliteDocuments::load_cursor(const std::string& reader) {
    return read_and_wait<std::optional<std::uint64_t>>(
        [reader](SqliteConnection& database) { return read_cursor(database, reader); });
}

std::optional<Result<Document>> SqliteDocuments::get(DocumentKey key, Done<Document> done) {
    if (auto checked = check_key(key); !checked) return checked.error();
    return enqueue_read<Document>(
        [key = std::move(key)](SqliteConnection& database) { return read_document(database, key); }, std::move(done));
}

std::optional<Result<DocumentPart>> SqliteDocuments::get_part(DocumentKey key, std::string path,
                                                              Done<DocumentPart> done) {
    if (auto checked = check_key(key); !checked) return checked.error();
    auto segments = parse_path(path);
    if (!segments) return fail(Errc::kInvalid, "get " + describe(key) + ": " + segments.error().text);
    return enqueue_read<DocumentPart>([key = std::move(key), path = std::move(*segments)](
                                          SqliteConnection& database) { return read_part(database, key, path); },
                                      std::move(done));
}

std::optional<Result<Page>> SqliteDocuments::list(ListQuery query, Done<Page> done) {
    return enqueue_read<Page>(
        [query = std::move(query)](SqliteConnection& database) { return read_page(database, query); }, std::move(done));
}

std::optional<Result<std::vector<DocumentVersion>>> SqliteDocuments::versions(DocumentKey key, VersionQuery query,
                                                                              Done<std::vector<DocumentVersion>> done) {
    return enqueue_read<std::vector<DocumentVersion>>(
        [key = std::move(key), query](SqliteConnection& database) { return read_versions(database, key, query); },
        std::move(done));
}

std::optional<Result<std::vector<StoredEvent>>> SqliteDocuments::read_events(std::uint64_t after_sequence,
                                                                             std::uint32_t limit,
                                                                             Done<std::vector<StoredEvent>> done) {
    return enqueue_read<std::vector<StoredEvent>>(
        [after_sequence, limit](SqliteConnection& database) {
            return read_stored_events(database, after_sequence, limit);
        },
        std::move(done));
}

void SqliteDocuments::read_loop() {
    name_thread("docs-read");
    for (;;) {
        const auto batch = reads_.take(kReadBatch);
        if (batch.empty()) return;
        for (const auto& job : batch) job(*reader_);
    }
}

void SqliteDocuments::write_loop() {
    name_thread("docs-write");
    for (;;) {
        auto group = writes_.take(options_.group);
        if (group.empty()) return;
        commit_group(group);
        complete_group(group);
    }
}

void SqliteDocuments::commit_group(std::vector<WriteJob>& group) {
    const Rules rules_before = rules_;
    const auto committed = run_group(group);
    if (committed) return;
    if (writer_->in_transaction()) (void)writer_->run("ROLLBACK");
    drop_cache();
    rules_ = rules_before;
    for (auto& job : group) std::visit([&](auto& any) { any.outcome = committed.error(); }, job);
}

void SqliteDocuments::complete_group(std::vector<WriteJob>& group) {
    bool told_news = false;
    for (auto& job : group) {
        if (auto* patched = std::get_if<PatchJob>(&job); patched && patched->outcome && !patched->outcome->replayed) {
            const Patch& patch = patched->patch.patch;
            if (patch.on_commit) patch.on_commit(patched->outcome->revision);
            told_news = told_news || !patch.events.empty();
        }
        if (const auto* loose = std::get_if<EventJob>(&job))
            told_news = told_news || (loose->outcome && !loose->outcome->replayed);
        std::visit(
            [](auto& any) {
                if (any.done) any.done(std::move(any.outcome));
            },
            job);
    }
    if (told_news && wake_) wake_();
}

Result<void> SqliteDocuments::run_group(std::vector<WriteJob>& group) {
    if (auto begun = writer_->run("BEGIN IMMEDIATE"); !begun) return begun;
    if (auto refreshed = refresh_cache(); !refreshed) return refreshed;
    for (auto& job : group) {
        if (auto ran = run_job(job); !ran) return ran;
    }
    return writer_->run("COMMIT");
}

Result<void> SqliteDocuments::run_job(WriteJob& job) {
    if (auto* patched = std::get_if<PatchJob>(&job)) {
        return run_in_savepoint(patched->outcome, [&] { return run_patch(patched->patch); });
    }
    if (auto* declared = std::get_if<DeclareJob>(&job)) {
        return run_in_savepoint(declared->outcome, [&] { return run_declaration(declared->rules); });
    }
    if (auto* loose = std::get_if<EventJob>(&job)) {
        return run_in_savepoint(loose->outcome,
                                [&] { return save_loose_event(*writer_, loose->event, clock_.wall_ms()); });
    }
    auto& cursor = std::get<CursorJob>(job);
    return run_in_savepoint(cursor.outcome, [&] { return save_cursor_row(*writer_, cursor.reader, cursor.sequence); });
}

template <class Outcome, class Write>
Result<void> SqliteDocuments::run_in_savepoint(Outcome& outcome, Write write) {
    if (auto marked = writer_->run("SAVEPOINT job"); !marked) return marked;
    outcome = write();
    if (!outcome) {
        // A full disk may have ended the whole transaction, and with it what the others wrote.
        if (!writer_->in_transaction()) return outcome.error();
        if (auto undone = writer_->run("ROLLBACK TO job"); !undone) return undone;
    }
    return writer_->run("RELEASE job");
}

Result<PatchOutcome> SqliteDocuments::run_patch(PreparedPatch& prepared) {
    const DocumentKey& key = prepared.patch.key;
    const auto rules = rules_.find(key.type);
    if (rules == rules_.end()) return fail(Errc::kInvalid, "patch " + describe(key) + ": its type was not declared");
    const std::string cache_key = cache_key_of(key);
    auto row = cached_document(cache_key, key, *rules->second);
    if (!row) return row.error();
    auto& record = (*row)->record;
    const std::size_t bytes_before = record.text.bytes_at_most();
    const auto outcome = apply_patch(record, prepared, *rules->second, clock_.wall_ms());
    if (!outcome && record.revision == 0) cache_.erase(cache_key);
    if (!outcome || outcome->replayed) return outcome;
    const std::size_t bytes = record.text.of(record.content).size();
    cache_bytes_ += kTreeFactor * (bytes - bytes_before) + kEntryBytes;
    if (auto saved = save_patch(*writer_, **row, prepared); !saved) {
        cache_.erase(cache_key);
        return fail(saved.error().code, "patch " + describe(key) + ": " + saved.error().text);
    }
    return outcome;
}

Result<void> SqliteDocuments::run_declaration(const std::shared_ptr<const TypeRules>& rules) {
    drop_cache();  // its records hold the keys of the indexes before
    if (auto saved = save_indexes(*writer_, *rules); !saved) return saved;
    rules_[rules->type] = rules;
    return {};
}

Result<DocumentRow*> SqliteDocuments::cached_document(const std::string& cache_key, const DocumentKey& key,
                                                      const TypeRules& rules) {
    if (const auto known = cache_.find(cache_key); known != cache_.end()) return &known->second;
    auto loaded = load_document(*writer_, key, rules, clock_.wall_ms());
    if (!loaded) return loaded.error();
    const auto& record = loaded->record;
    cache_bytes_ +=
        1024 + kTreeFactor * record.text.bytes_at_most() + kEntryBytes * (record.ledger.size() + record.replies.size());
    return &cache_.emplace(cache_key, std::move(*loaded)).first->second;
}

// Before each group: nothing may be in the cache that another connection changed, and not too much.
Result<void> SqliteDocuments::refresh_cache() {
    std::int64_t version = 0;
    auto read = writer_->query(
        [&](const SqliteRow& row) {
            version = row.integer(0);
            return false;
        },
        "PRAGMA data_version");
    if (!read) return read;
    if (version != data_version_ || cache_bytes_ > options_.cached_bytes) drop_cache();
    data_version_ = version;
    const std::int64_t now_ms = clock_.wall_ms();
    if (now_ms - forgot_at_ms_ < kForgetEveryMs) return {};
    forgot_at_ms_ = now_ms;
    return forget_old_replies(*writer_, now_ms);
}

void SqliteDocuments::drop_cache() {
    cache_.clear();
    cache_bytes_ = 0;
}

}  // namespace tidegate
