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
    const std::string data = R"({"aoi":215000.10,"jewelry":0.00,"vehicles":[{"id":"x","value":123456789012345.50}]})";
    host.send_text(1, update(json::object()),
                   R"({"type":"quote:update","id":1,"quote_id":")" + kQuote + R"(","quote_data":)" + data + "}");
    const Reply read = host.http(kAgent, "GET", "/api/quotes/{quote_id}", "", {{"quote_id", kQuote}});
    EXPECT_NE(read.text.find(R"("quote_data":)" + data), std::string::npos) << read.text;
    EXPECT_NE(host.texts(2).front().find(R"("quote_data":)" + data), std::string::npos);
}

TEST_P(Quote, MergesById) {
    const auto vehicles = [](const char* text) { return json{{"vehicles", json::parse(text)}}; };
    host.send(1, update(vehicles(R"([{"id":"V1","year":2015,"coverages":{"COLL":500}},{"id":"V2","year":2018}])")));
    host.send(
        1,
        update(vehicles(R"([{"id":"V2","year":2019},{"id":"V3","year":2020},{"id":"V1","coverages":{"COLL":null}}])"),
               2));
    EXPECT_EQ(host.document("quote", kQuote)["quote_data"]["vehicles"].dump(),
              R"([{"coverages":{},"id":"V1","year":2015},{"id":"V2","year":2019},{"id":"V3","year":2020}])");
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
    for (const tg_rc rc : {TG_E_UNAVAILABLE, TG_E_DEADLINE, TG_E_CANCELLED}) {
        host.clear();
        const std::string tier = rc == TG_E_UNAVAILABLE ? "A" : rc == TG_E_DEADLINE ? "B" : "D";
        host.late["patch quote"] = {rc, rc == TG_E_CANCELLED ? 1 : 2};
        host.send(1, update(json{{"tier", tier}}, tier + "1"));
        EXPECT_EQ(host.inbox(1, "error").size(), 1u);
        if (rc != TG_E_CANCELLED) {
            EXPECT_EQ(host.inbox(1, "error")[0]["code"], "unavailable");
        }
        EXPECT_EQ(host.waiting(), 0u);
        EXPECT_TRUE(host.leases(kQuote).empty());
        const auto patched = host.inbox(2, "quote:patched");
        ASSERT_EQ(patched.size(), 1u) << rc;
        EXPECT_EQ(patched[0]["quote_data"], (json{{"tier", tier}}));
        EXPECT_EQ(patched[0]["updated_by"], "ada");
        host.send(1, update(json{{"tier", tier}}, tier + "2"));
        host.drain();
        EXPECT_EQ(host.inbox(2, "quote:patched").size(), 1u);
        EXPECT_EQ(host.inbox(1, "calculation:complete").size(), 1u);
        EXPECT_EQ(host.inbox(1, "calculation:complete")[0]["revision"], patched[0]["revision"]);
    }
}

TEST_P(Quote, WhoseCreationHadNoAnswerIsToldAllTheSame) {
    host.late["patch quote"] = {TG_E_UNAVAILABLE, 2};
    host.send(1, update(home()));
    EXPECT_EQ(host.inbox(1, "error").at(0)["code"], "unavailable");
    ASSERT_EQ(host.inbox(2, "quote:patched").size(), 1u);
    EXPECT_EQ(host.inbox(2, "quote:patched")[0]["revision"], 1);
    EXPECT_EQ(host.inbox(2, "quote:patched")[0]["quote_data"], home());
}

TEST_P(Quote, IsAsItWasWhenTheStoreNeverGotTheChange) {
    host.send(1, update(home()));
    host.drain();
    host.clear();
    host.fail["patch quote"] = {TG_E_UNAVAILABLE, 2};
    host.send(1, update(json{{"tier", "A"}}, 2));
    EXPECT_EQ(host.inbox(1, "error").at(0)["code"], "unavailable");
    host.drain();
    EXPECT_EQ(host.document("quote", kQuote)["quote_data"]["tier"], "C");
    EXPECT_TRUE(host.inbox(2).empty());
    EXPECT_TRUE(host.leases(kQuote).empty());
}

TEST_P(Quote, IsUnavailableToWhoWasRefusedAfterAStoreWithoutAnAnswer) {
    host.send(1, update(home()));
    host.drain();
    host.clear();
    host.late["patch quote"] = {TG_E_DEADLINE, 1};
    int patches = 0;
    host.before = [&](const std::string& call) {
        if (call == "patch quote" && ++patches == 2) host.fail[call] = {TG_E_BUSY, 1};
    };
    host.send(1, update(json{{"tier", "A"}}, 2));
    EXPECT_EQ(host.inbox(1, "error").at(0)["code"], "unavailable") << "it may have been the first that counted";
    EXPECT_EQ(host.inbox(2, "quote:patched").size(), 1u);
}

