#include "adapters/sqlite/sqlite_documents.hpp"

#include "tests/contract/documents_events_contract.hpp"
#include "tests/host/adapters/sqlite/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <cstdint>
#include <fstream>
#include <future>
#include <memory>
#include <optional>

namespace tidegate::contract {
namespace {

using testing::HasSubstr;

class SqliteDocumentsTest : public testing::Test {
protected:
    std::unique_ptr<SqliteDocuments> open(const std::string& path, SqliteDocumentsOptions options = {}) {
        auto documents = SqliteDocuments::open(path, clock_, options);
        EXPECT_TRUE(documents) << documents.error();
        if (!documents) return nullptr;
        EXPECT_TRUE((*documents)->declare({"quote", "", {{"status", "status"}}}));
        return std::move(*documents);
    }
    // Another connection that holds the write lock: what is patched meanwhile queues up and becomes one group.
    std::unique_ptr<SqliteConnection> lock_out_writer() {
        auto connection = SqliteConnection::open(path_, 1000);
        EXPECT_TRUE((*connection)->execute("BEGIN IMMEDIATE"));
        return std::move(*connection);
    }
    std::future<Result<PatchOutcome>> start(Documents& documents, Patch patch) {
        auto promise = std::make_shared<std::promise<Result<PatchOutcome>>>();
        auto outcome = promise->get_future();
        auto now =
            documents.patch(std::move(patch), [promise](Result<PatchOutcome> done) { promise->set_value(done); });
        if (now) promise->set_value(*now);
        return outcome;
    }
    void execute(const std::string& sql) {
        auto connection = SqliteConnection::open(path_, 1000);
        ASSERT_TRUE(connection);
        const auto done = (*connection)->execute(sql);
        ASSERT_TRUE(done) << done.error();
    }

