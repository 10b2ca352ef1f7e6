#include "collaboration_host.hpp"

namespace tidegate::collaboration::testing {
namespace {

class LookingBack : public CollaborationTest {
protected:
    LookingBack() {
        edit(a, "notes", "begin");
        edit(a, "aoi", 1);
    }
    Json undo(Client& client) { return ask(client, {{"type", "field:undo"}}); }
    Json redo(Client& client) { return ask(client, {{"type", "field:redo"}}); }

    Client a = open(ada);
    Client b = open(ben);
};

TEST_F(LookingBack, UndoAndRedoAreNewEditsOfOnesOwn) {
    edit(a, "aoi", 2);
    edit(b, "tier", "A");
    EXPECT_ANSWER(undo(a), "field:updated", {{"field", "aoi"}, {"value", 1}, {"undo_of", 3}, {"revision", 5}});
    EXPECT_EVENT(b, "field:updated", {{"field", "aoi"}, {"value", 1}, {"updated_by", ada.sub}, {"undo_of", 3}});
    EXPECT_ANSWER(undo(a), "field:updated", {{"field", "aoi"}, {"value", nullptr}});
    EXPECT_ANSWER(undo(a), "error", {{"code", "not_found"}});
    EXPECT_ANSWER(redo(a), "field:updated", {{"field", "aoi"}, {"value", 1}});
    EXPECT_ANSWER(redo(a), "field:updated", {{"field", "aoi"}, {"value", 2}});
    EXPECT_ANSWER(redo(a), "error", {{"code", "not_found"}});
    EXPECT_ANSWER(undo(a), "field:updated", {{"value", 1}});
    EXPECT_EQ(data(), Json({{"aoi", 1}, {"notes", "begin"}, {"tier", "A"}}));
}

TEST_F(LookingBack, UndoIsRefusedWhereAnotherChangedIt) {
    edit(b, "aoi", 7);
    EXPECT_ANSWER(undo(a), "field:rejected", {{"code", "stale"}, {"field", "aoi"}, {"value", 7}, {"revision", 3}});
    EXPECT_EQ(data()["aoi"], 7);
}

TEST_F(LookingBack, UndoIsRefusedWhereAnotherHoldsTheField) {
    lock(b, "aoi");
    EXPECT_ANSWER(undo(a), "field:rejected", {{"code", "locked"}, {"field", "aoi"}, {"value", 1}});
}

TEST_F(LookingBack, UndoBringsBackAnElement) {
    edit(a, "vehicles", Json::array({{{"id", "V1"}, {"model_year", 2019}}, {{"id", "V2"}, {"model_year", 2020}}}));
    edit(a, "vehicles/V1", nullptr);
    EXPECT_ANSWER(undo(a), "field:updated", {{"field", "vehicles/V1"}, {"value", {{"id", "V1"}}}});
    EXPECT_EQ(data()["vehicles"].size(), 2u);
}

TEST_F(LookingBack, UndoOfSeveralFieldsIsOneRevision) {
    ask(a, {{"type", "session:save_version"}, {"name", "v"}});
    const Json saved = a.last("session:version_saved")["version"];
    edit(a, "aoi", 5);
    edit(a, "tier", "B");
    const Json restored = ask(a, {{"type", "session:restore_version"}, {"version_id", saved["id"]}});
    EXPECT_ANSWER(restored, "field:updated", {{"restored", saved["id"]}});
    EXPECT_EQ(data(), Json({{"aoi", 1}, {"notes", "begin"}}));
    b.take();
    const Json undone = undo(a);
    EXPECT_ANSWER(undone, "field:updated");
    EXPECT_EQ(data(), Json({{"aoi", 5}, {"notes", "begin"}, {"tier", "B"}}));
    ASSERT_EQ(b.received("field:updated").size(), 2u);
    EXPECT_EQ(b.received("field:updated")[0]["revision"], b.received("field:updated")[1]["revision"]);
}

TEST_F(LookingBack, UndoTakesBackAWholeUpdate) {
    ask(a, {{"type", "quote:update"},
            {"quote_id", quote},
            {"quote_data", {{"aoi", 9}, {"tier", "B"}, {"notes", nullptr}}}});
    EXPECT_EQ(data(), Json({{"aoi", 9}, {"tier", "B"}}));
    b.take();
    EXPECT_ANSWER(undo(a), "field:updated");
    EXPECT_EQ(data(), Json({{"aoi", 1}, {"notes", "begin"}}));
    EXPECT_EQ(b.received("field:updated").size(), 3u);
    edit(b, "notes", "other");
    EXPECT_ANSWER(redo(a), "field:rejected", {{"code", "stale"}, {"field", "notes"}, {"value", "other"}});
}

TEST_F(LookingBack, TheSameUndoTwiceIsOne) {
    edit(a, "aoi", 2);
    a.push(R"({"type":"field:undo","id":"u"})");
    a.take();
    a.push(R"({"type":"field:undo","id":"u"})");
    EXPECT_REPLY(a, "u", "field:updated", {{"replayed", true}, {"value", 1}, {"undo_of", 3}});
    EXPECT_EQ(data()["aoi"], 1);
}

TEST_F(LookingBack, TwoUndosAtOnceGoTwoStepsBack) {
    edit(a, "aoi", 2);
    edit(a, "aoi", 3);
    a.send(R"({"type":"field:undo","id":"x"})");
    a.send(R"({"type":"field:undo","id":"y"})");
    host.pump();
    EXPECT_REPLY(a, "x", "field:updated");
    EXPECT_REPLY(a, "y", "field:updated");
    EXPECT_EQ(data()["aoi"], 1);
}

TEST_F(LookingBack, HistorySaysWhoWhenFromToAndWhy) {
    edit(a, "aoi", 2, {{"reason", "appraisal"}});
    edit(b, "tier", "A");
    undo(a);
    const Json all = ask(b, {{"type", "session:history"}});
    ASSERT_EQ(all["items"].size(), 5u);
    EXPECT_TRUE(all["before"].is_null());
    EXPECT_EQ(all["items"][0]["kind"], "undo");
    EXPECT_EQ(all["items"][1]["user"], ben.sub);
    EXPECT_EQ(all["items"][2]["reason"], "appraisal");
    EXPECT_EQ(all["items"][2]["session"], a.client_id());
    EXPECT_EQ(all["items"][2]["changes"], Json::parse(R"([{"field":"aoi","from":1,"to":2}])"));
    EXPECT_EQ(all["items"][4]["kind"], "create");
    const Json one = ask(b, {{"type", "session:history"}, {"field", "tier"}});
    EXPECT_EQ(one["items"][0]["changes"], Json::parse(R"([{"field":"tier","from":null,"to":"A"}])"));
    const Json page = ask(b, {{"type", "session:history"}, {"limit", 2}});
    EXPECT_EQ(page["items"].size(), 2u);
    const Json next = ask(b, {{"type", "session:history"}, {"limit", 2}, {"before", page["before"]}});
    EXPECT_EQ(next["items"][0]["revision"], 3);
}

TEST_F(LookingBack, VersionsAreKeptListedAndRestored) {
    const Json saved = ask(a, {{"type", "session:save_version"}, {"name", "as offered"}});
    EXPECT_ANSWER(saved, "session:version_saved",
                  {{"version", {{"name", "as offered"}, {"revision", 2}, {"saved_by", ada.sub}}}});
    EXPECT_EVENT(b, "session:version_saved", {{"version", {{"name", "as offered"}}}});
    EXPECT_FALSE(saved.contains("revision")) << "an event's revision would be the quote's";
    const Json listed = ask(b, {{"type", "session:versions"}});
    ASSERT_EQ(listed["versions"].size(), 1u);
    const Json id = listed["versions"][0]["id"];
    EXPECT_ANSWER(ask(b, {{"type", "session:restore_version"}, {"version_id", id}}), "error", {{"code", "conflict"}});
    edit(b, "tier", "A");
    edit(b, "aoi", nullptr);
    lock(a, "aoi");
    EXPECT_ANSWER(ask(b, {{"type", "session:restore_version"}, {"version_id", id}}), "field:rejected",
                  {{"code", "locked"}, {"field", "aoi"}});
    EXPECT_EQ(data()["tier"], "A") << "all or nothing";
    ask(a, {{"type", "field:unlock"}, {"field", "aoi"}});
    EXPECT_ANSWER(ask(b, {{"type", "session:restore_version"}, {"version_id", id}}), "field:updated",
                  {{"restored", id}});
    EXPECT_EQ(data(), Json({{"aoi", 1}, {"notes", "begin"}}));
    EXPECT_ANSWER(ask(b, {{"type", "session:restore_version"}, {"version_id", "11111111-1111-4111-8111-111111111112"}}),
                  "error", {{"code", "not_found"}});
}

TEST_F(LookingBack, TheSameVersionOrCommentTwiceIsOne) {
    for (const char* message :
         {R"({"type":"session:save_version","id":"v","name":"n"})", R"({"type":"comment:add","id":"c","text":"t"})"}) {
        a.push(message);
        a.push(message);
    }
    EXPECT_EQ(a.received("session:version_saved").size(), 2u);
    EXPECT_EQ(a.received("session:version_saved")[0]["version"], a.received("session:version_saved")[1]["version"]);
    EXPECT_EQ(ask(a, {{"type", "session:versions"}})["versions"].size(), 1u);
    EXPECT_EQ(ask(a, {{"type", "comment:list"}})["comments"].size(), 1u);
}

TEST_F(LookingBack, CommentsAreAddedListedAndResolved) {
    const Json added =
        ask(a, {{"type", "comment:add"}, {"field", "aoi"}, {"text", "<b>why?</b>"}, {"mentions", {ben.sub}}});
    EXPECT_ANSWER(added, "comment:added",
                  {{"comment", {{"text", "<b>why?</b>"}, {"field", "aoi"}, {"resolved", false}}}});
    EXPECT_EVENT(b, "comment:added", {{"comment", {{"author", {{"id", ada.sub}, {"name", "Ada"}}}}}});
    EXPECT_EQ(host.events().back().name, "comment.added");
    EXPECT_EQ(host.events().back().data, Json({{"quote_id", quote},
                                               {"field", "aoi"},
                                               {"comment_id", added["comment"]["id"]},
                                               {"author", ada.sub},
                                               {"mentions", {ben.sub}}}));
    const Json id = added["comment"]["id"];
    const Json reply = ask(b, {{"type", "comment:add"}, {"text", "because"}, {"parent", id}});
    EXPECT_ANSWER(reply, "comment:added", {{"comment", {{"parent", id}, {"field", ""}}}});
    EXPECT_ANSWER(ask(b, {{"type", "comment:add"}, {"text", "x"}, {"parent", quote}}), "error",
                  {{"code", "not_found"}});
    EXPECT_ANSWER(ask(b, {{"type", "comment:resolve"}, {"comment_id", id}}), "comment:resolved",
                  {{"resolved", true}, {"by", ben.sub}});
    EXPECT_EVENT(a, "comment:resolved", {{"comment_id", id}});
    const Json first = ask(b, {{"type", "comment:list"}, {"limit", 1}});
    EXPECT_EQ(first["comments"].size(), 1u);
    const Json second = ask(b, {{"type", "comment:list"}, {"limit", 1}, {"after", first["after"]}});
    EXPECT_EQ(second["comments"].size(), 1u);
    EXPECT_NE(first["comments"][0]["id"], second["comments"][0]["id"]);
    EXPECT_ANSWER(ask(b, {{"type", "comment:list"}, {"after", "nonsense"}}), "error", {{"code", "invalid"}});
}

TEST_F(LookingBack, AReviewFreezesTheQuoteAndEndsAllLocks) {
    lock(b, "tier");
    EXPECT_ANSWER(ask(a, {{"type", "session:review"}, {"state", "end"}}), "error", {{"code", "forbidden"}});
    EXPECT_ANSWER(ask(a, {{"type", "session:review"}, {"state", "start"}, {"reason", "roof"}}), "session:review",
                  {{"state", "start"}, {"by", {{"name", "Ada"}}}, {"reason", "roof"}, {"revision", 3}});
    EXPECT_EVENT(b, "session:review", {{"state", "start"}, {"revision", 3}});
    EXPECT_EVENT(b, "field:unlocked", {{"field", "tier"}, {"reason", "review"}, {"by", {{"name", "Ada"}}}});
    EXPECT_ANSWER(edit(b, "tier", "A"), "field:rejected",
                  {{"code", "locked"}, {"message", "the quote is under review"}});
    EXPECT_ANSWER(lock(b, "tier"), "error", {{"code", "conflict"}, {"message", "the quote is under review"}});
    EXPECT_ANSWER(undo(a), "field:rejected", {{"code", "locked"}});
    EXPECT_ANSWER(ask(b, {{"type", "quote:update"}, {"quote_id", quote}, {"quote_data", {{"tier", "A"}}}}), "error",
                  {{"code", "conflict"}});
    EXPECT_ANSWER(ask(a, {{"type", "session:review"}, {"state", "start"}}), "error", {{"code", "conflict"}});
    Client u = open(uma);
    EXPECT_EVENT(u, "session:joined",
                 {{"quote", {{"status", "referred"}, {"review", {{"name", "Ada"}, {"reason", "roof"}}}}}});
    EXPECT_ANSWER(ask(u, {{"type", "session:review"}, {"state", "end"}}), "session:review", {{"state", "end"}});
    EXPECT_EQ(host.document("quote", quote)->data["status"], "draft");
    EXPECT_ANSWER(edit(b, "tier", "A"), "field:updated");
    EXPECT_ANSWER(ask(u, {{"type", "session:review"}, {"state", "end"}}), "error", {{"code", "conflict"}});
    EXPECT_EQ(events_named("quote.review"), 2);
}

}  // namespace
}  // namespace tidegate::collaboration::testing
