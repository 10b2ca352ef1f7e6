#include "session/session.hpp"

#include "tests/support/fake_transport.hpp"
#include "wire/frame_encoder.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tidegate::session {
namespace {

using testing::FakeTransport;

struct RecordingOwner final : SessionOwner {
    void on_message(Session& session, std::string_view text) override {
        messages.emplace_back(text);
        if (pause_after_each) session.pause(Pause::kParked);
    }
    void on_binary(Session&, std::string_view bytes) override { binaries.emplace_back(bytes); }
    void on_unflushed(Session&) override { ++unflushed; }
    void on_closing(Session&, std::uint16_t code) override { closing.push_back(code); }
    void on_gone(Session&) override { ++gone; }
    void on_dropped(Session&, std::string_view reason, std::size_t count) override {
        dropped[std::string(reason)] += count;
    }

    std::vector<std::string> messages, binaries;
    std::vector<std::uint16_t> closing;
    std::map<std::string, std::size_t> dropped;
    int unflushed = 0;
    int gone = 0;
    bool pause_after_each = false;
};

class SessionTest : public ::testing::Test {
protected:
    SessionTest() { transport.sink = &session; }

    static SessionInfoRef make_info() {
        SessionIdentity identity;
        identity.id = SessionId(0, 0, 1);
        return make_ref<SessionInfo>(std::move(identity), std::make_shared<const Principal>());
    }
    static BufferRef text(std::string_view content) { return encode_text(content); }
    void open() {
        session.release();
        session.flush();
    }

