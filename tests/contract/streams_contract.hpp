#pragma once

// What every adapter of ports/streams.hpp promises, as one typed suite. An adapter's test instantiates it with a
// fixture that has `std::unique_ptr<Streams> open(const Clock&)`; each test gets a fixture of its own.

#include "base/clock.hpp"
#include "ports/streams.hpp"
#include "tests/contract/completion.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tidegate::contract {

inline StreamKey stream_of(std::string name) { return {"acme", "audit", std::move(name)}; }

inline StreamAppend append_of(StreamKey key, std::vector<std::string> entries) {
    StreamAppend append;
    append.key = std::move(key);
    append.entries = std::move(entries);
    return append;
}
inline StreamAppend keyed(std::string idempotency_key, StreamAppend append) {
    append.idempotency_key = std::move(idempotency_key);
    return append;
}
inline StreamAppend at_most(std::uint64_t max_entries, StreamAppend append) {
    append.max_entries = max_entries;
    return append;
}

inline Result<StreamAppended> try_append(Streams& streams, StreamAppend append) {
    return outcome_of<StreamAppended>([&](auto done) { return streams.append(std::move(append), std::move(done)); });
}
inline StreamAppended append(Streams& streams, StreamAppend asked) {
    auto outcome = try_append(streams, std::move(asked));
    EXPECT_TRUE(outcome) << outcome.error();
    return outcome ? *outcome : StreamAppended();
}
inline StreamAppended append(Streams& streams, StreamKey key, std::vector<std::string> entries) {
    return append(streams, append_of(std::move(key), std::move(entries)));
}
// Many in flight; the outcomes in their order.
inline std::vector<Result<StreamAppended>> append_all(Streams& streams, std::vector<StreamAppend> asked) {
    std::vector<std::future<Result<StreamAppended>>> coming;
    for (auto& one : asked) {
        auto promise = std::make_shared<std::promise<Result<StreamAppended>>>();
        coming.push_back(promise->get_future());
        auto now = streams.append(std::move(one),
                                  [promise](Result<StreamAppended> done) { promise->set_value(std::move(done)); });
        if (now) promise->set_value(std::move(*now));
    }
    std::vector<Result<StreamAppended>> outcomes;
    for (auto& one : coming) outcomes.push_back(one.get());
    return outcomes;
}
inline Result<std::vector<StreamEntry>> try_read(Streams& streams, StreamKey key, std::uint64_t after,
                                                 std::uint32_t limit) {
    return outcome_of<std::vector<StreamEntry>>(
        [&](auto done) { return streams.read(std::move(key), after, limit, std::move(done)); });
}
inline std::vector<StreamEntry> read(Streams& streams, StreamKey key, std::uint64_t after = 0,
                                     std::uint32_t limit = 1000) {
    auto found = try_read(streams, std::move(key), after, limit);
    EXPECT_TRUE(found) << found.error();
    return found ? std::move(*found) : std::vector<StreamEntry>();
}
// "position data" of each.
inline std::vector<std::string> lines(const std::vector<StreamEntry>& entries) {
    std::vector<std::string> found;
    for (const auto& entry : entries) found.push_back(std::to_string(entry.position) + ' ' + entry.data);
    return found;
}
inline Result<StreamState> try_state(Streams& streams, StreamKey key) {
    return outcome_of<StreamState>([&](auto done) { return streams.state(std::move(key), std::move(done)); });
}
// "first last count"
inline std::string state(Streams& streams, StreamKey key) {
    const auto found = try_state(streams, std::move(key));
    if (!found) return found.error().text;
    return std::to_string(found->first) + ' ' + std::to_string(found->last) + ' ' + std::to_string(found->count);
}
inline Result<std::uint64_t> trim(Streams& streams, StreamKey key, std::uint64_t up_to) {
    return outcome_of<std::uint64_t>([&](auto done) { return streams.trim(std::move(key), up_to, std::move(done)); });
}
inline Result<std::uint64_t> ack(Streams& streams, StreamKey key, std::string reader, std::uint64_t position) {
    return outcome_of<std::uint64_t>(
        [&](auto done) { return streams.ack(std::move(key), std::move(reader), position, std::move(done)); });
}
inline Result<std::uint64_t> acked(Streams& streams, StreamKey key, std::string reader) {
    return outcome_of<std::uint64_t>(
        [&](auto done) { return streams.acked(std::move(key), std::move(reader), std::move(done)); });
}

