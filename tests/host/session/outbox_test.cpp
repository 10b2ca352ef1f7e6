#include "session/outbox.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace tidegate::session {
namespace {

BufferRef bytes(std::string_view text) { return Buffer::copy_of(text); }

// Takes at most `limit` bytes, as a kernel would.
std::string take(Outbox& outbox, std::size_t limit) {
    std::array<iovec, 64> parts;
    const std::size_t count = outbox.gather(parts);
    std::string taken;
    for (std::size_t i = 0; i < count && taken.size() < limit; ++i) {
        taken.append(static_cast<const char*>(parts[i].iov_base), std::min(parts[i].iov_len, limit - taken.size()));
    }
    outbox.consume(taken.size());
    return taken;
}

std::string take_all(Outbox& outbox) {
    std::string all;
    while (!outbox.empty()) all += take(outbox, 1'000'000);
    return all;
}

TEST(Outbox, SendsControlBeforeEventsBeforeBulkAndTheCloseFrameLast) {
    Outbox outbox;
    outbox.push(Lane::kBulk, bytes("b1 "));
    outbox.push(Lane::kEvents, bytes("e1 "));
    outbox.push(Lane::kControl, bytes("c1 "));
    outbox.push(Lane::kEvents, bytes("e2 "));
    outbox.set_close(bytes("close"));
    EXPECT_EQ(outbox.bytes(), 17u);
    EXPECT_EQ(take_all(outbox), "c1 e1 e2 b1 close");
}

TEST(Outbox, FinishesAFramePartlyWrittenBeforeAnythingOfAHigherLane) {
    Outbox outbox;
    outbox.push(Lane::kBulk, bytes("bulkbulk "));
    EXPECT_EQ(take(outbox, 3), "bul");
    outbox.push(Lane::kControl, bytes("control "));
    EXPECT_EQ(take_all(outbox), "kbulk control ");
}

TEST(Outbox, ANewerFrameOfAKeyReplacesTheUnsentOneAndStandsAtItsOwnPlace) {
    Outbox outbox;
    const BufferRef key = bytes("cursor/u1");
    EXPECT_EQ(outbox.push(Lane::kBulk, bytes("old "), key), 0u);
    outbox.push(Lane::kBulk, bytes("between "));
    EXPECT_EQ(outbox.push(Lane::kBulk, bytes("new "), bytes("cursor/u1")), 4u);
    EXPECT_EQ(outbox.bytes(), 12u);
    EXPECT_EQ(take_all(outbox), "between new ");
    EXPECT_EQ(outbox.push(Lane::kBulk, bytes("later "), key), 0u) << "what is sent cannot be replaced";
}

TEST(Outbox, AFramePartlyWrittenIsNotReplaced) {
    Outbox outbox;
    outbox.push(Lane::kBulk, bytes("first "), bytes("k"));
    EXPECT_EQ(take(outbox, 2), "fi");
    EXPECT_EQ(outbox.push(Lane::kBulk, bytes("second "), bytes("k")), 0u);
    EXPECT_EQ(take_all(outbox), "rst second ");
}

TEST(Outbox, ManyConflatedFramesDoNotGrowTheLane) {
    LaneQueue lane;
    lane.push(bytes("stays"), {});
    for (int i = 0; i < 100'000; ++i) lane.push(bytes(std::to_string(i)), bytes(i % 2 == 0 ? "even" : "odd"));
    EXPECT_EQ(lane.count(), 3u);
    EXPECT_EQ(lane.pop_front()->view(), "stays");
    EXPECT_EQ(lane.pop_front()->view(), "99998");
    EXPECT_EQ(lane.pop_front()->view(), "99999");
    EXPECT_FALSE(lane.pop_front());
}

TEST(Outbox, WhatIsDroppedLeavesOnlyAFramePartlyWritten) {
    Outbox outbox;
    outbox.push(Lane::kEvents, bytes("abcdef"));
    outbox.push(Lane::kEvents, bytes("gone"));
    take(outbox, 2);
    EXPECT_EQ(outbox.drop_whole_frames(), 1u);
    EXPECT_EQ(take_all(outbox), "cdef");
}

TEST(Outbox, PushFrontComesBeforeTheLaneEvenAfterFramesWereTaken) {
    Outbox outbox;
    outbox.push(Lane::kControl, bytes("x "), bytes("key"));
    outbox.push_front(bytes("first "));
    outbox.push(Lane::kControl, bytes("y "), bytes("key"));
    EXPECT_EQ(take_all(outbox), "first y ");
}

TEST(Outbox, AnyPatternOfShortWritesGivesTheSameBytes) {
    std::mt19937 random(42);
    for (int round = 0; round < 200; ++round) {
        Outbox outbox;
        std::string expected, got;
        for (int i = 0; i < 150; ++i) {
            const std::string text = std::to_string(random() % 1000) + std::string(random() % 20, '.') + " ";
            expected += text;
            outbox.push(Lane::kEvents, bytes(text));
            if (random() % 3 == 0) got += take(outbox, random() % 60);
        }
        while (!outbox.empty()) got += take(outbox, 1 + random() % 60);
        ASSERT_EQ(got, expected);
    }
}

}  // namespace
}  // namespace tidegate::session