    TemporaryFolder folder_;
    ManualClock clock_;
    const std::string path_ = folder_.file("documents.db");
};

TEST_F(SqliteDocumentsTest, KeepsEverythingAcrossReopening) {
    auto keyed = patch_of(quote("q"), {set("a", "0.10"), set("status", R"("draft")")});
    keyed.idempotency_key = "k";
    keyed.events = {{"quote.created", "{}"}};
    auto fenced = patch_of(quote("q"), {set("b", "1")});
    fenced.fence = 9;
    {
        auto documents = open(path_);
        EXPECT_EQ(documents->boot(), 1u);
        ASSERT_TRUE(apply(*documents, keyed));
        ASSERT_TRUE(apply(*documents, fenced));
    }
    auto documents = open(path_);
    EXPECT_EQ(documents->boot(), 2u);
    EXPECT_EQ(get(*documents, quote("q"))->data, R"({"a":0.10,"b":1,"status":"draft"})");
    const auto again = apply(*documents, keyed);
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->revision, 1u);
    fenced.fence = 8;
    EXPECT_EQ(apply(*documents, fenced).error().code, Errc::kFenced);
    auto based = patch_of(quote("q"), {set("b", "2")});
    based.base_revision = 1;
    EXPECT_EQ(apply(*documents, based).error().code, Errc::kConflict);
    EXPECT_EQ(versions(*documents, quote("q"))->size(), 2u);
    EXPECT_EQ(events(*documents)->size(), 1u);
    EXPECT_EQ(list(*documents, {"default", "quote", "status", "draft", "", 10})->items.size(), 1u);
}

TEST_F(SqliteDocumentsTest, HasEverythingAcknowledgedAfterAKill) {
    auto documents = open(path_);
    for (int n = 0; n < 300; ++n) {
        auto patch = patch_of(quote("q" + std::to_string(n % 10)), {set("n", std::to_string(n))});
        patch.events = {{"quote.changed", std::to_string(n)}};
        ASSERT_TRUE(apply(*documents, std::move(patch)));
    }
    // The files as a killed process leaves them: nothing closed, nothing checkpointed.
    const std::string copy = folder_.file("copy.db");
    std::filesystem::copy_file(path_, copy);
    std::filesystem::copy_file(path_ + "-wal", copy + "-wal");
    auto survivor = open(copy);
    EXPECT_EQ(survivor->boot(), 2u);
    EXPECT_EQ(events(*survivor)->size(), 300u);
    for (int n = 0; n < 10; ++n) {
        const auto document = get(*survivor, quote("q" + std::to_string(n)));
        ASSERT_TRUE(document) << document.error();
        EXPECT_EQ(document->revision, 30u);
        EXPECT_EQ(document->data, R"({"n":)" + std::to_string(290 + n) + "}");
    }
}

TEST_F(SqliteDocumentsTest, OneRefusedPatchDoesNotFailItsGroup) {
    auto documents = open(path_);
    auto lock = lock_out_writer();
    std::vector<std::future<Result<PatchOutcome>>> outcomes;
    for (int n = 0; n < 100; ++n) {
        const bool bad = n % 10 == 3;
        outcomes.push_back(start(*documents, patch_of(quote("q"), {set(bad ? "n/deep" : "n", std::to_string(n))})));
    }
    ASSERT_TRUE(lock->execute("ROLLBACK"));
    for (std::size_t n = 0; n < outcomes.size(); ++n) EXPECT_EQ(outcomes[n].get().has_value(), n % 10 != 3) << n;
    EXPECT_EQ(get(*documents, quote("q"))->revision, 90u);
    EXPECT_EQ(get(*documents, quote("q"))->data, R"({"n":99})");
}

TEST_F(SqliteDocumentsTest, AFailedTransactionFailsEveryMemberAndLeavesNothing) {
    SqliteDocumentsOptions options;
    options.busy_timeout_ms = 20;
    auto documents = open(path_, options);
    ASSERT_TRUE(apply(*documents, patch_of(quote("q"), {set("n", "0")})));
    auto lock = lock_out_writer();
    std::vector<std::future<Result<PatchOutcome>>> outcomes;
    for (int n = 1; n < 20; ++n)
        outcomes.push_back(start(*documents, patch_of(quote("q"), {set("n", std::to_string(n))})));
    for (auto& outcome : outcomes) {
        const auto failed = outcome.get();
        ASSERT_FALSE(failed);
        EXPECT_EQ(failed.error().code, Errc::kBusy);
        EXPECT_THAT(failed.error().text, HasSubstr(path_));
    }
    ASSERT_TRUE(lock->execute("ROLLBACK"));
    EXPECT_EQ(get(*documents, quote("q"))->data, R"({"n":0})");
    EXPECT_EQ(apply(*documents, patch_of(quote("q"), {set("n", "1")}))->revision, 2u);
}

// A trigger in the file stands for the disk: it fails the write of one patch after some of its rows were written.
TEST_F(SqliteDocumentsTest, AWriteThatFailsUndoesItsPatchOnly) {
    auto documents = open(path_);
    execute(
        "CREATE TRIGGER poison BEFORE INSERT ON versions WHEN NEW.actor = 'poison'"
        " BEGIN SELECT RAISE(ABORT, 'bad sector'); END");
    auto lock = lock_out_writer();
    std::vector<std::future<Result<PatchOutcome>>> outcomes;
    for (int n = 0; n < 9; ++n) {
        auto patch = patch_of(quote("q"), {set("n" + std::to_string(n), "1")});
        if (n % 3 == 1) patch.actor = "poison";
        outcomes.push_back(start(*documents, std::move(patch)));
    }
    ASSERT_TRUE(lock->execute("ROLLBACK"));
    for (std::size_t n = 0; n < outcomes.size(); ++n) {
        const auto outcome = outcomes[n].get();
        ASSERT_EQ(outcome.has_value(), n % 3 != 1) << n;
        if (!outcome) {
            EXPECT_THAT(outcome.error().text, HasSubstr("bad sector"));
        }
    }
    EXPECT_EQ(get(*documents, quote("q"))->revision, 6u);
    EXPECT_EQ(get(*documents, quote("q"))->data, R"({"n0":1,"n2":1,"n3":1,"n5":1,"n6":1,"n8":1})");
    EXPECT_EQ(versions(*documents, quote("q"))->size(), 6u);
}

TEST_F(SqliteDocumentsTest, ALostTransactionFailsEveryMemberWithTheReason) {
    auto documents = open(path_);
    ASSERT_TRUE(apply(*documents, patch_of(quote("q"), {set("kept", "1")})));
    execute(
        "CREATE TRIGGER poison BEFORE INSERT ON versions WHEN NEW.actor = 'poison'"
        " BEGIN SELECT RAISE(ROLLBACK, 'disk gone'); END");
    auto lock = lock_out_writer();
    std::vector<std::future<Result<PatchOutcome>>> outcomes;
    for (int n = 0; n < 8; ++n) outcomes.push_back(start(*documents, patch_of(quote("q"), {set("n", "1")})));
    auto poison = patch_of(quote("other"), {set("n", "1")});
    poison.actor = "poison";
    outcomes.push_back(start(*documents, std::move(poison)));
    ASSERT_TRUE(lock->execute("ROLLBACK"));
    // The writer may have taken the first few as a group of their own, which stands.
    std::uint64_t acknowledged = 0;
    for (std::size_t n = 0; n < outcomes.size(); ++n) {
        const auto outcome = outcomes[n].get();
        if (outcome) {
            EXPECT_EQ(++acknowledged, n + 1) << "one was acknowledged after one that failed";
        } else {
            EXPECT_THAT(outcome.error().text, HasSubstr("disk gone"));
        }
    }
    EXPECT_LT(acknowledged, outcomes.size());
    EXPECT_EQ(get(*documents, quote("q"))->revision, 1 + acknowledged);
    EXPECT_EQ(apply(*documents, patch_of(quote("q"), {set("m", "1")}))->revision, 2 + acknowledged);
    EXPECT_EQ(versions(*documents, quote("q"))->size(), 2 + acknowledged);
}

TEST_F(SqliteDocumentsTest, AFullDiskLosesNothingAcknowledged) {
    SqliteDocumentsOptions options;
    options.max_pages = 100;
    auto documents = open(path_, options);
    const std::string value = '"' + std::string(20'000, 'x') + '"';
    int acknowledged = 0;
    Result<PatchOutcome> outcome = PatchOutcome();
    while (acknowledged < 100) {
        outcome = apply(*documents, patch_of(quote("q" + std::to_string(acknowledged)), {set("v", value)}));
        if (!outcome) break;
        ++acknowledged;
    }
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Errc::kIo);
    EXPECT_THAT(outcome.error().text, HasSubstr("full"));
    EXPECT_GT(acknowledged, 3);
    for (int n = 0; n < acknowledged; ++n) EXPECT_TRUE(get(*documents, quote("q" + std::to_string(n))));
    EXPECT_EQ(get(*documents, quote("q" + std::to_string(acknowledged))).error().code, Errc::kNotFound);
    EXPECT_EQ(apply(*documents, patch_of(quote("q0"), {set("v", "1")}))->revision, 2u);
}

TEST_F(SqliteDocumentsTest, AnswersBusyWhenItsQueueIsFull) {
    SqliteDocumentsOptions options;
    options.queued_patches = 8;
    options.group = 1;
    auto documents = open(path_, options);
    auto lock = lock_out_writer();
    std::vector<std::future<Result<PatchOutcome>>> outcomes;
    bool full = false;
    for (int n = 0; n < 20 && !full; ++n) {
        auto outcome = start(*documents, patch_of(quote("q"), {set("n", "1")}));
        // Only a refusal is there at once: the writer is locked out.
        full = outcome.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
        if (full) {
            EXPECT_EQ(outcome.get().error().code, Errc::kBusy);
        } else {
            outcomes.push_back(std::move(outcome));
        }
    }
    EXPECT_TRUE(full);
    ASSERT_TRUE(lock->execute("ROLLBACK"));
    for (auto& outcome : outcomes) EXPECT_TRUE(outcome.get());
}

TEST_F(SqliteDocumentsTest, StoppingCompletesWhatIsQueued) {
    auto documents = open(path_);
    auto lock = lock_out_writer();
    std::vector<std::future<Result<PatchOutcome>>> outcomes;
    for (int n = 0; n < 50; ++n) outcomes.push_back(start(*documents, patch_of(quote("q"), {set("n", "1")})));
    std::thread stopper([&] { documents->stop(); });
    ASSERT_TRUE(lock->execute("ROLLBACK"));
    stopper.join();
    for (auto& outcome : outcomes) {
        ASSERT_EQ(outcome.wait_for(std::chrono::seconds(0)), std::future_status::ready);
        EXPECT_TRUE(outcome.get());
    }
    EXPECT_EQ(apply(*documents, patch_of(quote("q"), {set("n", "1")})).error().code, Errc::kUnavailable);
    EXPECT_EQ(get(*documents, quote("q")).error().code, Errc::kUnavailable);
}

TEST_F(SqliteDocumentsTest, SeesWhatAnotherConnectionChanged) {
    auto documents = open(path_);
    ASSERT_TRUE(apply(*documents, patch_of(quote("q"), {set("n", "1")})));
    execute(R"(UPDATE documents SET data = '{"n":5}', revision = 7)");
    EXPECT_EQ(apply(*documents, patch_of(quote("q"), {set("m", "1")}))->revision, 8u);
    EXPECT_EQ(get(*documents, quote("q"))->data, R"({"m":1,"n":5})");
}

TEST_F(SqliteDocumentsTest, RefusesANewerSchemaNamingBothVersions) {
    open(path_).reset();
    execute("UPDATE schema_version SET version = 7");
    const auto refused = SqliteDocuments::open(path_, clock_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::kUnsupported);
    EXPECT_THAT(refused.error().text, HasSubstr(path_));
    EXPECT_THAT(refused.error().text, HasSubstr("7"));
    EXPECT_THAT(refused.error().text, HasSubstr("than 3"));
    execute("UPDATE schema_version SET version = 3");
    EXPECT_EQ(open(path_)->boot(), 2u);  // the refused opening was not counted
}

TEST_F(SqliteDocumentsTest, RefusesFilesThatAreDamagedOrNotItsOwn) {
    std::ofstream(path_) << std::string(8192, 'x');
    auto refused = SqliteDocuments::open(path_, clock_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::kIo);
    EXPECT_THAT(refused.error().text, HasSubstr(path_));

    std::filesystem::remove(path_);
    execute("CREATE TABLE recipes (name TEXT)");
    refused = SqliteDocuments::open(path_, clock_);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().text, HasSubstr("something else"));