// How often each of many calls completed, however it did; and whether one completed inside its call after all.
class CompletionCounts {
public:
    // [one thread]
    template <class T, class Call>
    void count(Call&& call) {
        auto* const one = &counts_.emplace_back(0);
        const auto caller = std::this_thread::get_id();
        auto inside = std::make_shared<std::atomic<bool>>(true);
        auto now = call([this, one, caller, inside](const Result<T>&) {
            if (*inside && std::this_thread::get_id() == caller) inside_ = true;
            ++*one;
        });
        *inside = false;
        if (now) ++*one;
    }
    std::size_t size() const { return counts_.size(); }
    bool any_inside() const { return inside_; }
    bool each_once() const {
        return std::all_of(counts_.begin(), counts_.end(), [](const auto& count) { return count == 1; });
    }

private:
    std::deque<std::atomic<int>> counts_;
    std::atomic<bool> inside_{false};
};

template <class Fixture>
class StreamsContract : public testing::Test {
protected:
    void SetUp() override {
        streams_ = fixture_.open(clock_);
        ASSERT_TRUE(streams_);
    }
    Errc append_refusal(StreamAppend asked) {
        const auto outcome = try_append(*streams_, std::move(asked));
        return outcome ? Errc::kInternal : outcome.error().code;
    }

    ManualClock clock_;
    Fixture fixture_;
    std::unique_ptr<Streams> streams_;
};

using Lines = std::vector<std::string>;

TYPED_TEST_SUITE_P(StreamsContract);

TYPED_TEST_P(StreamsContract, GivesEntriesRisingPositionsFromOne) {
    const auto first = append(*this->streams_, stream_of("s"), {R"({"n":1})"});
    EXPECT_EQ(first.first, 1u);
    EXPECT_EQ(first.last, 1u);
    EXPECT_EQ(first.trimmed, 0u);
    EXPECT_FALSE(first.replayed);
    this->clock_.advance_ms(5);
    const auto more = append(*this->streams_, stream_of("s"), {"2", "\"three\""});
    EXPECT_EQ(more.first, 2u);
    EXPECT_EQ(more.last, 3u);
    const auto entries = read(*this->streams_, stream_of("s"));
    EXPECT_EQ(lines(entries), (Lines{R"(1 {"n":1})", "2 2", "3 \"three\""}));
    EXPECT_EQ(entries[0].at_ms, this->clock_.wall_ms() - 5);
    EXPECT_EQ(entries[1].at_ms, this->clock_.wall_ms());
    EXPECT_EQ(entries[2].at_ms, this->clock_.wall_ms());
}

TYPED_TEST_P(StreamsContract, FindsAStreamThatNeverWasEmpty) {
    EXPECT_TRUE(read(*this->streams_, stream_of("never")).empty());
    EXPECT_EQ(state(*this->streams_, stream_of("never")), "0 0 0");
    EXPECT_EQ(*trim(*this->streams_, stream_of("never"), 10), 0u);
    EXPECT_EQ(*acked(*this->streams_, stream_of("never"), "ada"), 0u);
}

TYPED_TEST_P(StreamsContract, KeepsTheTextOfAnEntryAsItCame) {
    const std::string text = "{ \"b\" : 1.50,\n \"a\":\"\\u00e9 \xc3\xa9\" }";
    append(*this->streams_, stream_of("s"), {text});
    EXPECT_EQ(read(*this->streams_, stream_of("s")).at(0).data, text);
}

