#include "collaboration_host.hpp"

namespace tidegate::collaboration::testing {
namespace {

class Updates : public CollaborationTest {
protected:
    Client a = open(ada);
    Client b = open(ben);
};

TEST_F(Updates, AreToldToEverybodyWhenTheyAreCommitted) {
    const Json mine = edit(a, "aoi", 215000);
    EXPECT_ANSWER(
        mine, "field:updated",
        {{"field", "aoi"}, {"value", 215000}, {"updated_by", ada.sub}, {"revision", 1}, {"channel", channel}});
    EXPECT_TRUE(mine.contains("offset"));
    Json theirs = b.last("field:updated");
    EXPECT_FALSE(theirs.contains("ref"));
    theirs["ref"] = mine["ref"];
    EXPECT_EQ(theirs, mine);
    EXPECT_EQ(a.received("field:updated").size(), 1u);
    EXPECT_EQ(data(), Json({{"aoi", 215000}}));
    EXPECT_EQ(events_named("quote.created"), 1);
    EXPECT_EQ(events_named("field.updated"), 1);
}

TEST_F(Updates, OfDifferentFieldsMergeAndComeInTheOrderOfTheirRevisions) {
    edit(a, "notes", "x");
    a.send({{"type", "field:update"}, {"id", "a"}, {"field", "aoi"}, {"value", 1}, {"base_revision", 1}});
    b.send({{"type", "field:update"}, {"id", "b"}, {"field", "deductible"}, {"value", 500}, {"base_revision", 1}});
    host.pump();
    EXPECT_REPLY(a, "a", "field:updated");
    EXPECT_REPLY(b, "b", "field:updated");
    EXPECT_EQ(data(), Json({{"notes", "x"}, {"aoi", 1}, {"deductible", 500}}));
    for (const Client& client : {a, b}) {
        std::uint64_t last = 0;
        for (const Json& told : client.received("field:updated")) {
            EXPECT_EQ(told["revision"], last + 1);
            last = told["revision"];
        }
        EXPECT_EQ(last, 3u);
    }
}

TEST_F(Updates, AreRefusedWhenTheirFieldChangedSinceTheirBase) {
    edit(a, "aoi", 1);
    edit(b, "aoi", 2);
    EXPECT_ANSWER(edit(a, "aoi", 3, {{"base_revision", 1}}), "field:rejected",
                  {{"code", "stale"}, {"value", 2}, {"revision", 2}});
    EXPECT_ANSWER(edit(a, "notes", "x", {{"base_revision", 1}}), "field:updated");
    EXPECT_ANSWER(edit(a, "aoi", 3, {{"base_revision", 99}}), "field:rejected", {{"code", "stale"}});
}

TEST_F(Updates, WithoutAValueRemove) {
    edit(a, "aoi", 1);
    EXPECT_ANSWER(edit(a, "aoi", nullptr), "field:updated", {{"value", nullptr}});
    EXPECT_EQ(data(), Json::object());
}

TEST_F(Updates, AddElementsByTheirId) {
    edit(a, "vehicles", Json::array({{{"id", "V1"}, {"model_year", 2019}}}));
    EXPECT_ANSWER(edit(b, "vehicles/V2", {{"id", "V2"}, {"model_year", 2020}}), "field:updated",
                  {{"field", "vehicles/V2"}});
    EXPECT_ANSWER(edit(b, "vehicles/V2/model_year", 2021), "field:updated");
    EXPECT_EQ(data()["vehicles"][1]["model_year"], 2021);
    EXPECT_ANSWER(edit(b, "vehicles/V2", nullptr), "field:updated");
    EXPECT_EQ(data()["vehicles"].size(), 1u);
    EXPECT_ANSWER(edit(b, "vehicles/V9/model_year", 1), "field:rejected", {{"code", "invalid"}});
}

TEST_F(Updates, AreAppliedOnceAndAnsweredAgain) {
    const Json message{{"type", "field:update"}, {"id", "r"}, {"field", "aoi"}, {"value", 1}};
    a.push(message);
    const Json first = a.reply("r");
    a.take();
    a.push(message);
    EXPECT_REPLY(a, "r", "field:updated",
                 {{"replayed", true}, {"revision", first["revision"]}, {"value", 1}, {"field", "aoi"}});
    EXPECT_FALSE(a.last("field:updated").contains("offset"));
    EXPECT_EQ(revision(), 1u);
    edit(a, "aoi", 2);
    a.take();
    a.push(message);
    EXPECT_REPLY(a, "r", "field:updated", {{"replayed", true}, {"revision", 1}, {"update_id", first["update_id"]}});
    b.push(message);
    EXPECT_REPLY(b, "r", "field:updated", {{"revision", 3}});
}

TEST_F(Updates, SentAgainAfterTheirLockEndedWereAppliedAllTheSame) {
    const Json locked = lock(a, "aoi");
    const Json message{{"type", "field:update"},
                       {"id", "r"},
                       {"field", "aoi"},
                       {"value", 1},
                       {"lease_token", locked["lease"]["token"]}};
    edit(a, "notes", "x");
    a.push(message);
    EXPECT_REPLY(a, "r", "field:updated", {{"revision", 2}});
    host.advance_ms(20000);
    lock(b, "aoi");
    a.take();
    a.push(message);
    EXPECT_REPLY(a, "r", "field:updated", {{"replayed", true}, {"revision", 2}, {"value", 1}});
}

TEST_F(Updates, AQuoteBegunByTwoAtOnceHasBothEdits) {
    a.send({{"type", "field:update"}, {"id", 1}, {"field", "aoi"}, {"value", 1}});
    b.send({{"type", "field:update"}, {"id", 2}, {"field", "deductible"}, {"value", 500}});
    host.pump();
    EXPECT_REPLY(a, 1, "field:updated");
    EXPECT_REPLY(b, 2, "field:updated");
    EXPECT_EQ(data(), Json({{"aoi", 1}, {"deductible", 500}}));
    EXPECT_EQ(events_named("quote.created"), 1);
}

TEST_F(Updates, ThatTheSchemaRefusesReachNobody) {
    edit(a, "aoi", 1);
    b.take();
    EXPECT_ANSWER(edit(a, "new_home", "yes"), "field:rejected",
                  {{"code", "invalid"}, {"value", nullptr}, {"revision", 1}});
    EXPECT_ANSWER(edit(a, "unknown_field", 1), "field:rejected", {{"code", "invalid"}});
    EXPECT_NOTHING(b, "");
    EXPECT_EQ(revision(), 1u);
}

TEST_F(Updates, OfAQuoteThatIsRefusedFirstCreateNone) {
    EXPECT_ANSWER(edit(a, "unknown_field", 1), "field:rejected", {{"code", "invalid"}, {"revision", 0}});
    EXPECT_FALSE(host.document("quote", quote));
}

class LateUpdates : public CollaborationTest {
protected:
    LateUpdates() : CollaborationTest(Options{.seed = 3, .late_documents = true}) {}
};

TEST_F(LateUpdates, OutliveAReloadWhileTheStoreIsSlow) {
    Client a = open(ada), b = open(ben);
    edit(a, "notes", "x");
    host.hold_documents();
    for (int n = 0; n < 5; ++n) a.send({{"type", "field:update"}, {"id", n + 100}, {"field", "aoi"}, {"value", n}});
    b.send({{"type", "field:update"}, {"id", 200}, {"field", "deductible"}, {"value", 500}});
    host.pump();
    host.reload("collaboration");
    b.send({{"type", "field:update"}, {"id", 201}, {"field", "tier"}, {"value", "A"}});
    host.pump();
    host.release_documents();
    host.pump();
    for (int n = 0; n < 5; ++n) EXPECT_REPLY(a, n + 100, "field:updated", {{"value", n}});
    EXPECT_REPLY(b, 200, "field:updated");
    EXPECT_REPLY(b, 201, "field:updated");
    EXPECT_EQ(revision(), 8u);
    EXPECT_EQ(b.received("field:updated").size(), 8u);
}

TEST_F(LateUpdates, AQuoteBegunByManyAtOnceHasAllEdits) {
    Client a = open(ada), b = open(ben);
    host.hold_documents();
    a.send({{"type", "field:update"}, {"id", 1}, {"field", "aoi"}, {"value", 1}});
    b.send({{"type", "field:update"}, {"id", 2}, {"field", "deductible"}, {"value", 500}});
    b.send({{"type", "field:update"}, {"id", 3}, {"field", "tier"}, {"value", "A"}});
    host.pump();
    host.release_documents();
    host.pump();
    EXPECT_REPLY(a, 1, "field:updated");
    EXPECT_REPLY(b, 2, "field:updated");
    EXPECT_REPLY(b, 3, "field:updated");
    EXPECT_EQ(data(), Json({{"aoi", 1}, {"deductible", 500}, {"tier", "A"}}));
    EXPECT_EQ(events_named("quote.created"), 1);
}

// Whose right rests on having created the quote may have it when he is asked, and not when he is committed.
TEST_F(LateUpdates, OfAQuoteThatSomebodyElseCreatedMeanwhileAreRefused) {
    const User cem{"00000000-0000-4000-8000-0000000000c1", "Cem", "customer", {"quotes:own"}};
    Client own = open(cem), other = open(ada);
    host.hold_documents();
    other.send({{"type", "field:update"}, {"id", "first"}, {"field", "aoi"}, {"value", 1}});
    for (int n = 0; n < 8; ++n) own.send({{"type", "field:update"}, {"id", n}, {"field", "jewelry"}, {"value", 2500}});
    host.pump();
    host.release_documents();
    host.pump();
    EXPECT_EQ(host.document("quote", quote)->data["created_by"], ada.sub);
    EXPECT_EQ(data(), Json({{"aoi", 1}}));
    for (int n = 0; n < 8; ++n) EXPECT_NE(own.reply(n).value("type", ""), "field:updated");
}

TEST_F(LateUpdates, AreNotTakenForRequestsOfAnotherKindWithTheirId) {
    Client client = open(ada);
    client.push({{"type", "field:update"}, {"id", 1}, {"field", "aoi"}, {"value", 1}});
    client.push({{"type", "session:review"}, {"id", 1}, {"state", "start"}});
    EXPECT_EQ(host.document("quote", quote)->data["status"], "referred");
}

}  // namespace
}  // namespace tidegate::collaboration::testing