TEST_P(Quote, ThatIsRefusedLeavesNothingBehind) {
    for (const tg_rc rc : {TG_E_BUSY, TG_E_INVALID, TG_E_TOO_LARGE}) {
        host.fail["patch quote"] = {rc, 1};
        host.send(1, update(home()));
        EXPECT_EQ(host.inbox(1, "error").at(0)["message"].dump().find("secret"), std::string::npos);
        EXPECT_EQ(host.waiting(), 0u);
        EXPECT_TRUE(host.leases(kQuote).empty());
        EXPECT_TRUE(host.inbox(2).empty());
        host.clear();
    }
}

TEST_P(Quote, IsBoundedInBytes) {
    host.send(1, update(large(62 * 1024)));
    EXPECT_TRUE(host.inbox(1, "error").empty());
    EXPECT_EQ(host.inbox(2, "quote:patched").size(), 1u);
    host.drain();
    host.clear();
    host.send(1, update(json{{"business", {{"description", std::string(1000, 'x')}}}}, 2));
    EXPECT_TRUE(host.inbox(1, "error").empty());
    json drivers = json::array();
    for (int i = 0; i < 9; ++i) drivers.push_back({{"id", i}, {"name", std::string(120, 'x')}});
    host.send(1, update(json{{"drivers", drivers}}, 3));
    const auto errors = host.inbox(1, "error");
    ASSERT_EQ(errors.size(), 1u);
    EXPECT_EQ(errors[0]["code"], "too_large") << "little alone, but not with what is stored";
    host.clear();
    host.send(1, update(large(62 * 1024 + 1), 4));
    EXPECT_EQ(host.inbox(1, "error").at(0)["code"], "too_large");
}

TEST_P(Quote, IsBoundedInValues) {
    host.send(1, update(many(1000)));
    EXPECT_TRUE(host.inbox(1, "error").empty());
    host.send(1, update(json{{"aoi", 1}}, 5));
    const json refused = host.inbox(1, "error").at(0);
    EXPECT_EQ(refused["code"], "invalid");
    EXPECT_EQ(refused["errors"][0]["code"], "too_many");
    EXPECT_FALSE(host.document("quote", kQuote)["quote_data"].contains("aoi"));
}

TEST_P(Quote, HasKnownFieldsOnly) {
    host.send(1, update(home()));
    host.drain();
    host.clear();
    const json before = host.document("quote", kQuote);
    for (const json& data :
         {json{{"unknown", 1}}, json{{"insured", {{"shoe_size", 44}}}},
          json{{"vehicles", {{{"id", "V1"}, {"wings", 2}}}}}, json{{"vehicles", {{{"vin", "x"}}}}},
          json{{"coverages", {{"coll", 500}}}}, json{{"new_home", "yes"}}, json{{"aoi", "a lot"}},
          json{{"territory", {{"x", 1}}}}, json{{"product", "boat"}}, json{{"notes", std::string(2001, 'x')}}}) {
        host.send(1, update(data, 2));
        const json error = host.inbox(1, "error").at(0);
        EXPECT_EQ(error["code"], "invalid") << data;
        ASSERT_TRUE(error.contains("errors")) << error;
        EXPECT_TRUE(error["errors"][0]["path"].is_string());
        EXPECT_TRUE(host.inbox(2).empty()) << "nobody sees it";
        host.clear();
    }
    EXPECT_EQ(host.document("quote", kQuote), before);
    EXPECT_EQ(host.waiting(), 0u);
}

TEST_P(Quote, MayBeHalfTyped) {
    const json data = {{"aoi", 2},
                       {"tier", ""},
                       {"term_months", ""},
                       {"year_built", "19"},
                       {"zip", "7"},
                       {"effective_date", "2026-"},
                       {"vehicles", {{{"id", "V1"}, {"vin", "1H"}, {"coverages", {{"BI", "100/300"}}}}}},
                       {"drivers", {{{"id", 1}, {"birth_date", "19"}, {"violations", {{{"id", "a"}}}}}}}};
    host.send(1, update(data));
    EXPECT_TRUE(host.inbox(1, "error").empty()) << host.inbox(1, "error")[0];
    EXPECT_EQ(host.document("quote", kQuote)["quote_data"], data);
}

TEST_P(Quote, KeepsHowEachVersionCameAbout) {
    host.send(1, update(home()));
    host.send(1, update(json{{"tier", "A"}}, 2));
    const auto versions = host.versions(kQuote);
    ASSERT_EQ(versions.size(), 2u);
    EXPECT_EQ(json::parse(versions[0].note), (json{{"kind", "create"}}));
    EXPECT_EQ(json::parse(versions[1].note), (json{{"kind", "update"}}));
    EXPECT_EQ(versions[1].actor, "ada");
    EXPECT_EQ(json::parse(versions[1].ops)[0]["from"], "C");
}

TEST_P(Quote, RefusesMembersThatStandTwice) {
    const std::string id = R"("quote_id":")" + kQuote + '"';
    for (const std::string& members :
         {id + R"(,"quote_data":{"aoi":1},"quote_data":{"aoi":2})", id + "," + id + R"(,"quote_data":{"aoi":1})"}) {
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