TYPED_TEST_P(StreamsContract, ReadsInPagesFromAPosition) {
    for (int n = 1; n <= 10; ++n) append(*this->streams_, stream_of("s"), {std::to_string(n)});
    EXPECT_EQ(lines(read(*this->streams_, stream_of("s"), 0, 3)), (Lines{"1 1", "2 2", "3 3"}));
    EXPECT_EQ(lines(read(*this->streams_, stream_of("s"), 3, 3)), (Lines{"4 4", "5 5", "6 6"}));
    EXPECT_EQ(lines(read(*this->streams_, stream_of("s"), 9, 3)), (Lines{"10 10"}));
    EXPECT_TRUE(read(*this->streams_, stream_of("s"), 10, 3).empty());
    EXPECT_TRUE(read(*this->streams_, stream_of("s"), 11, 3).empty());
    EXPECT_TRUE(read(*this->streams_, stream_of("s"), UINT64_MAX, 1000).empty());
}

TYPED_TEST_P(StreamsContract, EndsAPageAtFourMebibytes) {
    const std::string large = '"' + std::string(64 * 1024 - 2, 'x') + '"';
    append(*this->streams_, stream_of("s"), std::vector<std::string>(70, large));
    EXPECT_EQ(read(*this->streams_, stream_of("s")).size(), 64u);
    EXPECT_EQ(read(*this->streams_, stream_of("s"), 64).size(), 6u);
}

TYPED_TEST_P(StreamsContract, ReadsTenThousandEntriesInOrder) {
    for (int n = 0; n < 10'000; n += 250) {
        std::vector<std::string> entries;
        for (int m = n; m < n + 250; ++m) entries.push_back(std::to_string(m + 1));
        append(*this->streams_, stream_of("s"), std::move(entries));
    }
    std::uint64_t after = 0;
    const auto started = std::chrono::steady_clock::now();
    for (;;) {
        const auto page = read(*this->streams_, stream_of("s"), after, 1000);
        if (page.empty()) break;
        for (const auto& entry : page) {
            ASSERT_EQ(entry.position, ++after);
            ASSERT_EQ(entry.data, std::to_string(after));
        }
    }
    EXPECT_EQ(after, 10'000u);
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(2));
}

TYPED_TEST_P(StreamsContract, NeverGivesAPositionTwice) {
    append(*this->streams_, stream_of("s"), {"1", "2", "3"});
    EXPECT_EQ(*trim(*this->streams_, stream_of("s"), 3), 3u);
    EXPECT_EQ(state(*this->streams_, stream_of("s")), "0 3 0");
    EXPECT_EQ(append(*this->streams_, stream_of("s"), {"4"}).first, 4u);
    EXPECT_EQ(*trim(*this->streams_, stream_of("s"), UINT64_MAX), 1u);
    EXPECT_EQ(append(*this->streams_, stream_of("s"), {"5"}).first, 5u);
    EXPECT_EQ(lines(read(*this->streams_, stream_of("s"))), (Lines{"5 5"}));
}

TYPED_TEST_P(StreamsContract, TrimsUpToAPosition) {
    append(*this->streams_, stream_of("s"), {"1", "2", "3", "4", "5"});
    EXPECT_EQ(*trim(*this->streams_, stream_of("s"), 2), 2u);
    EXPECT_EQ(state(*this->streams_, stream_of("s")), "3 5 3");
    EXPECT_EQ(*trim(*this->streams_, stream_of("s"), 2), 0u);
    EXPECT_EQ(*trim(*this->streams_, stream_of("s"), 0), 0u);
    EXPECT_EQ(*trim(*this->streams_, stream_of("s"), 3), 1u);
    EXPECT_EQ(lines(read(*this->streams_, stream_of("s"))), (Lines{"4 4", "5 5"}));
    EXPECT_EQ(lines(read(*this->streams_, stream_of("s"), 4)), (Lines{"5 5"}));
    EXPECT_EQ(state(*this->streams_, stream_of("s")), "4 5 2");
}