    EXPECT_THAT(SqliteDocuments::open(folder_.file("no/such/folder.db"), clock_).error().text,
                HasSubstr("no/such/folder.db"));
}

// A data folder as schema version 1 left it: one document of two revisions, with a fence, an idempotency key, an index
// and an event.
constexpr const char* kVersion1File = R"(
CREATE TABLE schema_version (version INTEGER NOT NULL);
CREATE TABLE boot (counter INTEGER NOT NULL);
CREATE TABLE documents (number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,
  revision INTEGER NOT NULL, data TEXT NOT NULL, updated_ms INTEGER NOT NULL, updated_by TEXT NOT NULL,
  created_ms INTEGER NOT NULL, created_by TEXT NOT NULL, UNIQUE (tenant, type, id));
CREATE TABLE paths (document INTEGER NOT NULL, path TEXT NOT NULL, revision INTEGER NOT NULL, fence INTEGER NOT NULL,
  PRIMARY KEY (document, path)) WITHOUT ROWID;
CREATE TABLE replies (document INTEGER NOT NULL, key TEXT NOT NULL, revision INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY (document, key)) WITHOUT ROWID;
CREATE INDEX replies_by_age ON replies (at_ms);
CREATE TABLE versions (document INTEGER NOT NULL, revision INTEGER NOT NULL, actor TEXT NOT NULL,
  at_ms INTEGER NOT NULL, ops TEXT NOT NULL, PRIMARY KEY (document, revision)) WITHOUT ROWID;
