#include "tests/host/plugin/harness.hpp"

#include <algorithm>

namespace tidegate::plugin {
namespace {

constexpr const char* kRecordedForAll = R"(publish probe:doc {"type":"probe:changed","revision":1})";
constexpr const char* kRecorded =
    R"(publish probe:doc {"type":"probe:changed","revision":1} author {"type":"probe:changed","ref":1,"revision":1})";
constexpr const char* kLive = R"(publish live:1 {"type":"probe:glimpse","revision":1})";
constexpr const char* kReply =
    R"(reply {"type":"probe:said","version":"1.0.0","echo":{"number":1,"bytes":{"revision":1,"replayed":false}}})";
constexpr const char* kNotInTime = "fail unavailable: no answer in time";

class HostApiDocs : public testing::PumpedEngine {
protected:
    void SetUp() override { slot.publish(&load()); }
    void ask_and_hold() {
        documents.hold = true;
        say("probe:patch");
        pump();
        EXPECT_EQ(answers(), "");
    }
    std::string all(std::initializer_list<const char*> parts) {
        std::string text;
        for (const char* part : parts) text += (text.empty() ? "" : "|") + std::string(part);
        return text;
    }
};

TEST_F(HostApiDocs, ACommitPublishesInOrderBeforeTheAnswerAndInsideTheCallWhenItIsInline) {
    say("probe:patch");
    pump();
    EXPECT_EQ(answers(), all({kRecorded, kLive, kReply}));
    EXPECT_TRUE(gateway.all_committed);
}

TEST_F(HostApiDocs, ALateCommitPublishesTheSameOnTheStoresThread) {
    ask_and_hold();
    documents.answer_first();
    EXPECT_EQ(answers(), all({kRecorded, kLive}));
    pump();
    EXPECT_EQ(answers(), kReply);
    EXPECT_TRUE(generations[0]->counters().quiet());
}

TEST_F(HostApiDocs, FencesTestsAndTheNoteReachTheStore) {
    say("probe:patch");
    pump();
    const auto& patch = documents.asked_patch;
    ASSERT_EQ(patch.ops.size(), 2u);
    EXPECT_EQ(patch.ops[0].kind, OpKind::kSet);
    EXPECT_EQ(patch.ops[0].fence, 5u);
    EXPECT_EQ(patch.ops[1].kind, OpKind::kTest);
    EXPECT_EQ(patch.ops[1].value, "");
    EXPECT_EQ(patch.ops[1].fence, 0u);
    EXPECT_EQ(patch.note, R"({"why":"so"})");
}

TEST_F(HostApiDocs, APatchUnderLeasesCarriesTheirFenceAndEndsThemWithItsOutcome) {
    say("probe:patch_leased");
    pump();
    EXPECT_EQ(answers(), all({kRecorded, kLive, kReply}));
    const auto& claim = leases.asked_write;
    EXPECT_EQ(claim.space.tenant, "default");
    EXPECT_EQ(claim.space.space, "probe:q");
    EXPECT_EQ(claim.paths, std::vector<std::string>{"a"});
    EXPECT_EQ(claim.holder, "ada");
    EXPECT_EQ(claim.session, "tab");
    EXPECT_EQ(claim.owner, "probe");
    EXPECT_EQ(claim.token, 7u);
    EXPECT_EQ(claim.write_ttl_ms, 1000);
    EXPECT_EQ(claim.lock_ttl_ms, 2000);
    const auto& ops = documents.asked_patch.ops;
    ASSERT_EQ(ops.size(), 2u);
    EXPECT_EQ(ops[0].fence, leases.last_token);
    EXPECT_EQ(ops[1].fence, 0u) << "a test carries none";
    EXPECT_TRUE(leases.held.empty());
    EXPECT_EQ(leases.asked_match.token, leases.last_token);
}

TEST_F(HostApiDocs, ThePatchWaitsForTheLeasesAndTheyForTheStore) {
    leases.hold = documents.hold = true;
    say("probe:patch_leased");
    pump();
    EXPECT_TRUE(documents.held.empty()) << "nothing is asked of the store before the leases are there";
    ASSERT_EQ(leases.held_writes.size(), 1u);
    leases.held_writes.front()();
    EXPECT_EQ(leases.held.size(), 1u);
    documents.answer_first();
    EXPECT_TRUE(leases.held.empty());
    pump();
    EXPECT_EQ(answers(), all({kRecorded, kLive, kReply}));
}

TEST_F(HostApiDocs, LeasesEndAlsoWhenTheHookDidNotWaitForThem) {
    documents.hold = true;
    say("probe:patch_leased");
    pump();
    EXPECT_EQ(leases.held.size(), 1u);
    pass_ms(2000);
    EXPECT_EQ(answers(), kNotInTime);
    EXPECT_EQ(leases.held.size(), 1u) << "the write is still under way";
    documents.answer_first();
    EXPECT_TRUE(leases.held.empty());
}

TEST_F(HostApiDocs, WhatIsRefusedUnderLeasesChangesNothing) {
    leases.refusal = Error{Errc::kLocked, "'a' is leased to another"};
    say("probe:patch_leased");
    pump();
    EXPECT_EQ(answers(), "fail field_locked: 'a' is leased to another");
    leases.refusal.reset();
    say("probe:patch_leased_elsewhere");
    pump();
    EXPECT_EQ(answers().rfind("fail forbidden", 0), 0u) << "a space that is no channel of the plugin's";
    say("probe:patch_leased_wrongly");
    pump();
    EXPECT_NE(answers().find("fail"), std::string::npos) << "more paths than operations that could carry their fences";
    EXPECT_TRUE(documents.asked_patch.ops.empty());
    documents.refusal = Error{Errc::kConflict, "it stands"};
    say("probe:patch_leased");
    pump();
    EXPECT_EQ(answers(), "fail conflict: it stands");
    EXPECT_TRUE(leases.held.empty());
}

TEST_F(HostApiDocs, ARefusedPatchPublishesNothing) {
    documents.refusal = Error{Errc::kFenced, "a newer lease"};
    say("probe:patch");
    pump();
    EXPECT_EQ(answers().find("publish"), std::string::npos);
    documents.refusal = Error{Errc::kConflict, "it stands"};
    say("probe:patch");
    pump();
    EXPECT_EQ(answers(), "fail conflict: it stands");
}

TEST_F(HostApiDocs, PublicationsAreCheckedBeforeAnythingIsPatched) {
    for (const char* type : {"probe:patch_type", "probe:patch_elsewhere"}) {
        say(type);
        pump();
        EXPECT_EQ(answers().rfind("fail forbidden", 0), 0u) << type;
    }
    EXPECT_TRUE(documents.asked_patch.ops.empty());
    EXPECT_EQ(documents.revision, 0u);
    say("probe:patch_shared");
    pump();
    EXPECT_EQ(answers().rfind("publish shared:1", 0), 0u);
}

TEST_F(HostApiDocs, AHookThatWasToldItsDeadlineLeavesItsAuthorTheEventOfEverybody) {
    ask_and_hold();
    pass_ms(2000);
    EXPECT_EQ(answers(), kNotInTime);
    documents.answer_first();
    pump();
    EXPECT_EQ(answers(), all({kRecordedForAll, kLive}));
    EXPECT_TRUE(generations[0]->counters().quiet());
}

TEST_F(HostApiDocs, AHookThatWasCancelledLeavesItsAuthorTheEventOfEverybody) {
    ask_and_hold();
    generations[0]->cancel();
    pump();
    EXPECT_EQ(answers(), "fail cancelled: Cancelled");
    documents.answer_first();
    EXPECT_EQ(answers(), all({kRecordedForAll, kLive}));
}

TEST_F(HostApiDocs, AnAuthorWhoGotHisCopyIsNotToldOfADeadlineThatCameTogetherWithIt) {
    ask_and_hold();
    documents.answer_first();  // its completion waits on the strand
    EXPECT_EQ(answers(), all({kRecorded, kLive}));
    clock.advance_ms(6000);
    engine->timers.pump();  // the whole hook's deadline, looked at before the completion
    pump();
    EXPECT_EQ(answers(), kReply);
    EXPECT_EQ(metrics.count("tidegate_plugin_hook_deadlines_total probe"), 0u);
    EXPECT_TRUE(generations[0]->counters().quiet());
}

TEST_F(HostApiDocs, AnAuthorWhoGotHisCopyIsNotToldThatItWasCancelled) {
    ask_and_hold();
    documents.answer_first();
    EXPECT_EQ(answers(), all({kRecorded, kLive}));
    generations[0]->cancel();
    pump();
    EXPECT_EQ(answers(), kReply);
    EXPECT_TRUE(generations[0]->counters().quiet());
}

TEST_F(HostApiDocs, VersionsCarryTheQueryAndTheNote) {
    say("probe:versions");
    pump();
    EXPECT_NE(answers().find(R"("note":{"why":"so"},"ops":[])"), std::string::npos);
    EXPECT_EQ(documents.asked_versions.before, 9u);
    EXPECT_TRUE(documents.asked_versions.newest_first);
    EXPECT_EQ(documents.asked_versions.limit, 10u);
}

TEST_F(HostApiDocs, APartIsAskedForByItsPath) {
    say("probe:get_part");
    pump();
    EXPECT_NE(answers().find(R"("number":7,"bytes":true)"), std::string::npos);
    EXPECT_EQ(documents.asked.id, "1");
    EXPECT_EQ(documents.asked_path, "a/b");
}

TEST_F(HostApiDocs, EventsMayGoToChannelsOfOthersThatTheManifestNames) {
    say("probe:publish_shared");
    pump();
    EXPECT_EQ(answers(), R"(publish shared:1 {"type":"probe:told"})");
    EXPECT_FALSE(gateway.all_committed);
    say("probe:publish_but_me");
    pump();
    EXPECT_EQ(answers(), R"(publish live:1 {"type":"probe:told"} without 1)");
}

}  // namespace
}  // namespace tidegate::plugin