    ManualClock clock;
    SessionLimits limits{.outbox_bytes_max = 1000};
    RecordingOwner owner;
    OutboxPool pool;
    FakeTransport transport;
    Session session{make_info(), transport, owner, pool, clock, limits};
};

TEST_F(SessionTest, HoldsEverythingWhileOpeningAndSaysTheFirstMessageFirst) {
    session.push(Lane::kControl, text("held"));
    session.push(Lane::kEvents, text("event"));
    session.flush();
    EXPECT_EQ(transport.writes, 0);
    session.push_first(text("first"));
    open();
    EXPECT_EQ(transport.texts(), (std::vector<std::string>{"first", "held", "event"}));
}

TEST_F(SessionTest, GathersATurnIntoOneWrite) {
    open();
    for (int i = 0; i < 5; ++i) EXPECT_EQ(session.push(Lane::kEvents, text("e")), Pushed::kQueued);
    EXPECT_EQ(transport.writes, 0);
    EXPECT_EQ(owner.unflushed, 1);
    session.flush();
    EXPECT_EQ(transport.writes, 1);
    EXPECT_EQ(transport.texts().size(), 5u);
}

TEST_F(SessionTest, WritesDirectlyOnlyWhenNothingIsUnsent) {
    open();
    session.offer(Lane::kEvents, text("direct"));
    EXPECT_EQ(transport.writes, 1);
    session.push(Lane::kEvents, text("queued"));
    session.offer(Lane::kEvents, text("behind"));
    EXPECT_EQ(transport.writes, 1);
    session.flush();
    EXPECT_EQ(transport.texts(), (std::vector<std::string>{"direct", "queued", "behind"}));
}

TEST_F(SessionTest, WaitsForTheKernelAndGoesOnWhereItStopped) {
    open();
    transport.room = 3;
    EXPECT_EQ(session.offer(Lane::kBulk, text("partly")), Pushed::kBackpressure);
    EXPECT_TRUE(transport.wants_writable);
    EXPECT_TRUE(session.is_behind());
    EXPECT_TRUE(session.info()->behind) << "other threads see it too";
    EXPECT_EQ(session.push(Lane::kControl, text("urgent")), Pushed::kBackpressure);
    session.flush();
    transport.make_room(1000);
    EXPECT_EQ(transport.texts(), (std::vector<std::string>{"partly", "urgent"}));
    EXPECT_FALSE(transport.wants_writable);
    EXPECT_FALSE(session.is_behind());
    EXPECT_FALSE(session.info()->behind);
}

TEST_F(SessionTest, ClosesASlowConsumerAtItsBoundAndCountsWhatItLoses) {
    open();
    transport.room = 0;
    session.push(Lane::kEvents, text(std::string(600, 'x')));
    session.flush();
    EXPECT_EQ(session.push(Lane::kEvents, text(std::string(600, 'x'))), Pushed::kDropped);
    EXPECT_EQ(session.state(), Session::State::kClosing);
    EXPECT_EQ(owner.closing, (std::vector<std::uint16_t>{4008}));
    EXPECT_EQ(owner.dropped["slow_consumer"], 2u);
    transport.make_room(1000);
    EXPECT_EQ(transport.close_code(), 4008);
    EXPECT_TRUE(transport.texts().empty());
    EXPECT_TRUE(transport.finished);
    EXPECT_EQ(session.push(Lane::kEvents, text("late")), Pushed::kDropped);
    EXPECT_EQ(owner.dropped["closed"], 1u);
}

TEST_F(SessionTest, AFastTurnLargerThanTheBoundIsNotSlow) {
    open();
    for (int i = 0; i < 10; ++i) EXPECT_EQ(session.push(Lane::kEvents, text(std::string(600, 'x'))), Pushed::kQueued);
    session.flush();
    EXPECT_EQ(transport.texts().size(), 10u);
}

TEST_F(SessionTest, ConflatesOnlyWhatIsQueued) {
    open();
    const BufferRef key = Buffer::copy_of("k");
    session.push(Lane::kBulk, text("1"), key);
    session.flush();
    transport.room = 0;
    session.push(Lane::kBulk, text("2"), key);
    session.flush();
    session.push(Lane::kBulk, text("3"), key);
    session.push(Lane::kBulk, text("4"), key);
    transport.make_room(1000);
    EXPECT_EQ(transport.texts(), (std::vector<std::string>{"1", "4"}));
    EXPECT_EQ(owner.dropped["conflated"], 2u);
}

TEST_F(SessionTest, CloseSendsWhatIsQueuedThenTheCloseFrameThenFinishes) {
    open();
    session.push(Lane::kControl, text("last words"));
    session.close(4003, "Forbidden");
    session.flush();
    EXPECT_EQ(transport.texts(), (std::vector<std::string>{"last words"}));
    EXPECT_EQ(transport.close_code(), 4003);
    EXPECT_EQ(transport.close_reason(), "Forbidden");
    EXPECT_TRUE(transport.finished);
    EXPECT_EQ(owner.closing, (std::vector<std::uint16_t>{4003}));
    transport.say("ignored");
    EXPECT_TRUE(owner.messages.empty());
    transport.disconnect();
    EXPECT_EQ(owner.gone, 1);
    EXPECT_EQ(owner.closing.size(), 1u);
}

TEST_F(SessionTest, RefusedWhileOpeningDropsWhatWasHeld) {
    session.push(Lane::kControl, text("secret"));
    session.close(4001, "Unauthorized");
    session.flush();
    EXPECT_TRUE(transport.texts().empty());
    EXPECT_EQ(transport.close_code(), 4001);
}

TEST_F(SessionTest, APeersCloseIsAnsweredWithItsCode) {
    open();
    transport.feed(testing::client_frame(8, std::string("\x0f\xa1", 2) + "bye"));
    session.flush();
    EXPECT_EQ(transport.close_code(), 4001);
    EXPECT_TRUE(transport.finished);
    EXPECT_EQ(owner.closing, (std::vector<std::uint16_t>{4001}));
}

TEST_F(SessionTest, ADisconnectIsAnAbnormalClose) {
    open();
    transport.disconnect();
    EXPECT_EQ(owner.closing, (std::vector<std::uint16_t>{1006}));
    EXPECT_EQ(owner.gone, 1);
    session.push(Lane::kEvents, text("late"));
    session.flush();
    session.sweep(100'000);
}

TEST_F(SessionTest, BrokenFramesAndBinaryCloseTheConnection) {
    open();
    transport.feed(testing::client_frame(2, "binary"));
    session.flush();
    EXPECT_EQ(transport.close_code(), 1003);
}

TEST_F(SessionTest, AnswersAPingWithItsPayload) {
    open();
    transport.feed(testing::client_frame(9, "payload"));
    session.flush();
    ASSERT_EQ(transport.frames().size(), 1u);
    EXPECT_EQ(transport.frames()[0].opcode, 10);
    EXPECT_EQ(transport.frames()[0].payload, "payload");
}

TEST_F(SessionTest, StopsReadingBetweenTwoMessagesOfOneRead) {
    open();
    owner.pause_after_each = true;
    transport.feed(testing::client_frame(1, "one") + testing::client_frame(1, "two"));
    EXPECT_EQ(owner.messages, (std::vector<std::string>{"one"}));
    EXPECT_TRUE(transport.paused);
    session.resume(Pause::kParked);
    transport.feed();
    EXPECT_EQ(owner.messages, (std::vector<std::string>{"one", "two"}));
}

TEST_F(SessionTest, ReadsAgainOnlyWhenNoReasonIsLeft) {
    open();
    session.pause(Pause::kInFlight);
    session.pause(Pause::kParked);
    session.resume(Pause::kInFlight);
    EXPECT_TRUE(transport.paused);
    session.resume(Pause::kParked);
    EXPECT_FALSE(transport.paused);
}

TEST_F(SessionTest, ASilentPeerIsClosed4002) {
    open();
    for (int ms = 0; ms < 51'000; ms += 500) {
        clock.advance_ms(500);
        session.sweep(clock.monotonic_ms());
        session.flush();
    }
    EXPECT_EQ(transport.count_opcode(9), 1);
    EXPECT_EQ(transport.close_code(), 4002);
}

TEST_F(SessionTest, APeerThatPongsStaysAndAPausedOneIsNotAsked) {
    open();
    for (int ms = 0; ms < 120'000; ms += 500) {
        clock.advance_ms(500);
        const int pings = transport.count_opcode(9);
        session.sweep(clock.monotonic_ms());
        session.flush();
        if (transport.count_opcode(9) > pings) transport.feed(testing::client_frame(10, ""));
    }
    EXPECT_GE(transport.count_opcode(9), 4);
    session.pause(Pause::kParked);
    const int pings = transport.count_opcode(9);
    for (int ms = 0; ms < 120'000; ms += 500) {
        clock.advance_ms(500);
        session.sweep(clock.monotonic_ms());
        session.flush();
    }
    EXPECT_EQ(transport.count_opcode(9), pings);
    EXPECT_EQ(session.state(), Session::State::kOpen);
}

TEST_F(SessionTest, AReaderThatAcknowledgesNothingIsClosed4008AndThenCutOff) {
    open();
    session.push(Lane::kEvents, text("x"));
    session.flush();
    transport.unacknowledged = 3;
    transport.room = 0;
    for (int ms = 0; ms < 11'000; ms += 500) {
        clock.advance_ms(500);
        session.sweep(clock.monotonic_ms());
        session.flush();
    }
    EXPECT_EQ(owner.closing, (std::vector<std::uint16_t>{4008}));
    EXPECT_FALSE(transport.aborted);
    clock.advance_ms(5000);
    session.sweep(clock.monotonic_ms());
    EXPECT_TRUE(transport.aborted);
}

TEST_F(SessionTest, ABrokenConnectionTakesNothingMore) {
    open();
    transport.broken = true;
    session.push(Lane::kEvents, text("x"));
    session.push(Lane::kEvents, text("y"));
    session.flush();
    EXPECT_EQ(owner.dropped["disconnected"], 2u);
    EXPECT_EQ(session.push(Lane::kEvents, text("z")), Pushed::kDropped);
    transport.disconnect();
    EXPECT_EQ(owner.gone, 1);
}

}  // namespace
}  // namespace tidegate::session