CREATE TABLE indexes (type TEXT NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL, PRIMARY KEY (type, name))
  WITHOUT ROWID;
CREATE TABLE index_entries (type TEXT NOT NULL, tenant TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL,
  id TEXT NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (type, tenant, name, key, id)) WITHOUT ROWID;
CREATE TABLE events (sequence INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, type TEXT NOT NULL,
  id TEXT NOT NULL, revision INTEGER NOT NULL, name TEXT NOT NULL, data TEXT NOT NULL, actor TEXT NOT NULL,
  at_ms INTEGER NOT NULL);
INSERT INTO schema_version VALUES (1);
INSERT INTO boot VALUES (3);
INSERT INTO documents VALUES (1, 'default', 'quote', 'q', 2, '{"n":2,"status":"draft"}', 20, 'ben', 10, 'anna');
INSERT INTO paths VALUES (1, '', 1, 0), (1, 'n', 2, 9);
INSERT INTO versions VALUES (1, 1, 'anna', 10, '[{"op":"set","path":"n","value":1}]');
INSERT INTO versions VALUES (1, 2, 'ben', 20, '[{"op":"set","path":"n","value":2}]');
INSERT INTO indexes VALUES ('quote', 'created_by', ''), ('quote', 'status', 'status');
INSERT INTO index_entries VALUES ('quote', 'default', 'created_by', 'sanna', 'q', 1);
INSERT INTO index_entries VALUES ('quote', 'default', 'status', 'sdraft', 'q', 1);
INSERT INTO events VALUES (41, 'default', 'quote', 'q', 2, 'quote.changed', '{}', 'ben', 20);
)";

