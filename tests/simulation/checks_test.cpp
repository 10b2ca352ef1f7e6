// The checks see what is wrong: each is shown a right observation and a faulty one.

#include "tests/simulation/checks.hpp"
#include "tests/simulation/simulation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace tidegate::simulation {

namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kChannel = "quote:1";

Json updated(std::uint64_t offset, std::uint64_t revision, const std::string& field, const Json& value) {
    return {{"type", "field:updated"}, {"channel", kChannel}, {"offset", offset},
            {"revision", revision},    {"field", field},      {"value", value}};
}

QuoteReplica joined_replica() {
    QuoteReplica replica(kChannel);
    replica.take({{"type", "channel:subscribed"}, {"channel", kChannel}, {"offset", 4}});
    replica.take({{"type", "session:joined"},
                  {"channel", kChannel},
                  {"quote", {{"quote_data", {{"aoi", 1}}}, {"revision", 7}}},
                  {"revision", 7}});
    return replica;
}

tg::testing::Version version(std::uint64_t revision, Json ops, const std::string& reason = {}) {
    return {revision, "ada", 0, reason.empty() ? Json() : Json{{"kind", "edit"}, {"reason", reason}}, std::move(ops)};
}

std::vector<tg::testing::Version> two_versions() {
    return {version(1, Json::array({{{"op", "set"}, {"path", ""}, {"value", {{"quote_data", Json::object()}}}}})),
            version(2, Json::array({{{"op", "set"}, {"path", "quote_data/aoi"}, {"value", "m1"}}}), "m1")};
}

Journal journal_with(const Json& answer) {
    Journal journal;
    Request& request = journal.add("field:update");
    request.quote = "1";
    request.user = "ada";
    request.mark = "m1";
    request.field = "aoi";
    request.value = "m1";
    request.sends = 1;
    if (!answer.is_null()) request.answers.push_back(answer);
    return journal;
}

Problems edits_of(const Journal& journal, const std::vector<tg::testing::Version>& versions) {
    Problems problems;
    check_edits(journal, "1", versions, problems);
    return problems;
}

tg::testing::Lease lease(const std::string& path, const std::string& holder, std::uint64_t token = 1) {
    tg::testing::Lease made;
    made.path = path;
    made.holder = holder;
    made.token = token;
    return made;
}

}  // namespace

TEST(QuoteReplica, IgnoresWhatTheSnapshotHoldsAndAppliesTheRest) {
    QuoteReplica replica = joined_replica();
    replica.take(updated(5, 7, "aoi", 0));
    replica.take(updated(6, 8, "vehicles/V1", "x"));
    replica.take({{"type", "quote:patched"},
                  {"channel", kChannel},
                  {"offset", 7},
                  {"revision", 9},
                  {"quote_data", {{"aoi", nullptr}}}});
    Problems problems;
    check_replica("he", replica, {{"vehicles", {{"V1", "x"}}}}, problems);
    EXPECT_THAT(problems, IsEmpty());
    check_replica("he", replica, {{"aoi", 1}}, problems);
    EXPECT_THAT(problems, Contains(HasSubstr("the document is")));
}

TEST(QuoteReplica, SaysThatAnEventIsMissing) {
    QuoteReplica replica = joined_replica();
    replica.take(updated(6, 8, "aoi", 2));
    EXPECT_THAT(replica.problems(), Contains(HasSubstr("offset 6 after 4")));
}

TEST(QuoteReplica, SaysThatRevisionsGoBack) {
    QuoteReplica replica = joined_replica();
    replica.take(updated(5, 9, "aoi", 2));
    replica.take(updated(6, 8, "aoi", 3));
    EXPECT_THAT(replica.problems(), Contains(HasSubstr("goes back")));
}

TEST(Checks, SeeABrokenChainOfVersions) {
    Problems problems;
    check_chain(two_versions(), {{"quote_data", {{"aoi", "m1"}}}}, problems);
    EXPECT_THAT(problems, IsEmpty());
    check_chain(two_versions(), {{"quote_data", {{"aoi", "m2"}}}}, problems);
    EXPECT_THAT(problems, Contains(HasSubstr("the versions make")));
    problems.clear();
    auto versions = two_versions();
    versions[1].ops[0]["from"] = "another";
    check_chain(versions, {{"quote_data", {{"aoi", "m1"}}}}, problems);
    EXPECT_THAT(problems, Contains(HasSubstr("the versions before left")));
    problems.clear();
    versions.erase(versions.begin());
    check_chain(versions, {{"quote_data", {{"aoi", "m1"}}}}, problems);
    EXPECT_THAT(problems, Contains(HasSubstr("follows 0")));
}

