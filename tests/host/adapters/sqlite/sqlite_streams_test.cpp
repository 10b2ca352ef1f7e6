#include "adapters/sqlite/sqlite_streams.hpp"

#include "tests/contract/streams_contract.hpp"
#include "tests/host/adapters/sqlite/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>

namespace tidegate::contract {
namespace {

using testing::HasSubstr;

// How many transactions are in a write-ahead log: a frame that ends one says how large the file then is.
int commits_in(const std::string& log_path) {
    constexpr std::size_t kHeader = 32, kFrameHeader = 24, kPage = 4096;
    std::ifstream file(log_path, std::ios::binary);
    const std::string log{std::istreambuf_iterator<char>(file), {}};
    int commits = 0;
    for (std::size_t at = kHeader; at + kFrameHeader + kPage <= log.size(); at += kFrameHeader + kPage) {
        // Frames of before a checkpoint have other salts.
        if (log.compare(at + 8, 8, log, 16, 8) == 0 && log.compare(at + 4, 4, std::string(4, '\0')) != 0) ++commits;
    }
    return commits;
}

class SqliteStreamsTest : public testing::Test {
protected:
    std::unique_ptr<SqliteStreams> open(const std::string& path, SqliteStreamsOptions options = {}) {
        auto streams = SqliteStreams::open(path, clock_, options);
        EXPECT_TRUE(streams) << streams.error();
        return streams ? std::move(*streams) : nullptr;
    }
    // Another connection that holds the write lock: what is written meanwhile queues up and becomes one group.
    std::unique_ptr<SqliteConnection> lock_out_writer() {
        auto connection = SqliteConnection::open(path_, 1000);
        EXPECT_TRUE((*connection)->execute("BEGIN IMMEDIATE"));
        return std::move(*connection);
    }
    static std::future<Result<StreamAppended>> start(Streams& streams, StreamAppend append) {
        auto promise = std::make_shared<std::promise<Result<StreamAppended>>>();
        auto outcome = promise->get_future();
        auto now = streams.append(std::move(append),
                                  [promise](Result<StreamAppended> done) { promise->set_value(std::move(done)); });
        if (now) promise->set_value(std::move(*now));
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
    const std::string path_ = folder_.file("streams.db");
};

TEST_F(SqliteStreamsTest, KeepsEverythingAcrossReopening) {
    const auto asked = keyed("k", at_most(2, append_of(stream_of("s"), {"1", "2", "3"})));
    {
        auto streams = open(path_);
        append(*streams, asked);
        ASSERT_TRUE(ack(*streams, stream_of("s"), "ada", 2));
        append(*streams, stream_of("gone"), {"1", "2"});
        ASSERT_EQ(*trim(*streams, stream_of("gone"), 2), 2u);
    }
    auto streams = open(path_);
    EXPECT_EQ(lines(read(*streams, stream_of("s"))), (Lines{"2 2", "3 3"}));
    EXPECT_EQ(state(*streams, stream_of("s")), "2 3 2");
    EXPECT_EQ(*acked(*streams, stream_of("s"), "ada"), 2u);
    EXPECT_EQ(*ack(*streams, stream_of("s"), "ada", 1), 2u);
    const auto again = append(*streams, asked);
    EXPECT_TRUE(again.replayed);
    EXPECT_EQ(again.first, 1u);
    EXPECT_EQ(again.last, 3u);
    EXPECT_EQ(again.trimmed, 1u);
    EXPECT_EQ(state(*streams, stream_of("gone")), "0 2 0");
    EXPECT_EQ(append(*streams, stream_of("gone"), {"3"}).first, 3u);
}

TEST_F(SqliteStreamsTest, HasEverythingAcknowledgedAfterAKill) {
    auto streams = open(path_);
    for (int n = 0; n < 300; ++n) {
        append(*streams, at_most(20, append_of(stream_of("s" + std::to_string(n % 10)), {std::to_string(n)})));
    }
    ASSERT_TRUE(ack(*streams, stream_of("s3"), "ada", 7));
    // The files as a killed process leaves them: nothing closed, nothing checkpointed.
    const std::string copy = folder_.file("copy.db");
    std::filesystem::copy_file(path_, copy);
    std::filesystem::copy_file(path_ + "-wal", copy + "-wal");
    auto survivor = open(copy);
    for (int n = 0; n < 10; ++n) {
        const auto key = stream_of("s" + std::to_string(n));
        EXPECT_EQ(state(*survivor, key), "11 30 20");
        const auto entries = read(*survivor, key);
        ASSERT_EQ(entries.size(), 20u);
        for (const auto& entry : entries) {
            EXPECT_EQ(entry.data, std::to_string((entry.position - 1) * 10 + static_cast<std::uint64_t>(n)));
        }
    }
    EXPECT_EQ(*acked(*survivor, stream_of("s3"), "ada"), 7u);
    EXPECT_EQ(append(*survivor, stream_of("s0"), {"0"}).first, 31u);
}

// A log that ends within a transaction, as a kill amid a write leaves it: the whole of it never was.
TEST_F(SqliteStreamsTest, HasNothingOfATransactionThatAKillCutShort) {
    auto streams = open(path_);
    append(*streams, stream_of("s"), {"1"});
    const std::string large = '"' + std::string(20'000, 'x') + '"';
    const auto size_before = std::filesystem::file_size(path_ + "-wal");
    append(*streams, at_most(2, append_of(stream_of("s"), {large, large})));
    const auto size_after = std::filesystem::file_size(path_ + "-wal");
    ASSERT_GT(size_after, size_before + 40'000);
    const std::string copy = folder_.file("copy.db");
    for (auto size = size_before; size <= size_after; size += 4096 + 24) {
        std::filesystem::copy_file(path_, copy, std::filesystem::copy_options::overwrite_existing);
        std::filesystem::copy_file(path_ + "-wal", copy + "-wal", std::filesystem::copy_options::overwrite_existing);
        std::filesystem::resize_file(copy + "-wal", size);
        EXPECT_EQ(state(*open(copy), stream_of("s")), size == size_after ? "2 3 2" : "1 1 1") << size;
        std::filesystem::remove(copy + "-shm");
    }
}

TEST_F(SqliteStreamsTest, CommitsAppendsOfManyStreamsTogether) {
    auto streams = open(path_);
    append(*streams, stream_of("s"), {"1"});
    const int commits_before = commits_in(path_ + "-wal");
    auto lock = lock_out_writer();
    std::vector<std::future<Result<StreamAppended>>> outcomes;
    for (int n = 0; n < 100; ++n) {
        outcomes.push_back(start(*streams, append_of(stream_of("s" + std::to_string(n)), {"1"})));
    }
    ASSERT_TRUE(lock->execute("ROLLBACK"));
    for (auto& outcome : outcomes) EXPECT_TRUE(outcome.get());
    const int commits = commits_in(path_ + "-wal") - commits_before;
    EXPECT_GE(commits, 1);
    EXPECT_LE(commits, 2);  // the writer may have taken the first few before the others came
    EXPECT_EQ(state(*streams, stream_of("s99")), "1 1 1");
}

TEST_F(SqliteStreamsTest, AnswersAKeyThatComesTwiceInOneGroupOnce) {
    auto streams = open(path_);
    auto lock = lock_out_writer();
    std::vector<std::future<Result<StreamAppended>>> outcomes;
    for (int n = 0; n < 20; ++n) outcomes.push_back(start(*streams, keyed("k", append_of(stream_of("s"), {"1"}))));
    ASSERT_TRUE(lock->execute("ROLLBACK"));
    for (std::size_t n = 0; n < outcomes.size(); ++n) {
        const auto outcome = outcomes[n].get();
        ASSERT_TRUE(outcome);
        EXPECT_EQ(outcome->replayed, n != 0);
        EXPECT_EQ(outcome->first, 1u);
    }
}

TEST_F(SqliteStreamsTest, AFailedTransactionFailsEveryMemberAndLeavesNothing) {
    SqliteStreamsOptions options;
    options.busy_timeout_ms = 20;
    auto streams = open(path_, options);
    append(*streams, stream_of("s"), {"1"});
    auto lock = lock_out_writer();
    std::vector<std::future<Result<StreamAppended>>> outcomes;
    for (int n = 0; n < 20; ++n) outcomes.push_back(start(*streams, keyed("k", append_of(stream_of("s"), {"2"}))));
    for (auto& outcome : outcomes) {
        const auto failed = outcome.get();
        ASSERT_FALSE(failed);
        EXPECT_EQ(failed.error().code, Errc::kBusy);
        EXPECT_THAT(failed.error().text, HasSubstr("streams '" + path_ + "'"));
    }
    ASSERT_TRUE(lock->execute("ROLLBACK"));
    const auto next = append(*streams, keyed("k", append_of(stream_of("s"), {"2"})));
    EXPECT_EQ(next.first, 2u);
    EXPECT_FALSE(next.replayed);
}

// A trigger in the file stands for the disk: it fails the write of one append after some of its rows were written.
TEST_F(SqliteStreamsTest, AWriteThatFailsUndoesItsAppendOnly) {
    auto streams = open(path_);
    execute(
        "CREATE TRIGGER poison BEFORE INSERT ON stream_entries WHEN NEW.data = '\"poison\"'"
        " BEGIN SELECT RAISE(ABORT, 'bad sector'); END");
    auto lock = lock_out_writer();
    std::vector<std::future<Result<StreamAppended>>> outcomes;
    for (int n = 0; n < 9; ++n) {
        const bool bad = n % 3 == 1;
        outcomes.push_back(start(
            *streams,
            keyed("k" + std::to_string(n), append_of(stream_of("s"), {std::to_string(n), bad ? "\"poison\"" : "0"}))));
    }
    ASSERT_TRUE(lock->execute("ROLLBACK"));
    for (std::size_t n = 0; n < outcomes.size(); ++n) {
        const auto outcome = outcomes[n].get();
        ASSERT_EQ(outcome.has_value(), n % 3 != 1) << n;
        if (!outcome) {
            EXPECT_THAT(outcome.error().text, HasSubstr("append to stream 's': "));
            EXPECT_THAT(outcome.error().text, HasSubstr("bad sector"));
        }
    }
    EXPECT_EQ(state(*streams, stream_of("s")), "1 12 12");
    const auto entries = read(*streams, stream_of("s"));
    for (std::size_t n = 0; n < entries.size(); ++n) EXPECT_EQ(entries[n].position, n + 1);
    EXPECT_FALSE(append(*streams, keyed("k1", append_of(stream_of("s"), {"1"}))).replayed);
}

TEST_F(SqliteStreamsTest, ALostTransactionFailsEveryMemberWithTheReason) {
    auto streams = open(path_);
    execute(
        "CREATE TRIGGER poison BEFORE INSERT ON stream_entries WHEN NEW.data = '\"poison\"'"
        " BEGIN SELECT RAISE(ROLLBACK, 'disk gone'); END");
    auto lock = lock_out_writer();
    std::vector<std::future<Result<StreamAppended>>> outcomes;
    for (int n = 0; n < 8; ++n) outcomes.push_back(start(*streams, append_of(stream_of("s"), {"1"})));
    outcomes.push_back(start(*streams, append_of(stream_of("t"), {"\"poison\""})));
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
    EXPECT_EQ(append(*streams, stream_of("s"), {"1"}).first, acknowledged + 1);
}

TEST_F(SqliteStreamsTest, AFullDiskLosesNothingAcknowledged) {
    SqliteStreamsOptions options;
    options.max_pages = 100;
    auto streams = open(path_, options);
    const std::string large = '"' + std::string(20'000, 'x') + '"';
    std::uint64_t acknowledged = 0;
    Result<StreamAppended> outcome = StreamAppended();
    while (acknowledged < 100) {
        outcome = try_append(*streams, append_of(stream_of("s"), {large}));
        if (!outcome) break;
        acknowledged = outcome->last;
    }
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Errc::kIo);
    EXPECT_THAT(outcome.error().text, HasSubstr("full"));
    EXPECT_GT(acknowledged, 3u);
    EXPECT_EQ(read(*streams, stream_of("s")).size(), acknowledged);
    // Trimming makes room again.
    EXPECT_EQ(*trim(*streams, stream_of("s"), acknowledged), acknowledged);
    EXPECT_EQ(append(*streams, stream_of("s"), {large}).first, acknowledged + 1);
}

TEST_F(SqliteStreamsTest, AnswersBusyWhenItsQueueIsFull) {
    SqliteStreamsOptions options;
    options.queued_writes = 8;
    options.group = 1;
    auto streams = open(path_, options);
    auto lock = lock_out_writer();
    std::vector<std::future<Result<StreamAppended>>> outcomes;
    bool full = false;
    for (int n = 0; n < 20 && !full; ++n) {
        auto outcome = start(*streams, append_of(stream_of("s"), {"1"}));
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

TEST_F(SqliteStreamsTest, StoppingCompletesWhatIsQueued) {
    auto streams = open(path_);
    auto lock = lock_out_writer();
    std::vector<std::future<Result<StreamAppended>>> outcomes;
    for (int n = 0; n < 50; ++n) outcomes.push_back(start(*streams, append_of(stream_of("s"), {"1"})));
    std::thread stopper([&] { streams->stop(); });
    ASSERT_TRUE(lock->execute("ROLLBACK"));
    stopper.join();
    for (auto& outcome : outcomes) {
        ASSERT_EQ(outcome.wait_for(std::chrono::seconds(0)), std::future_status::ready);
        EXPECT_TRUE(outcome.get());
    }
    EXPECT_EQ(try_append(*streams, append_of(stream_of("s"), {"1"})).error().code, Errc::kUnavailable);
    EXPECT_EQ(try_read(*streams, stream_of("s"), 0, 1).error().code, Errc::kUnavailable);
    EXPECT_EQ(trim(*streams, stream_of("s"), 1).error().code, Errc::kUnavailable);
}

TEST_F(SqliteStreamsTest, KeepsNoIdempotencyKeysBeyondTheirWindow) {
    auto streams = open(path_);
    std::vector<StreamAppend> all;
    for (int n = 0; n < 1100; ++n) all.push_back(keyed("k" + std::to_string(n), append_of(stream_of("s"), {"1"})));
    for (const auto& outcome : append_all(*streams, all)) ASSERT_TRUE(outcome) << outcome.error();
    const auto kept = [&] {
        auto connection = SqliteConnection::open(path_, 1000);
        std::int64_t count = -1;
        EXPECT_TRUE((*connection)
                        ->query(
                            [&](const SqliteRow& row) {
                                count = row.integer(0);
                                return false;
                            },
                            "SELECT count(*) FROM stream_replies"));
        return count;
    };
    EXPECT_EQ(kept(), 1000);
    clock_.advance_ms(10 * 60 * 1000);
    append(*streams, stream_of("t"), {"1"});
    EXPECT_EQ(kept(), 0);
}

TEST_F(SqliteStreamsTest, RefusesANewerSchemaNamingBothVersions) {
    open(path_).reset();
    execute("UPDATE schema_version SET version = 7");
    const auto refused = SqliteStreams::open(path_, clock_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::kUnsupported);
    EXPECT_THAT(refused.error().text, HasSubstr("open streams '" + path_ + "'"));
    EXPECT_THAT(refused.error().text, HasSubstr("version 7 is newer than 1"));
    execute("UPDATE schema_version SET version = 1");
    EXPECT_TRUE(open(path_));
}

TEST_F(SqliteStreamsTest, RefusesFilesThatAreDamagedOrNotItsOwn) {
    std::ofstream(path_) << std::string(8192, 'x');
    auto refused = SqliteStreams::open(path_, clock_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::kIo);
    EXPECT_THAT(refused.error().text, HasSubstr("open streams '" + path_ + "'"));

    std::filesystem::remove(path_);
    execute("CREATE TABLE recipes (name TEXT)");
    refused = SqliteStreams::open(path_, clock_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::kInvalid);
    EXPECT_THAT(refused.error().text, HasSubstr("streams '" + path_ + "': the file belongs to something else"));

    // Another store's file has versions too.
    execute("CREATE TABLE schema_version (version INTEGER NOT NULL); INSERT INTO schema_version VALUES (1)");
    refused = SqliteStreams::open(path_, clock_);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().text, HasSubstr("something else"));

    EXPECT_THAT(SqliteStreams::open(folder_.file("no/such/folder.db"), clock_).error().text,
                HasSubstr("no/such/folder.db"));
}

TEST_F(SqliteStreamsTest, NamesTheFileThatIsDamagedWhileItRuns) {
    auto streams = open(path_);
    execute("DROP TABLE stream_entries");
    for (const auto& text : {try_append(*streams, append_of(stream_of("s"), {"1"})).error().text,
                             try_read(*streams, stream_of("s"), 0, 1).error().text}) {
        EXPECT_THAT(text, HasSubstr("stream 's': streams '" + path_ + "': "));
    }
}

}  // namespace
}  // namespace tidegate::contract