TYPED_TEST_P(StreamsContract, TrimsTheOldestBeyondTheBoundAlongWithAnAppend) {
    EXPECT_EQ(append(*this->streams_, at_most(3, append_of(stream_of("s"), {"1", "2"}))).trimmed, 0u);
    EXPECT_EQ(append(*this->streams_, at_most(3, append_of(stream_of("s"), {"3"}))).trimmed, 0u);
    const auto over = append(*this->streams_, at_most(3, append_of(stream_of("s"), {"4", "5"})));
    EXPECT_EQ(over.trimmed, 2u);
    EXPECT_EQ(over.first, 4u);
    EXPECT_EQ(lines(read(*this->streams_, stream_of("s"))), (Lines{"3 3", "4 4", "5 5"}));
    EXPECT_EQ(append(*this->streams_, stream_of("s"), {"6"}).trimmed, 0u);  // unbounded
    EXPECT_EQ(append(*this->streams_, at_most(2, append_of(stream_of("s"), {"7"}))).trimmed, 3u);
    EXPECT_EQ(state(*this->streams_, stream_of("s")), "6 7 2");
}

TYPED_TEST_P(StreamsContract, TrimsOfAnAppendLargerThanTheBoundItsOwnOldest) {
    append(*this->streams_, stream_of("s"), {"1"});
    const auto over = append(*this->streams_, at_most(2, append_of(stream_of("s"), {"2", "3", "4", "5"})));
    EXPECT_EQ(over.first, 2u);
    EXPECT_EQ(over.last, 5u);
    EXPECT_EQ(over.trimmed, 3u);
    EXPECT_EQ(lines(read(*this->streams_, stream_of("s"))), (Lines{"4 4", "5 5"}));
}

TYPED_TEST_P(StreamsContract, AppendsAllEntriesOrNone) {
    append(*this->streams_, stream_of("s"), {"1"});
    EXPECT_EQ(this->append_refusal(append_of(stream_of("s"), {"2", "3", "{"})), Errc::kInvalid);
    EXPECT_EQ(this->append_refusal(append_of(stream_of("s"), {"2", '"' + std::string(64 * 1024, 'x') + '"'})),
              Errc::kTooLarge);
    EXPECT_EQ(state(*this->streams_, stream_of("s")), "1 1 1");
    EXPECT_EQ(append(*this->streams_, stream_of("s"), {"2"}).first, 2u);
}

TYPED_TEST_P(StreamsContract, AnswersAnIdempotencyKeyAgainAsTheFirstTime) {
    const auto asked = keyed("k", at_most(2, append_of(stream_of("s"), {"1", "2", "3"})));
    const auto first = append(*this->streams_, asked);
    EXPECT_FALSE(first.replayed);
    append(*this->streams_, stream_of("s"), {"4"});
    this->clock_.advance_ms(10 * 60 * 1000 - 1);
    auto other = asked;
    other.entries = {"5"};
    for (const auto& again : {append(*this->streams_, asked), append(*this->streams_, other)}) {
        EXPECT_TRUE(again.replayed);
        EXPECT_EQ(again.first, first.first);
        EXPECT_EQ(again.last, first.last);
        EXPECT_EQ(again.trimmed, 1u);
    }
    EXPECT_EQ(state(*this->streams_, stream_of("s")), "2 4 3");
}

TYPED_TEST_P(StreamsContract, ForgetsAnIdempotencyKeyAfterTenMinutes) {
    const auto asked = keyed("k", append_of(stream_of("s"), {"1"}));
    append(*this->streams_, asked);
    this->clock_.advance_ms(10 * 60 * 1000);
    const auto again = append(*this->streams_, asked);
    EXPECT_FALSE(again.replayed);
    EXPECT_EQ(again.first, 2u);
    this->clock_.advance_ms(10 * 60 * 1000 - 1);
    EXPECT_EQ(append(*this->streams_, asked).first, 2u);
}

TYPED_TEST_P(StreamsContract, KeepsTheLastThousandIdempotencyKeys) {
    std::vector<StreamAppend> all;
    for (int n = 0; n < 1001; ++n) all.push_back(keyed("k" + std::to_string(n), append_of(stream_of("s"), {"0"})));
    for (const auto& outcome : append_all(*this->streams_, all)) ASSERT_TRUE(outcome) << outcome.error();
    EXPECT_TRUE(append(*this->streams_, keyed("k1", append_of(stream_of("s"), {"0"}))).replayed);
    EXPECT_TRUE(append(*this->streams_, keyed("k1000", append_of(stream_of("s"), {"0"}))).replayed);
    EXPECT_FALSE(append(*this->streams_, keyed("k0", append_of(stream_of("s"), {"0"}))).replayed);
    EXPECT_FALSE(append(*this->streams_, keyed("k1", append_of(stream_of("s"), {"0"}))).replayed);
}

