#include "collaboration_host.hpp"

namespace tidegate::collaboration::testing {
namespace {

class Locks : public CollaborationTest {
protected:
    Client a = open(ada);
    Client b = open(ben);
};

TEST_F(Locks, AreTheirHoldersAlone) {
    const Json mine = lock(a, "aoi");
    EXPECT_ANSWER(mine, "field:locked", {{"field", "aoi"}, {"channel", channel}});
    EXPECT_GT(mine["lease"]["token"], 0);
    EXPECT_EQ(mine["lease"]["ttl_ms"], 15000);
    const Json told = b.last("field:locked");
    EXPECT_EQ(told["user"], Json({{"id", ada.sub}, {"name", "Ada"}, {"role", "agent"}}));
    EXPECT_EQ(told["expires_in_ms"], 15000);
    EXPECT_FALSE(told.contains("lease"));
    EXPECT_ANSWER(lock(b, "aoi"), "error",
                  {{"code", "field_locked"},
                   {"message", "Field aoi is locked by another user"},
                   {"field", "aoi"},
                   {"holder", {{"name", "Ada"}}}});
    Client late = open(uma);
    EXPECT_EQ(late.last("session:joined")["locked_fields"]["aoi"]["user"]["name"], "Ada");
}

TEST_F(Locks, ExcludeParentsAndChildren) {
    lock(a, "vehicles/V1");
    EXPECT_ANSWER(lock(b, "vehicles"), "error", {{"code", "field_locked"}});
    EXPECT_ANSWER(lock(b, "vehicles/V1/vin"), "error", {{"code", "field_locked"}});
    EXPECT_ANSWER(lock(b, "vehicles/V2"), "field:locked");
    EXPECT_ANSWER(lock(b, "vehicles/V11"), "field:locked");
}

TEST_F(Locks, KeepTheirTokenWhenAskedForAgain) {
    const Json first = lock(a, "aoi");
    EXPECT_EQ(lock(a, "aoi")["lease"]["token"], first["lease"]["token"]);
}

TEST_F(Locks, AreOneForAFieldAndItsParts) {
    const Json outer = lock(a, "vehicles");
    EXPECT_ANSWER(lock(a, "vehicles/V1/vin"), "field:locked",
                  {{"field", "vehicles"}, {"lease", {{"token", outer["lease"]["token"]}}}});
    const Json token = outer["lease"]["token"];
    EXPECT_ANSWER(edit(a, "vehicles", Json::array({{{"id", "V1"}}}), {{"lease_token", token}}), "field:updated");
    EXPECT_ANSWER(edit(a, "vehicles/V1/vin", "x", {{"lease_token", token}}), "field:updated");
    EXPECT_ANSWER(edit(a, "vehicles", Json::array(), {{"lease_token", token}}), "field:updated");
}

TEST_F(Locks, AreAHundredPerPersonAndThoseCanBeAskedForAgain) {
    for (int n = 0; n < 100; ++n) EXPECT_ANSWER(lock(a, "vehicles/V" + std::to_string(n)), "field:locked");
    EXPECT_ANSWER(lock(a, "aoi"), "error", {{"code", "busy"}});
    EXPECT_ANSWER(lock(a, "vehicles/V0"), "field:locked");
    EXPECT_ANSWER(lock(b, "aoi"), "field:locked");
}

TEST_F(Locks, AreToldInTheOrderInWhichTheyCame) {
    for (int n = 0; n < 20; ++n) {
        a.send(Json{{"type", "field:lock"}, {"field", "aoi"}, {"id", "l" + std::to_string(n)}}.dump());
        a.send(Json{{"type", "field:unlock"}, {"field", "aoi"}, {"id", "u" + std::to_string(n)}}.dump());
    }
    host.pump();
    std::string told;
    for (const Json& message : b.received()) {
        const std::string type = message["type"];
        if (type == "field:locked" || type == "field:unlocked") told += type == "field:locked" ? "l" : "u";
    }
    std::string expected;
    for (int n = 0; n < 20; ++n) expected += "lu";
    EXPECT_EQ(told, expected);
}

// On /ws, where the connection stays open when its rights are gone.
TEST_F(Locks, EndWithTheRightsTheyRestOn) {
    const User fay{"00000000-0000-4000-8000-0000000000f1", "Fay", "agent", {"quotes:*"}};
    edit(a, "notes", "there is a quote");
    Client guest = subscribe(fay);
    EXPECT_ANSWER(ask(guest, {{"type", "session:join"}, {"channel", channel}}), "session:joined");
    EXPECT_ANSWER(ask(guest, {{"type", "field:lock"}, {"channel", channel}, {"field", "tier"}}), "field:locked");
    const User less{fay.sub, fay.name, "customer", {"quotes:own"}};
    guest.push(Json{{"type", "connection:refresh"}, {"token", host.token(less)}});
    for (int n = 0; n < 4; ++n) {
        EXPECT_ANSWER(ask(guest, {{"type", "session:versions"}, {"channel", channel}}), "error",
                      {{"code", "forbidden"}});
        host.advance_ms(2000);
    }
    EXPECT_TRUE(guest.is_open());
    EXPECT_ANSWER(lock(b, "tier"), "field:locked");
    EXPECT_EVENT(a, "user:left", {{"user", {{"name", "Fay"}}}});
}

TEST_F(Locks, AreRenewedByAnyMessageAndExpireWithout) {
    lock(a, "aoi");
    for (int n = 0; n < 3; ++n) {
        host.advance_ms(10000);
        a.push(R"({"type":"cursor:move","position":{"x":1}})");
    }
    EXPECT_ANSWER(lock(b, "aoi"), "error", {{"code", "field_locked"}});
    host.advance_ms(14000);
    EXPECT_NOTHING(b, "field:unlocked");
    host.advance_ms(2000);
    EXPECT_EVENT(b, "field:unlocked", {{"field", "aoi"}, {"reason", "expired"}, {"user", {{"name", "Ada"}}}});
    EXPECT_ANSWER(lock(b, "aoi"), "field:locked");
}

TEST_F(Locks, EndSoonAfterTheirConnection) {
    lock(a, "aoi");
    a.drop();
    host.advance_ms(4000);
    EXPECT_NOTHING(b, "field:unlocked");
    host.advance_ms(2000);
    EXPECT_EVENT(b, "field:unlocked", {{"reason", "left"}});
}

TEST_F(Locks, AreGivenBack) {
    lock(a, "aoi");
    EXPECT_ANSWER(ask(b, {{"type", "field:unlock"}, {"field", "aoi"}}), "error", {{"code", "not_found"}});
    EXPECT_ANSWER(ask(a, {{"type", "field:unlock"}, {"field", "aoi"}}), "field:unlocked", {{"reason", "released"}});
    EXPECT_EVENT(b, "field:unlocked", {{"field", "aoi"}, {"reason", "released"}});
    EXPECT_ANSWER(lock(b, "aoi"), "field:locked");
}

TEST_F(Locks, AreTakenOverByAHigherRoleWithNoticeAndAudit) {
    const Json first = lock(a, "aoi");
    EXPECT_ANSWER(lock(b, "aoi", true), "error", {{"code", "field_locked"}});
    Client u = open(uma);
    EXPECT_ANSWER(lock(u, "aoi"), "error", {{"code", "field_locked"}});
    const Json taken = lock(u, "aoi", true);
    EXPECT_ANSWER(taken, "field:locked", {{"field", "aoi"}});
    EXPECT_GT(taken["lease"]["token"], first["lease"]["token"]);
    EXPECT_EVENT(a, "field:unlocked", {{"reason", "taken"}, {"user", {{"name", "Ada"}}}, {"by", {{"name", "Uma"}}}});
    EXPECT_EQ(events_named("lock.taken"), 1);
    const auto audit = host.events().back();
    EXPECT_EQ(audit.data, Json({{"quote_id", quote}, {"field", "aoi"}, {"from", ada.sub}, {"by", uma.sub}}));
    const auto kept = host.document("quote_takeover", audit.doc_id);
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->data["from"]["name"], "Ada");
    EXPECT_ANSWER(edit(a, "aoi", 1, {{"lease_token", first["lease"]["token"]}}), "field:rejected", {{"code", "stale"}});
    EXPECT_ANSWER(edit(a, "aoi", 1), "field:rejected", {{"code", "locked"}, {"holder", {{"name", "Uma"}}}});
    EXPECT_ANSWER(edit(u, "aoi", 2, {{"lease_token", taken["lease"]["token"]}}), "field:updated");
}

TEST_F(Locks, OnAPartOrAParentKeepOthersEditsOut) {
    edit(a, "insured", {{"name", "X"}});
    lock(a, "insured");
    EXPECT_ANSWER(edit(b, "insured/name", "Y"), "field:rejected",
                  {{"code", "locked"}, {"value", "X"}, {"holder", {{"id", ada.sub}}}});
    EXPECT_ANSWER(
        ask(b, {{"type", "quote:update"}, {"quote_id", quote}, {"quote_data", {{"insured", {{"name", "Y"}}}}}}),
        "error", {{"code", "field_locked"}});
    EXPECT_ANSWER(edit(b, "aoi", 1), "field:updated");
    EXPECT_ANSWER(edit(a, "insured/name", "Z"), "field:updated");
}

TEST_F(Locks, OutliveAReload) {
    const Json mine = lock(a, "aoi");
    host.reload("collaboration");
    EXPECT_EQ(lock(a, "aoi")["lease"]["token"], mine["lease"]["token"]);
    EXPECT_ANSWER(lock(b, "aoi"), "error", {{"code", "field_locked"}});
    a.drop();
    host.advance_ms(6000);
    EXPECT_EVENT(b, "field:unlocked", {{"reason", "left"}});
}

}  // namespace
}  // namespace tidegate::collaboration::testing
