#include "collaboration_host.hpp"

namespace tidegate::collaboration::testing {
namespace {

class CursorMoves : public CollaborationTest {
protected:
    void move(Client& client, int at) {
        client.push({{"type", "cursor:move"}, {"position", {{"field", "aoi"}, {"at", at}}}});
    }
    Client a = open(ada);
    Client b = open(ben);
};

TEST_F(CursorMoves, AreToldToTheOthersAtABoundedPaceAndTheLastOneArrives) {
    for (int n = 0; n < 100; ++n) {
        move(a, n);
        host.advance_ms(5);
    }
    host.advance_ms(100);
    const auto told = b.received("cursor:moved");
    EXPECT_LE(told.size(), 12u);
    EXPECT_GE(told.size(), 8u);
    EXPECT_EQ(told.front()["position"]["at"], 0) << "the first one at once";
    EXPECT_EQ(told.back()["position"]["at"], 99);
    EXPECT_EQ(told.back()["user_id"], ada.sub);
    EXPECT_NOTHING(a, "cursor:moved");
}

TEST_F(CursorMoves, AreSeenByWhoComesLater) {
    edit(a, "aoi", 1);
    move(a, 1);
    host.advance_ms(100);
    Client e = open(eve);
    EXPECT_EQ(e.last("session:joined")["users"][0]["focus"]["field"], "aoi");
    move(e, 2);
    host.advance_ms(100);
    EXPECT_EVENT(a, "cursor:moved", {{"user_id", eve.sub}});
}

TEST_F(CursorMoves, AreSmall) {
    EXPECT_ANSWER(ask(a, {{"type", "cursor:move"}, {"position", {{"x", std::string(600, 'x')}}}}), "error",
                  {{"code", "invalid"}});
    EXPECT_ANSWER(ask(a, {{"type", "cursor:move"}, {"position", 7}}), "error", {{"code", "invalid"}});
    host.advance_ms(100);
    EXPECT_NOTHING(b, "cursor:moved");
}

TEST_F(CursorMoves, GoOnAfterAReload) {
    move(a, 1);
    host.reload("collaboration");
    host.advance_ms(100);
    b.take();
    move(a, 2);
    host.advance_ms(100);
    EXPECT_EVENT(b, "cursor:moved", {{"position", {{"at", 2}}}});
}

}  // namespace
}  // namespace tidegate::collaboration::testing