TYPED_TEST_P(StreamsContract, KeepsIdempotencyKeysPerStreamAndOverATrim) {
    append(*this->streams_, keyed("k", append_of(stream_of("s"), {"1"})));
    EXPECT_FALSE(append(*this->streams_, keyed("k", append_of(stream_of("t"), {"1"}))).replayed);
    ASSERT_EQ(*trim(*this->streams_, stream_of("s"), 1), 1u);
    EXPECT_TRUE(append(*this->streams_, keyed("k", append_of(stream_of("s"), {"1"}))).replayed);
    EXPECT_EQ(state(*this->streams_, stream_of("s")), "0 1 0");
}

TYPED_TEST_P(StreamsContract, RemembersNoKeyOfAnAppendItRefused) {
    EXPECT_EQ(this->append_refusal(keyed("k", append_of(stream_of("s"), {"{"}))), Errc::kInvalid);
    EXPECT_FALSE(append(*this->streams_, keyed("k", append_of(stream_of("s"), {"1"}))).replayed);
}

TYPED_TEST_P(StreamsContract, LetsAReaderOnlyRise) {
    append(*this->streams_, stream_of("s"), {"1", "2", "3"});
    EXPECT_EQ(*acked(*this->streams_, stream_of("s"), "ada"), 0u);
    EXPECT_EQ(*ack(*this->streams_, stream_of("s"), "ada", 2), 2u);
    EXPECT_EQ(*ack(*this->streams_, stream_of("s"), "ada", 1), 2u);
    EXPECT_EQ(*acked(*this->streams_, stream_of("s"), "ada"), 2u);
    EXPECT_EQ(*ack(*this->streams_, stream_of("s"), "ada", 3), 3u);
    EXPECT_EQ(*acked(*this->streams_, stream_of("s"), "ben"), 0u);
    EXPECT_EQ(*ack(*this->streams_, stream_of("s"), "ben", 1), 1u);
    ASSERT_EQ(*trim(*this->streams_, stream_of("s"), 3), 3u);
    EXPECT_EQ(*acked(*this->streams_, stream_of("s"), "ada"), 3u);
    EXPECT_EQ(*acked(*this->streams_, stream_of("t"), "ada"), 0u);
}

TYPED_TEST_P(StreamsContract, KeepsTenantsOwnersAndStreamsApart) {
    const std::vector<StreamKey> keys = {
        {"acme", "audit", "s"}, {"other", "audit", "s"}, {"acme", "inbox", "s"}, {"acme", "audit", "t"}};
    for (std::size_t n = 0; n < keys.size(); ++n) {
        EXPECT_EQ(append(*this->streams_, keyed("k", append_of(keys[n], {std::to_string(n)}))).first, 1u);
        EXPECT_EQ(*ack(*this->streams_, keys[n], "ada", n + 1), n + 1);
    }
    EXPECT_EQ(*trim(*this->streams_, keys[2], 1), 1u);
    for (std::size_t n = 0; n < keys.size(); ++n) {
        const auto expected = n == 2 ? Lines() : Lines{"1 " + std::to_string(n)};
        EXPECT_EQ(lines(read(*this->streams_, keys[n])), expected);
        EXPECT_EQ(*acked(*this->streams_, keys[n], "ada"), n + 1);
    }
}