TEST_F(SqliteDocumentsTest, OpensADataFolderOfTheVersionBefore) {
    execute(kVersion1File);
    for (std::uint64_t opening = 0; opening < 2; ++opening) {
        auto documents = open(path_);
        ASSERT_TRUE(documents);
        EXPECT_EQ(documents->boot(), 4 + opening);
        EXPECT_EQ(*documents->last_event(), 41u);
        EXPECT_EQ(*documents->load_cursor("mail"),
                  opening == 0 ? std::optional<std::uint64_t>() : std::optional<std::uint64_t>(41));
        ASSERT_TRUE(save_cursor(*documents, "mail", 41));
        const auto kept = versions(*documents, quote("q"));
        ASSERT_EQ(kept->size(), 2 + opening);
        EXPECT_EQ((*kept)[1].ops, R"([{"op":"set","path":"n","value":2}])");
        EXPECT_EQ((*kept)[1].note, "");
        auto patch = patch_of(quote("q"), {set("n", "3")});
        patch.note = R"({"kind":"edit"})";
        patch.fence = 8;
        EXPECT_EQ(apply(*documents, patch).error().code, Errc::kFenced);
        patch.fence = 9;
        EXPECT_EQ(apply(*documents, patch)->revision, 3 + opening);
        EXPECT_EQ(versions(*documents, quote("q"))->back().note, R"({"kind":"edit"})");
        EXPECT_EQ(list(*documents, {"default", "quote", "status", "draft", "", 10})->items.size(), 1u);
    }
}

TEST_F(SqliteDocumentsTest, TakesLooseEventsInADataFolderOfAnyVersionBefore) {
    execute(kVersion1File);
    EXPECT_EQ(sequence_of(*open(path_), loose("a.b", "{}")), 42u);
    execute("DROP TABLE event_replies");
    execute("UPDATE schema_version SET version = 2");
    EXPECT_EQ(sequence_of(*open(path_), loose("a.b", "{}")), 43u);
}

TEST_F(SqliteDocumentsTest, HasTheLooseEventsItAcknowledgedAfterAKill) {
    auto documents = open(path_);
    auto event = loose("a.b", "{}", quote("q"));
    for (int n = 0; n < 50; ++n) {
        event.idempotency_key = std::to_string(n);
        ASSERT_NE(sequence_of(*documents, event), 0u);
    }
    const std::string copy = folder_.file("copy.db");
    std::filesystem::copy_file(path_, copy);
    std::filesystem::copy_file(path_ + "-wal", copy + "-wal");
    auto after = open(copy);
    EXPECT_EQ(sequence_of(*after, event), 50u) << "its key is remembered too";
    EXPECT_EQ(*after->last_event(), 50u);
}

TEST_F(SqliteDocumentsTest, AFailedLooseEventLeavesTheGroupAsItWas) {
    auto documents = open(path_);
    execute(
        "CREATE TRIGGER poison BEFORE INSERT ON events WHEN NEW.name = 'poison'"
        " BEGIN SELECT RAISE(ABORT, 'poisoned'); END");
    std::vector<std::future<Result<std::uint64_t>>> outcomes;
    for (const char* name : {"a", "poison", "b"}) {
        auto promise = std::make_shared<std::promise<Result<std::uint64_t>>>();
        outcomes.push_back(promise->get_future());
        ASSERT_FALSE(documents->append_event(
            loose(name, "{}"), [promise](Result<std::uint64_t> later) { promise->set_value(std::move(later)); }));
    }
    EXPECT_TRUE(outcomes[0].get());
    const auto poisoned = outcomes[1].get();
    ASSERT_FALSE(poisoned);
    EXPECT_THAT(poisoned.error().text, HasSubstr("append event 'poison'"));
    EXPECT_TRUE(outcomes[2].get());
    EXPECT_EQ(events(*documents)->size(), 2u);
}

