#include "messages.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "history_page.hpp"
#include "note.hpp"
#include "records.hpp"
#include "request.hpp"

namespace tidegate::collaboration {
namespace {

using nlohmann::json;

const Person kAda("a", "Ada", "agent");
const Person kUma("u", "Uma", "underwriter");

tg::Lease lease_of(const Person& person) {
    return tg::Lease("aoi", person.id, "client", holder_json(person, 42), 7, false, 1'700'000'000'000, 15'000);
}

tg::PresenceJoined came(const Person& person) {
    return tg::PresenceJoined(person.id, presence_info(person, "editor"), {tg::Session(1)});
}

TEST(Request, ReadsWhatMayBeSaidAndNothingThatIsForged) {
    const auto request = read_request(
        R"({"type":"field:update","field":"aoi","value":{"x":1.50},"base_revision":0,"lease_token":7,"user":"eve",)"
        R"("updated_by":"eve","mentions":["m"],"resolved":false,"take_over":true,"limit":3})");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->field, "aoi");
    EXPECT_EQ(request->value, R"({"x":1.50})");
    EXPECT_EQ(request->base_revision, 0u);
    EXPECT_EQ(request->lease_token, 7u);
    EXPECT_EQ(request->mentions, std::vector<std::string>{"m"});
    EXPECT_FALSE(request->resolved);
    EXPECT_TRUE(request->take_over);
    EXPECT_EQ(request->limit, 3u);
    EXPECT_FALSE(read_request(R"({"field":7})"));
    EXPECT_FALSE(read_request(R"({"field":"a")"));
}

TEST(Person, IsCutToWhatALeaseCarries) {
    const Person long_named("a", std::string(119, 'x') + "\xC3\xA9\xC3\xA9", std::string(600, 'r') + "\n");
    EXPECT_EQ(long_named.name, std::string(119, 'x'));
    EXPECT_LE(holder_json(Person("a", std::string(600, '"'), std::string(600, '\\')), UINT64_MAX).size(), 512u);
    EXPECT_EQ(Person("a", "x\ny", "").name, "x y");
    EXPECT_EQ(Person("a", std::string(118, 'x') + "\xC3\xA9", "").name, std::string(118, 'x') + "\xC3\xA9");
}

TEST(Person, ComesBackFromALease) {
    const Holder holder = read_holder("a", holder_json(kAda, 42));
    EXPECT_EQ(holder.person.id + holder.person.name + holder.person.role, "aAdaagent");
    EXPECT_EQ(holder.session, 42u);
    EXPECT_EQ(read_holder("a", "").session, 0u);
    EXPECT_EQ(read_holder("a", R"({"name":"Ada","role":"agent"})").person.role, "agent");
}

TEST(Messages, LocksSayWhoAndForHowLong) {
    const tg::Lease lease = lease_of(kAda);
    const json others = json::parse(field_locked("aoi", kAda, lease));
    EXPECT_EQ(others, json::parse(R"({"type":"field:locked","field":"aoi","user":{"id":"a","name":"Ada","role":"agent"},
        "expires_at":"2023-11-14T22:13:20.000Z","expires_in_ms":15000})"));
    const json mine = json::parse(field_locked_for_holder("aoi", lease));
    EXPECT_EQ(mine["lease"], json::parse(R"({"token":7,"expires_at":"2023-11-14T22:13:20.000Z","ttl_ms":15000})"));
    EXPECT_EQ(json::parse(locked_by("aoi", lease))["holder"]["name"], "Ada");
    EXPECT_EQ(json::parse(field_unlocked("aoi", kAda, "taken", &kUma))["by"]["name"], "Uma");
    EXPECT_FALSE(json::parse(field_unlocked("aoi", kAda, "expired", nullptr)).contains("by"));
}

TEST(Messages, ThoseWhoJoinTogetherAreInOneMessageWithoutWhomItIsFor) {
    const std::vector<tg::PresenceJoined> both{came(kAda), came(kUma)};
    EXPECT_EQ(json::parse(user_joined(both))["users"].size(), 2u);
    EXPECT_EQ(json::parse(user_joined(both, "a"))["user"]["name"], "Uma");
    EXPECT_EQ(user_joined({came(kAda)}, "a"), "");
    EXPECT_EQ(json::parse(user_joined({came(kAda)}))["user"],
              json::parse(R"({"id":"a","name":"Ada","role":"agent","access":"editor"})"));
}

TEST(Messages, AnUpdateCarriesItsValueAsWritten) {
    FieldUpdated update;
    update.field = "aoi";
    update.value = "1.50";
    EXPECT_NE(field_updated(update).find(R"("value":1.50)"), std::string::npos);
    update.value.clear();
    EXPECT_TRUE(json::parse(field_updated(update))["value"].is_null());
    EXPECT_EQ(json::parse(with(field_updated(update), ",\"ref\":1"))["ref"], 1);
    EXPECT_EQ(json::parse(field_updated_before(update, 3))["replayed"], true);
}

TEST(Messages, TheSnapshotShowsPeopleAndLocks) {
    Joined joined;
    joined.quote_id = "q";
    joined.access = "viewer";
    joined.users.emplace_back("a", presence_info(kAda, "editor"), R"({"field":"aoi"})", 2);
    joined.users.emplace_back("u", presence_info(kUma, "editor"), "", 0);
    joined.locks.push_back(lease_of(kAda));
    const json told = json::parse(on_channel(session_joined(joined), "quote:q"));
    EXPECT_EQ(told["channel"], "quote:q");
    EXPECT_EQ(told["quote"], json::parse(R"({"quote_id":"q","quote_data":{},"revision":0,"status":"draft"})"));
    EXPECT_EQ(told["users"][0]["focus"]["field"], "aoi");
    EXPECT_EQ(told["users"][0]["connections"], 2);
    EXPECT_TRUE(told["users"][1]["focus"].is_null());
    EXPECT_EQ(told["locked_fields"]["aoi"]["user"]["name"], "Ada");
}

TEST(Note, ComesBackAsItWasWritten) {
    Note note("undo");
    note.session = "c";
    note.update_id = "u";
    note.reason = "\"";
    note.undoes = 4;
    const Note back = read_note(note_json(note));
    EXPECT_EQ(back.kind + back.session + back.update_id + back.reason, "undocu\"");
    EXPECT_EQ(back.undoes, 4u);
    EXPECT_EQ(back.redoes, 0u);
    EXPECT_EQ(read_note("[]").kind, "");
}

TEST(Records, ComeBackAsTheyWereWritten) {
    Comment comment;
    comment.id = "c";
    comment.quote_id = "q";
    comment.text = "<b>";
    comment.mentions = {"m", "n"};
    comment.author = kAda;
    const auto back = read_comment(comment_document(comment));
    ASSERT_TRUE(back);
    EXPECT_EQ(comment_document(*back), comment_document(comment));
    EXPECT_FALSE(json::parse(comment_json(comment)).contains("quote_id"));

    NamedVersion version;
    version.id = "v";
    version.quote_id = "q";
    version.revision = 3;
    version.quote_data = R"({"aoi":1.50})";
    version.premium = R"({"total":501.00})";
    const auto kept = read_named_version(version_document(version));
    ASSERT_TRUE(kept);
    EXPECT_EQ(version_document(*kept), version_document(version));
    EXPECT_FALSE(json::parse(version_json(version)).contains("quote_data"));
    EXPECT_EQ(status_before(review_json(kAda, "now", "roof", "draft")), "draft");
}

TEST(Records, APageIsReadWithItsCursor) {
    const auto page = read_page(R"({"items":[{"id":"1","data":{"a":1}},{"id":"2","data":{}}],"after":"x\"y"})");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->documents, (std::vector<std::string>{R"({"a":1})", "{}"}));
    EXPECT_EQ(next_of(*page), "x\"y");
    EXPECT_EQ(next_of(*read_page(R"({"items":[],"after":null})")), "");
}

QuoteVersion changed(std::uint64_t revision, const std::string& path) {
    QuoteVersion out;
    out.revision = revision;
    out.actor = "a";
    out.note.kind = "edit";
    VersionOp op;
    op.path = path;
    op.value = path.empty() ? R"({"quote_data":{"aoi":1}})" : "2";
    op.from = path.empty() ? "" : "1";
    out.ops.push_back(op);
    return out;
}

TEST(HistoryPage, ShowsWhatConcernsAField) {
    HistoryPage page("vehicles/V1", 10);
    for (const char* path : {"quote_data/vehicles/V1/vin", "quote_data/vehicles", "quote_data/aoi", "status", ""})
        EXPECT_TRUE(page.add(changed(9, path)));
    tg::json::Writer out = page.take();
    const json items = json::parse(out.end_object().take())["items"];
    ASSERT_EQ(items.size(), 3u);
    EXPECT_EQ(items[0]["changes"], json::parse(R"([{"field":"vehicles/V1/vin","from":1,"to":2}])"));
    EXPECT_EQ(items[2]["changes"], json::parse(R"([{"field":"","from":null,"to":{"aoi":1}}])"));
}

TEST(HistoryPage, EndsWhenItIsFull) {
    HistoryPage page("", 2);
    EXPECT_TRUE(page.add(changed(9, "quote_data/a")));
    EXPECT_TRUE(page.add(changed(8, "quote_data/a")));
    EXPECT_FALSE(page.add(changed(7, "quote_data/a")));
    EXPECT_EQ(page.before(), 8u);
}

}  // namespace
}  // namespace tidegate::collaboration