TYPED_TEST_P(StreamsContract, RefusesWhatCannotBeRight) {
    const std::string long_name(257, 'x');
    for (const auto& bad : {std::string(), long_name, std::string("a\nb"), std::string("\xff")}) {
        for (const auto& key :
             {StreamKey{bad, "audit", "s"}, StreamKey{"acme", bad, "s"}, StreamKey{"acme", "audit", bad}}) {
            EXPECT_EQ(this->append_refusal(append_of(key, {"1"})), Errc::kInvalid) << bad;
            EXPECT_EQ(try_read(*this->streams_, key, 0, 1).error().code, Errc::kInvalid);
            EXPECT_EQ(try_state(*this->streams_, key).error().code, Errc::kInvalid);
            EXPECT_EQ(trim(*this->streams_, key, 1).error().code, Errc::kInvalid);
            EXPECT_EQ(ack(*this->streams_, key, "ada", 1).error().code, Errc::kInvalid);
            EXPECT_EQ(acked(*this->streams_, key, "ada").error().code, Errc::kInvalid);
        }
        EXPECT_EQ(ack(*this->streams_, stream_of("s"), bad, 1).error().code, Errc::kInvalid);
        EXPECT_EQ(acked(*this->streams_, stream_of("s"), bad).error().code, Errc::kInvalid);
        if (bad.empty()) continue;
        EXPECT_EQ(this->append_refusal(keyed(bad, append_of(stream_of("s"), {"1"}))), Errc::kInvalid);
    }
    EXPECT_EQ(this->append_refusal(append_of(stream_of("s"), {})), Errc::kInvalid);
    EXPECT_EQ(this->append_refusal(append_of(stream_of("s"), std::vector<std::string>(257, "1"))), Errc::kInvalid);
    for (const char* bad : {"", "{", "nope", "1 2", "\"\xff\""}) {
        EXPECT_EQ(this->append_refusal(append_of(stream_of("s"), {bad})), Errc::kInvalid) << bad;
    }
    EXPECT_EQ(try_read(*this->streams_, stream_of("s"), 0, 0).error().code, Errc::kInvalid);
    EXPECT_EQ(try_read(*this->streams_, stream_of("s"), 0, 1001).error().code, Errc::kInvalid);
    EXPECT_EQ(ack(*this->streams_, stream_of("s"), "ada", std::uint64_t{1} << 63).error().code, Errc::kInvalid);
    EXPECT_EQ(state(*this->streams_, stream_of("s")), "0 0 0");
}

TYPED_TEST_P(StreamsContract, TakesWhatIsJustWithinItsBounds) {
    const std::string name(256, 'x');
    const std::string large = '"' + std::string(64 * 1024 - 2, 'x') + '"';
    std::vector<std::string> entries(256, "1");
    entries[0] = large;
    const StreamKey key{name, name, name};
    EXPECT_EQ(append(*this->streams_, keyed(name, append_of(key, entries))).last, 256u);
    EXPECT_EQ(*ack(*this->streams_, key, name, (std::uint64_t{1} << 63) - 1), (std::uint64_t{1} << 63) - 1);
    EXPECT_EQ(read(*this->streams_, key, 0, 1).at(0).data, large);
}

TYPED_TEST_P(StreamsContract, NamesTheActAndTheStreamItRefuses) {
    const auto refused = try_append(*this->streams_, append_of(stream_of("inbox"), {"{"}));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("append to stream 'inbox': "), std::string::npos) << refused.error();
}

TYPED_TEST_P(StreamsContract, GivesAppendsOfManyThreadsPositionsWithoutHoleOrDouble) {
    constexpr int kThreads = 4;
    constexpr int kAppends = 250;
    std::mutex mutex;
    std::map<std::uint64_t, std::string> given;
    std::atomic<bool> over = false;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            std::uint64_t last = 0;
            for (int n = 0; n < kAppends; ++n) {
                std::vector<std::string> entries;
                for (int m = 0; m <= n % 3; ++m) entries.push_back(std::to_string(t * 1'000'000 + n * 10 + m));
                const auto appended = append(*this->streams_, stream_of("s"), entries);
                EXPECT_GT(appended.first, last);
                EXPECT_EQ(appended.last - appended.first + 1, entries.size());
                last = appended.last;
                // Seen at once by whoever knows of it.
                const auto seen = read(*this->streams_, stream_of("s"), appended.first - 1, 1);
                EXPECT_EQ(lines(seen), (Lines{std::to_string(appended.first) + ' ' + entries[0]}));
                const std::lock_guard lock(mutex);
                for (std::size_t m = 0; m < entries.size(); ++m) {
                    EXPECT_TRUE(given.emplace(appended.first + m, entries[m]).second);
                }
            }
        });
    }
    std::thread reader([&] {
        while (!over) {
            const auto page = read(*this->streams_, stream_of("s"));
            for (std::size_t n = 0; n < page.size(); ++n) ASSERT_EQ(page[n].position, n + 1);
        }
    });
    for (auto& thread : threads) thread.join();
    over = true;
    reader.join();
    ASSERT_FALSE(given.empty());
    EXPECT_EQ(given.rbegin()->first, given.size());
    std::uint64_t after = 0;
    while (after < given.size()) {
        const auto page = read(*this->streams_, stream_of("s"), after);
        ASSERT_FALSE(page.empty());
        for (const auto& entry : page) {
            EXPECT_EQ(entry.data, given.at(entry.position));
            after = entry.position;
        }
    }
}