TEST_F(SqliteDocumentsTest, AMigrationThatFailsLeavesTheFileAsItWas) {
    execute(kVersion1File);
    execute("CREATE TABLE cursors (stranger TEXT)");
    EXPECT_THAT(SqliteDocuments::open(path_, clock_).error().text, HasSubstr("cursors"));
    execute("DROP TABLE cursors");
    EXPECT_EQ(open(path_)->boot(), 4u);
}

TEST_F(SqliteDocumentsTest, HasTheCursorsItAcknowledgedAfterAKill) {
    auto documents = open(path_);
    for (std::uint64_t n = 1; n <= 50; ++n) ASSERT_TRUE(save_cursor(*documents, "mail", n));
    const std::string copy = folder_.file("copy.db");
    std::filesystem::copy_file(path_, copy);
    std::filesystem::copy_file(path_ + "-wal", copy + "-wal");
    EXPECT_EQ(*open(copy)->load_cursor("mail"), 50u);
}

TEST_F(SqliteDocumentsTest, CommitsCursorsInTheGroupOfThePatchesAroundThem) {
    SqliteDocumentsOptions options;
    options.busy_timeout_ms = 20;
    auto documents = open(path_, options);
    std::atomic<int> told{0};
    auto patch = patch_of(quote("q"), {set("n", "1")});
    patch.on_commit = [&](std::uint64_t) { ++told; };
    auto lock = lock_out_writer();  // for longer than the writer waits
    auto before = start(*documents, patch);
    EXPECT_EQ(save_cursor(*documents, "mail", 5).error().code, Errc::kBusy);
    auto after = start(*documents, patch);
    EXPECT_FALSE(before.get());
    EXPECT_FALSE(after.get());
    EXPECT_EQ(*documents->load_cursor("mail"), std::nullopt);
    ASSERT_TRUE(lock->execute("ROLLBACK"));
    EXPECT_EQ(told, 0);
    before = start(*documents, patch);
    ASSERT_TRUE(save_cursor(*documents, "mail", 6));
    EXPECT_TRUE(before.get());
    EXPECT_EQ(told, 1);
    EXPECT_EQ(*documents->load_cursor("mail"), 6u);
}

// What was not committed is not told, whatever it looked like inside the transaction.
TEST_F(SqliteDocumentsTest, TellsNoCommitOfAPatchWhoseWriteFailed) {
    auto documents = open(path_);
    execute(
        "CREATE TRIGGER poison BEFORE INSERT ON versions WHEN NEW.actor = 'poison'"
        " BEGIN SELECT RAISE(ABORT, 'bad sector'); END");
    auto lock = lock_out_writer();
    std::vector<std::uint64_t> told;
    std::vector<std::future<Result<PatchOutcome>>> outcomes;
    for (int n = 0; n < 9; ++n) {
        auto patch = patch_of(quote("q"), {set("n" + std::to_string(n), "1")});
        if (n % 3 == 1) patch.actor = "poison";
        patch.on_commit = [&](std::uint64_t revision) { told.push_back(revision); };
        outcomes.push_back(start(*documents, std::move(patch)));
    }
    ASSERT_TRUE(lock->execute("ROLLBACK"));
    for (auto& outcome : outcomes) (void)outcome.get();
    EXPECT_EQ(told, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6}));
}

TEST_F(SqliteDocumentsTest, NamesADocumentWhoseRowIsDamaged) {
    auto documents = open(path_);
    ASSERT_TRUE(apply(*documents, patch_of(quote("q"), {set("n", "1")})));
    execute("UPDATE documents SET data = '{'");
    const auto refused = apply(*documents, patch_of(quote("q"), {set("n", "2")}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::kIo);
    EXPECT_THAT(refused.error().text, HasSubstr("quote 'q' is damaged"));
    EXPECT_TRUE(apply(*documents, patch_of(quote("other"), {set("n", "2")})));
}

}  // namespace
}  // namespace tidegate::contract
