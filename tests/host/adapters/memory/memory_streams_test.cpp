#include "adapters/memory/memory_streams.hpp"

#include "tests/contract/streams_contract.hpp"

namespace tidegate::contract {
namespace {

struct MemoryStreamsFixture {
    std::unique_ptr<Streams> open(const Clock& clock) { return std::make_unique<MemoryStreams>(clock); }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, StreamsContract, MemoryStreamsFixture);

const std::string kTenKilobytes = '"' + std::string(10'000, 'x') + '"';

TEST(MemoryStreams, CompletesInline) {
    const ManualClock clock;
    MemoryStreams streams(clock);
    const auto never = [](const auto&) { FAIL() << "completed a second time"; };
    EXPECT_TRUE(streams.append(append_of(stream_of("s"), {"1"}), never).has_value());
    EXPECT_TRUE(streams.read(stream_of("s"), 0, 1, never).has_value());
    EXPECT_TRUE(streams.state(stream_of("s"), never).has_value());
    EXPECT_TRUE(streams.ack(stream_of("s"), "ada", 1, never).has_value());
    EXPECT_TRUE(streams.acked(stream_of("s"), "ada", never).has_value());
    EXPECT_TRUE(streams.trim(stream_of("s"), 1, never).has_value());
}

TEST(MemoryStreams, IsBusyBeyondItsBytesUntilSomeAreTrimmed) {
    const ManualClock clock;
    MemoryStreams streams(clock, 100'000);
    std::uint64_t fitted = 0;
    Result<StreamAppended> outcome = StreamAppended();
    while (fitted < 100) {
        outcome = try_append(streams, append_of(stream_of("s"), {kTenKilobytes}));
        if (!outcome) break;
        fitted = outcome->last;
    }
    EXPECT_EQ(fitted, 9u);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Errc::kBusy);
    EXPECT_EQ(state(streams, stream_of("s")), "1 9 9");
    for (int round = 0; round < 100; ++round) {
        ASSERT_EQ(*trim(streams, stream_of("s"), UINT64_MAX), 9u) << round;
        ASSERT_EQ(append(streams, stream_of("s"), std::vector<std::string>(9, kTenKilobytes)).trimmed, 0u) << round;
    }
    EXPECT_EQ(try_append(streams, append_of(stream_of("s"), {kTenKilobytes})).error().code, Errc::kBusy);
}

TEST(MemoryStreams, GoesOnWhenFullWithAStreamThatKeepsItsNewest) {
    const ManualClock clock;
    MemoryStreams streams(clock, 100'000);
    append(streams, stream_of("s"), std::vector<std::string>(9, kTenKilobytes));
    for (int n = 0; n < 100; ++n) {
        ASSERT_EQ(append(streams, at_most(9, append_of(stream_of("s"), {kTenKilobytes}))).trimmed, 1u);
    }
    EXPECT_EQ(state(streams, stream_of("s")), "101 109 9");
}

TEST(MemoryStreams, BoundsStreamsReadersAndIdempotencyKeysToo) {
    const ManualClock clock;
    MemoryStreams streams(clock, 100'000);
    const auto first_refusal = [&](auto&& call) {
        for (int n = 0; n < 1000; ++n) {
            if (const auto outcome = call(std::to_string(n)); !outcome) return outcome.error().code;
        }
        return Errc::kInternal;
    };
    const auto ack_at_new_stream = [&](const std::string& n) { return ack(streams, stream_of(n), "ada", 1); };
    const auto ack_by_new_reader = [&](const std::string& n) { return ack(streams, stream_of("0"), n, 1); };
    const auto append_with_key = [&](const std::string& n) {
        return try_append(streams, keyed(n, at_most(1, append_of(stream_of("0"), {"1"}))));
    };
    EXPECT_EQ(first_refusal(ack_at_new_stream), Errc::kBusy);
    EXPECT_EQ(first_refusal(ack_by_new_reader), Errc::kBusy);
    EXPECT_EQ(first_refusal(append_with_key), Errc::kBusy);
    EXPECT_EQ(*ack(streams, stream_of("0"), "ada", 2), 2u);  // a reader that is there
}

TEST(MemoryStreams, GivesBackTheMemoryOfForgottenIdempotencyKeys) {
    ManualClock clock;
    MemoryStreams streams(clock, 2'000'000);
    const std::string long_key(240, 'k');
    for (int n = 0; n < 20'000; ++n) {
        if (n % 2000 == 0) clock.advance_ms(11 * 60 * 1000);
        const auto key = long_key + std::to_string(n);
        ASSERT_TRUE(try_append(streams, keyed(key, at_most(1, append_of(stream_of("s"), {"1"}))))) << n;
    }
}

}  // namespace
}  // namespace tidegate::contract