TYPED_TEST_P(StreamsContract, LetsOneOfManyThreadsWithTheSameKeyAppend) {
    std::atomic<int> fresh = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int n = 0; n < 50; ++n) {
                const auto key = "k" + std::to_string(n);
                fresh += !append(*this->streams_, keyed(key, append_of(stream_of("s"), {"1"}))).replayed;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(fresh, 50);
    EXPECT_EQ(state(*this->streams_, stream_of("s")), "1 50 50");
}

TYPED_TEST_P(StreamsContract, CompletesEverythingOnceThoughItIsDestroyed) {
    CompletionCounts counts;
    for (int n = 0; n < 100; ++n) {
        const auto key = stream_of("s" + std::to_string(n % 7));
        counts.count<StreamAppended>([&](auto done) { return this->streams_->append(append_of(key, {"1"}), done); });
        counts.count<StreamAppended>([&](auto done) { return this->streams_->append(append_of(key, {"{"}), done); });
        counts.count<std::vector<StreamEntry>>([&](auto done) { return this->streams_->read(key, 0, 10, done); });
        counts.count<StreamState>([&](auto done) { return this->streams_->state(key, done); });
        counts.count<std::uint64_t>([&](auto done) { return this->streams_->ack(key, "ada", 1, done); });
        counts.count<std::uint64_t>([&](auto done) { return this->streams_->acked(key, "ada", done); });
        counts.count<std::uint64_t>([&](auto done) { return this->streams_->trim(key, 1, done); });
    }
    this->streams_.reset();
    EXPECT_EQ(counts.size(), 700u);
    EXPECT_TRUE(counts.each_once());
    EXPECT_FALSE(counts.any_inside());
}

REGISTER_TYPED_TEST_SUITE_P(StreamsContract, GivesEntriesRisingPositionsFromOne, FindsAStreamThatNeverWasEmpty,
                            KeepsTheTextOfAnEntryAsItCame, ReadsInPagesFromAPosition, EndsAPageAtFourMebibytes,
                            ReadsTenThousandEntriesInOrder, NeverGivesAPositionTwice, TrimsUpToAPosition,
                            TrimsTheOldestBeyondTheBoundAlongWithAnAppend,
                            TrimsOfAnAppendLargerThanTheBoundItsOwnOldest, AppendsAllEntriesOrNone,
                            AnswersAnIdempotencyKeyAgainAsTheFirstTime, ForgetsAnIdempotencyKeyAfterTenMinutes,
                            KeepsTheLastThousandIdempotencyKeys, KeepsIdempotencyKeysPerStreamAndOverATrim,
                            RemembersNoKeyOfAnAppendItRefused, LetsAReaderOnlyRise, KeepsTenantsOwnersAndStreamsApart,
                            RefusesWhatCannotBeRight, TakesWhatIsJustWithinItsBounds, NamesTheActAndTheStreamItRefuses,
                            GivesAppendsOfManyThreadsPositionsWithoutHoleOrDouble,
                            LetsOneOfManyThreadsWithTheSameKeyAppend, CompletesEverythingOnceThoughItIsDestroyed);

}  // namespace tidegate::contract