TEST(Checks, SeeAnEditThatWasAcknowledgedAndIsNotThere) {
    const Json done{{"type", "field:updated"}, {"revision", 2}};
    EXPECT_THAT(edits_of(journal_with(done), two_versions()), IsEmpty());
    EXPECT_THAT(edits_of(journal_with(done), {two_versions()[0]}), Contains(HasSubstr("was acknowledged")));
    EXPECT_THAT(edits_of(journal_with({{"type", "field:updated"}, {"revision", 3}}), two_versions()),
                Contains(HasSubstr("revision")));
}

TEST(Checks, SeeAnEditThatWasRefusedAndIsThere) {
    const Json refused{{"type", "field:rejected"}, {"code", "locked"}};
    EXPECT_THAT(edits_of(journal_with(refused), two_versions()), Contains(HasSubstr("was refused")));
    EXPECT_THAT(edits_of(journal_with(refused), {two_versions()[0]}), IsEmpty());
    const Json unknown{{"type", "error"}, {"code", "unavailable"}};
    EXPECT_THAT(edits_of(journal_with(unknown), two_versions()), IsEmpty());
}

TEST(Checks, SeeAnEditMadeTwiceOrByAnother) {
    auto versions = two_versions();
    versions.push_back(versions.back());
    EXPECT_THAT(edits_of(journal_with(nullptr), versions), Contains(HasSubstr("which is not once")));
    versions.pop_back();
    versions.back().actor = "bob";
    EXPECT_THAT(edits_of(journal_with(nullptr), versions), Contains(HasSubstr("wrong actor")));
    versions = two_versions();
    versions.back().ops[0]["value"] = "m2";
    EXPECT_THAT(edits_of(journal_with(nullptr), versions), Contains(HasSubstr("wrong field or value")));
}

TEST(Checks, SeeAnAnswerTooFewAndOneTooMany) {
    Problems problems;
    check_answers(journal_with({{"type", "error"}}), problems);
    EXPECT_THAT(problems, IsEmpty());
    check_answers(journal_with(nullptr), problems);
    EXPECT_THAT(problems, Contains(HasSubstr("answered 0 times")));
    Journal journal = journal_with({{"type", "error"}});
    journal.find("r1")->answers.push_back({{"type", "error"}});
    check_answers(journal, problems);
    EXPECT_THAT(problems, Contains(HasSubstr("answered 2 times")));
}

TEST(Checks, SeeTwoHoldersOfOneField) {
    Problems problems;
    check_leases(
        {lease("aoi", "ada"), lease("state", "bob"), lease("vehicles/V10", "ada"), lease("vehicles/V1", "bob")}, 0,
        problems);
    EXPECT_THAT(problems, IsEmpty());
    check_leases({lease("vehicles", "ada"), lease("vehicles/V1", "bob")}, 0, problems);
    EXPECT_THAT(problems, Contains(HasSubstr("by two users")));
}

TEST(Checks, SeeATokenThatFalls) {
    Problems problems;
    std::uint64_t newest = 0;
    check_tokens({{0, "granted", "s", lease("a", "ada", 5)},
                  {0, "granted", "s", lease("b", "ada", 5)},
                  {0, "expired", "s", lease("a", "ada", 5)},
                  {1, "granted", "s", lease("a", "bob", 6)}},
                 newest, problems);
    EXPECT_THAT(problems, IsEmpty());
    check_tokens({{2, "granted", "s", lease("a", "ada", 6)}}, newest, problems);
    EXPECT_THAT(problems, Contains(HasSubstr("token 6")));
}

TEST(Checks, SeeAUserWhoIsNotThere) {
    Problems problems;
    check_users("ada", {"bob"}, {"bob"}, problems);
    EXPECT_THAT(problems, IsEmpty());
    check_users("ada", {"bob"}, {}, problems);
    EXPECT_THAT(problems, Contains(HasSubstr("sees bob")));
}

class FaultyRun : public ::testing::TestWithParam<std::pair<Fault, const char*>> {};

// On the real plugins: what the harness loses on purpose is found.
TEST_P(FaultyRun, IsSeen) {
    const Plugins plugins{QUOTE_SO, COLLABORATION_SO, "{\"manuals\":\"" QUOTE_MANUALS "\"}"};
    Plan plan;
    plan.seed = 3;
    EXPECT_THAT(Simulation(plugins, plan).run().problems, IsEmpty());
    plan.fault = GetParam().first;
    EXPECT_THAT(Simulation(plugins, plan).run().problems, Contains(HasSubstr(GetParam().second)));
}

INSTANTIATE_TEST_SUITE_P(Simulation, FaultyRun,
                         ::testing::Values(std::pair{Fault::kLosesAnEvent, "offset 4 after 2"},
                                           std::pair{Fault::kSwallowsAnEdit, "follows"},
                                           std::pair{Fault::kLosesAnAnswer, "answered 0 times"}));

}  // namespace tidegate::simulation
