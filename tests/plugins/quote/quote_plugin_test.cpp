// Opening, subscribing and changing a quote: quote.so over real documents.

#include "quote_host.hpp"

namespace tidegate::quote::testing {
namespace {

class Quote : public WithQuoteHost {};
INSTANTIATE_TEST_SUITE_P(Calls, Quote, ::testing::Values(false, true),
                         [](const auto& mode) { return mode.param ? "CompleteLater" : "CompleteInline"; });

TEST_P(Quote, OpensEmptyForWhoMayWrite) {
    EXPECT_EQ(host.open(kAgent, kQuote), TG_OK);
    EXPECT_EQ(host.open(kCustomer, kQuote), TG_OK);
    EXPECT_EQ(host.open(kReader, kQuote), TG_E_FORBIDDEN);
    EXPECT_EQ(host.open({"nob", {}}, kQuote), TG_E_FORBIDDEN);
    EXPECT_EQ(host.open(kAgent, "nonsense"), TG_E_FORBIDDEN);
    EXPECT_EQ(host.open(kAgent, "018F3C2A-7B1D-7C3E-9F00-0123456789AB"), TG_E_FORBIDDEN);
    EXPECT_TRUE(host.document("quote", kQuote).is_null());
}

TEST_P(Quote, OpensForItsCreatorAndReadersAndNobodyElse) {
    host.connect(3, kCustomer, "quote:" + kQuote);
    host.send(3, update(home()));
    for (const auto& [user, rc] : {std::pair{kAgent, TG_OK},
                                   {kReader, TG_OK},
                                   {kCustomer, TG_OK},
                                   {kStranger, TG_E_FORBIDDEN},
                                   {User{"x", {"quotes:" + kQuote}}, TG_OK}}) {
        EXPECT_EQ(host.open(user, kQuote), rc) << user.sub;
        EXPECT_EQ(host.subscribe(user, "quote:" + kQuote), rc) << user.sub;
    }
    EXPECT_EQ(host.subscribe(kAgent, "quote:nonsense"), TG_E_FORBIDDEN);
}

TEST_P(Quote, IsNotOpenedWhenTheStoreIsAway) {
    host.fail["get quote"] = {TG_E_UNAVAILABLE, 1};
    EXPECT_EQ(host.open(kAgent, kQuote), TG_E_UNAVAILABLE);
}

TEST_P(Quote, IsCreatedByItsFirstUpdateAndTellsEverybody) {
    host.send(1, update(home({{"gone", nullptr}}), 1));
    const json document = host.document("quote", kQuote);
    EXPECT_EQ(document["created_by"], "ada");
    EXPECT_EQ(document["status"], "draft");
    EXPECT_EQ(document["quote_id"], kQuote);
    EXPECT_EQ(document["quote_data"]["aoi"], 215000);
    EXPECT_EQ(host.events().front().name, "quote.created");
    for (const tg_session session : {1, 2}) {
        const auto patched = host.inbox(session, "quote:patched");
        ASSERT_EQ(patched.size(), 1u);
        EXPECT_EQ(patched[0]["offset"], 1);
        EXPECT_EQ(patched[0]["revision"], 1);
        EXPECT_EQ(patched[0]["updated_by"], "ada");
        EXPECT_FALSE(patched[0].contains("ref"));
        const auto started = host.inbox(session, "calculation:started");
        ASSERT_EQ(started.size(), 1u);
        EXPECT_EQ(started[0].contains("ref"), session == 1);
    }
    EXPECT_EQ(host.waiting(), 1u) << "the hook ends when the calculation is posted";
}

TEST_P(Quote, KeepsAmountsAsTheyAreWritten) {
    const std::string data = R"({"a":1.10,"b":[{"id":"x","n":12345678901234567890.50}],"c":0.00})";
    host.send_text(1, update(json::object()),
                   R"({"type":"quote:update","id":1,"quote_id":")" + kQuote + R"(","quote_data":)" + data + "}");
    const Reply read = host.http(kAgent, "GET", "/api/quotes/{quote_id}", "", {{"quote_id", kQuote}});
    EXPECT_NE(read.text.find(R"("quote_data":)" + data), std::string::npos) << read.text;
    EXPECT_NE(host.texts(2).front().find(R"("quote_data":)" + data), std::string::npos);
}

TEST_P(Quote, MergesById) {
    const auto vehicles = [](const char* text) { return json{{"vehicles", json::parse(text)}}; };
    host.send(1, update(vehicles(R"([{"id":"V1","year":2015,"cov":{"COLL":500}},{"id":"V2","year":2018}])")));
    host.send(1,
              update(vehicles(R"([{"id":"V2","year":2019},{"id":"V3","year":2020},{"id":"V1","cov":{"COLL":null}}])")));
    EXPECT_EQ(host.document("quote", kQuote)["quote_data"]["vehicles"].dump(),
              R"([{"cov":{},"id":"V1","year":2015},{"id":"V2","year":2019},{"id":"V3","year":2020}])");
}

TEST_P(Quote, WithoutAChangeIsNotPatchedButCalculated) {
    host.send(1, update(home()));
    host.drain();
    host.clear();
    host.send(1, update(json::object(), 2));
    host.send(1, update(json{{"tier", "C"}}, 3));
    host.drain();
    EXPECT_TRUE(host.inbox(1, "quote:patched").empty());
    const auto complete = host.inbox(1, "calculation:complete");
    ASSERT_EQ(complete.size(), 1u);
    EXPECT_EQ(complete[0]["ref"], 3);
    EXPECT_EQ(complete[0]["revision"], 1);
}

TEST_P(Quote, MergesAgainWhenAnotherWriterCameBetween) {
    host.send(1, update(home()));
    int others = 0;
    host.before = [&](const std::string& call) {
        if (call == "patch quote" && ++others <= 2)
            host.patch(kQuote, "quote_data/tier", "\"D" + std::to_string(others) + '"');
    };
    host.send(1, update(json{{"tier", "A"}}, 2));
    EXPECT_EQ(host.document("quote", kQuote)["quote_data"]["tier"], "A");
    others = -100;
    host.send(1, update(json{{"tier", "B"}}, 3));
    const auto errors = host.inbox(1, "error");
    ASSERT_EQ(errors.size(), 1u);
    EXPECT_EQ(errors[0]["code"], "conflict");
    EXPECT_EQ(errors[0]["ref"], 3);
}

TEST_P(Quote, IsChangedByItsWritersOnly) {
    host.connect(3, kReader, "quote:" + kQuote);
    host.connect(4, kStranger, "quote:" + kQuote);
    host.send(3, update(home(), 1));
    host.send(1, update(home()));
    host.send(3, update(home({{"tier", "A"}}), 2));
    host.send(4, update(home({{"tier", "A"}}), 2));
    for (const tg_session session : {3, 4}) {
        for (const json& error : host.inbox(session, "error")) EXPECT_EQ(error["code"], "forbidden");
        EXPECT_FALSE(host.inbox(session, "error").empty());
    }
    EXPECT_EQ(host.document("quote", kQuote)["quote_data"]["tier"], "C");
}

TEST_P(Quote, RefusesWhatBreaksTheSchemaOrThePaths) {
    host.send(1, update(home()));
    host.drain();
    host.clear();
    const json before = host.document("quote", kQuote);
    const std::string other = "028f3c2a-7b1d-7c3e-9f00-0123456789ab";
    const std::vector<json> bad = {
        {{"quote_data", json::object()}},
        {{"quote_id", kQuote}},
        {{"quote_id", kQuote}, {"quote_data", 7}},
        {{"quote_id", 7}, {"quote_data", json::object()}},
        {{"quote_id", other}, {"quote_data", {{"aoi", 300000}}}},
        {{"quote_id", kQuote}, {"quote_data", {{"__proto__", {{"admin", true}}}}}},
        {{"quote_id", kQuote}, {"quote_data", {{"a/../b", 1}}}},
        {{"quote_id", kQuote}, {"quote_data", json::object()}, {"input_rev", "x"}},
        {{"quote_id", kQuote}, {"quote_data", {{"product", 7}}}},
    };
    for (json message : bad) {
        message["type"] = "quote:update";
        message["id"] = "bad";
        host.send(1, message);
        const auto errors = host.inbox(1, "error");
        ASSERT_EQ(errors.size(), 1u) << message;
        EXPECT_EQ(errors[0]["code"], "invalid") << message;
        EXPECT_EQ(errors[0]["ref"], "bad");
        host.clear();
    }
    EXPECT_EQ(host.document("quote", kQuote), before);
    EXPECT_EQ(host.waiting(), 0u);
}

TEST_P(Quote, SaysWhatIsUnknown) {
    host.send(1, {{"type", "quote:sing"}, {"id", 1}});
    EXPECT_EQ(host.inbox(1, "error").at(0)["code"], "unknown_type");
}

TEST_P(Quote, HidesTheStoresInternals) {
    host.fail["get quote"] = {TG_E_UNAVAILABLE, 1};
    host.send(1, update(home()));
    const json error = host.inbox(1, "error").at(0);
    EXPECT_EQ(error["code"], "unavailable");
    EXPECT_EQ(error["message"].get<std::string>().find("secret"), std::string::npos);
}

TEST_P(Quote, WhoseCalculationCannotStartIsStoredAndSaysSo) {
    host.queue_full = true;
    host.send(1, update(home()));
    EXPECT_EQ(host.inbox(1, "error").at(0)["code"], "busy");
    EXPECT_TRUE(host.inbox(1, "calculation:started").empty());
    EXPECT_FALSE(host.document("quote", kQuote).is_null());
}

TEST_P(Quote, AsksALateStoreAgainAndGoesOn) {
    host.late["patch quote"] = {TG_E_DEADLINE, 1};
    host.send(1, update(home()));
    host.drain();
    EXPECT_EQ(host.document("quote", kQuote)["quote_data"]["tier"], "C");
    EXPECT_EQ(host.inbox(2, "quote:patched").size(), 1u);
    EXPECT_EQ(host.inbox(1, "calculation:complete").size(), 1u);
    EXPECT_TRUE(host.delays.empty());
}

TEST_P(Quote, ThatWasChangedWithoutAnAnswerIsToldOnceAllTheSame) {
    host.send(1, update(home()));
    host.drain();
    host.clear();
    for (const tg_rc rc : {TG_E_UNAVAILABLE, TG_E_DEADLINE, TG_E_CANCELLED}) {
        const std::string tier = rc == TG_E_UNAVAILABLE ? "A" : rc == TG_E_DEADLINE ? "B" : "D";
        host.late["patch quote"] = {rc, rc == TG_E_CANCELLED ? 1 : 2};
        host.send(1, update(json{{"tier", tier}}, 2));
        EXPECT_EQ(host.inbox(1, "error").size(), 1u);
        if (rc != TG_E_CANCELLED) {
            EXPECT_EQ(host.inbox(1, "error")[0]["code"], "unavailable");
        }
        EXPECT_EQ(host.waiting(), 1u);
        EXPECT_TRUE(host.inbox(2, "quote:patched").empty());
        host.send(1, update(json{{"tier", tier}}, 3));
        host.drain();
        const auto patched = host.inbox(2, "quote:patched");
        ASSERT_EQ(patched.size(), 1u) << rc;
        EXPECT_EQ(patched[0]["quote_data"], (json{{"tier", tier}}));
        EXPECT_EQ(patched[0]["updated_by"], "ada");
        EXPECT_EQ(host.inbox(1, "calculation:complete").size(), 1u);
        EXPECT_EQ(host.inbox(1, "calculation:complete")[0]["revision"], patched[0]["revision"]);
        host.clear();
    }
}

TEST_P(Quote, WhoseCreationHadNoAnswerIsToldAllTheSame) {
    host.late["patch quote"] = {TG_E_UNAVAILABLE, 2};
    host.send(1, update(home()));
    host.reload();
    host.drain();
    ASSERT_EQ(host.inbox(2, "quote:patched").size(), 1u);
    EXPECT_EQ(host.inbox(2, "quote:patched")[0]["revision"], 1);
    EXPECT_EQ(host.inbox(2, "quote:patched")[0]["quote_data"], home());
}

TEST_P(Quote, IsPatchedLaterWhenTheStoreNeverGotIt) {
    host.send(1, update(home()));
    host.drain();
    host.clear();
    host.fail["patch quote"] = {TG_E_UNAVAILABLE, 4};
    host.send(1, update(json{{"tier", "A"}}, 2));
    EXPECT_EQ(host.document("quote", kQuote)["quote_data"]["tier"], "C");
    host.drain();
    EXPECT_EQ(host.document("quote", kQuote)["quote_data"]["tier"], "A");
    EXPECT_EQ(host.inbox(2, "quote:patched").size(), 1u);
    EXPECT_EQ(host.delays, (std::vector<std::uint64_t>{250, 1000, 4000}));
}

TEST_P(Quote, IsNotPatchedLaterOverWhatAnotherWrote) {
    host.send(1, update(home()));
    host.drain();
    host.clear();
    host.fail["patch quote"] = {TG_E_UNAVAILABLE, 2};
    host.send(1, update(json{{"tier", "A"}}, 2));
    host.patch(kQuote, "quote_data/tier", R"("B")");
    host.drain();
    EXPECT_EQ(host.document("quote", kQuote)["quote_data"]["tier"], "B");
    EXPECT_TRUE(host.inbox(2, "quote:patched").empty());
    EXPECT_EQ(host.waiting(), 0u);
}

TEST_P(Quote, IsToldLateWithTheValuesThatStandByThen) {
    host.send(1, update(home()));
    host.drain();
    host.clear();
    host.late["patch quote"] = {TG_E_UNAVAILABLE, 2};
    host.send(1, update(json{{"tier", "A"}, {"aoi", 300000}, {"deductible", nullptr}}, 2));
    host.send(1, update(json{{"tier", "B"}}, 3));
    host.drain();
    const auto patched = host.inbox(2, "quote:patched");
    ASSERT_EQ(patched.size(), 2u);
    EXPECT_EQ(patched[0]["revision"], 3);
    EXPECT_EQ(patched[1]["revision"], 2);
    EXPECT_EQ(patched[1]["quote_data"], (json{{"tier", "B"}, {"aoi", 300000}, {"deductible", nullptr}}));
}

TEST_P(Quote, WhoseEventFailedIsToldLater) {
    host.fail["publish"] = {TG_E_UNAVAILABLE, 1};
    host.send(1, update(home()));
    EXPECT_TRUE(host.inbox(2, "quote:patched").empty());
    host.drain();
    ASSERT_EQ(host.inbox(2, "quote:patched").size(), 1u);
    EXPECT_EQ(host.inbox(2, "quote:patched")[0]["revision"], 1);
    EXPECT_EQ(host.inbox(1, "calculation:complete").size(), 1u);
    EXPECT_EQ(host.delays.size(), 1u);
}

TEST_P(Quote, GivesUpTellingAfterSomeAttempts) {
    host.fail["patch quote"] = {TG_E_UNAVAILABLE, 1000};
    host.send(1, update(home()));
    host.drain();
    EXPECT_EQ(host.delays.size(), 6u);
    EXPECT_NE(host.log.back().find("given up"), std::string::npos);
}

TEST_P(Quote, ThatIsRefusedLeavesNothingBehind) {
    for (const tg_rc rc : {TG_E_BUSY, TG_E_INVALID, TG_E_TOO_LARGE}) {
        host.fail["patch quote"] = {rc, 1};
        host.send(1, update(home()));
        EXPECT_EQ(host.inbox(1, "error").at(0)["message"].dump().find("secret"), std::string::npos);
        EXPECT_EQ(host.waiting(), 0u);
        host.clear();
    }
}

TEST_P(Quote, IsBounded) {
    json leaves = json::array();
    for (int i = 0; i < 985; ++i) leaves.push_back(i);
    host.send(1, update(home({{"list", leaves}})));
    host.send(1, update(json{{"note", std::string(61 * 1024, 'x')}}, 2));
    const auto errors = host.inbox(1, "error");
    ASSERT_EQ(errors.size(), 1u);
    EXPECT_EQ(errors[0]["code"], "too_large") << "61 KiB alone, but not with what is stored";
    host.clear();
    host.send(1, update(json{{"note", std::string(62 * 1024, 'x')}}, 3));
    EXPECT_EQ(host.inbox(1, "error").at(0)["code"], "too_large");
    host.clear();
    host.send(1, update(json{{"a", 1}, {"b", 1}}, 4));
    EXPECT_TRUE(host.inbox(1, "error").empty()) << "13 + 985 + 2";
    host.send(1, update(json{{"c", 1}}, 5));
    const json refused = host.inbox(1, "error").at(0);
    EXPECT_EQ(refused["code"], "invalid");
    EXPECT_EQ(refused["errors"][0]["code"], "too_many");
    EXPECT_FALSE(host.document("quote", kQuote)["quote_data"].contains("c"));
}

TEST_P(Quote, OfTheLargestUpdateIsToldLaterToo) {
    json user_named = update(json{{"note", std::string(62 * 1024 - 11, 'x')}});
    host.connect(3, {std::string(128, '"'), {"quotes:*"}}, "quote:" + kQuote);
    host.late["patch quote"] = {TG_E_UNAVAILABLE, 2};
    host.send(3, user_named);
    host.drain();
    EXPECT_EQ(host.inbox(2, "quote:patched").size(), 1u);
}

TEST_P(Quote, RefusesMembersThatStandTwice) {
    const std::string id = R"("quote_id":")" + kQuote + '"';
    for (const std::string& members :
         {id + R"(,"quote_data":{"a":1},"quote_data":{"a":2})", id + "," + id + R"(,"quote_data":{"a":1})"}) {
        host.send_text(1, update(json::object()), R"({"type":"quote:update","id":1,)" + members + "}");
        EXPECT_EQ(host.inbox(1, "error").at(0)["code"], "invalid");
        host.clear();
    }
    EXPECT_TRUE(host.document("quote", kQuote).is_null());
}

TEST_P(Quote, RefusesAConfigurationWithBrokenManualsAndServesOn) {
    EXPECT_NE(host.configure("/nowhere").find("/nowhere"), std::string::npos);
    host.send(1, update(home()));
    host.drain();
    EXPECT_EQ(host.inbox(1, "calculation:complete").size(), 1u);
}

}  // namespace
}  // namespace tidegate::quote::testing
