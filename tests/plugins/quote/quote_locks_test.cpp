// What others hold: locks of fields, the review of a quote.

#include "quote_host.hpp"

namespace tidegate::quote::testing {
namespace {

class Locked : public WithQuoteHost {
protected:
    void SetUp() override {
        WithQuoteHost::SetUp();
        host.send(1, update(home({{"vehicles", {{{"id", "V1"}, {"year", 2015}}, {{"id", "V2"}, {"year", 2018}}}}})));
        host.drain();
        host.clear();
    }
    json value(const std::string& name) { return host.document("quote", kQuote)["quote_data"][name]; }
};
INSTANTIATE_TEST_SUITE_P(Calls, Locked, ::testing::Values(false, true),
                         [](const auto& mode) { return mode.param ? "CompleteLater" : "CompleteInline"; });

TEST_P(Locked, FieldsRefuseAllOfAnUpdateAndNameTheirHolder) {
    host.lock(kQuote, "aoi", "ben");
    host.send(1, update(json{{"tier", "A"}, {"aoi", 300000}}, 2));
    const json error = host.inbox(1, "error").at(0);
    EXPECT_EQ(error["code"], "field_locked");
    EXPECT_EQ(error["ref"], 2);
    EXPECT_EQ(error["message"], "Field aoi is locked by another user");
    EXPECT_EQ(error["field"], "aoi");
    EXPECT_EQ(error["holder"], (json{{"id", "ben"}, {"name", "Name of ben"}, {"role", "agent"}}));
    EXPECT_EQ(value("tier"), "C");
    EXPECT_EQ(value("aoi"), 215000);
    EXPECT_TRUE(host.inbox(2).empty());
    EXPECT_EQ(host.waiting(), 0u);
    ASSERT_EQ(host.leases(kQuote).size(), 1u);
    EXPECT_EQ(host.leases(kQuote)[0].holder, "ben");
}

TEST_P(Locked, FieldsLeaveTheOthersFree) {
    host.lock(kQuote, "aoi", "ben");
    host.lock(kQuote, "vehicles/V1", "ben");
    host.send(1, update(json{{"tier", "A"}, {"vehicles", {{{"id", "V2"}, {"year", 2019}}}}}, 2));
    EXPECT_TRUE(host.inbox(1, "error").empty());
    EXPECT_EQ(value("vehicles")[1]["year"], 2019);
    host.send(1, update(json{{"vehicles", {{{"id", "V1"}, {"year", 2016}}}}}, 3));
    EXPECT_EQ(host.inbox(1, "error").at(0)["field"], "vehicles/V1/year") << "below what is locked";
    host.send(1, update(json{{"vehicles", nullptr}}, 4));
    EXPECT_EQ(host.inbox(1, "error").at(1)["field"], "vehicles") << "above it";
    host.unlock(kQuote, "ben");
    host.send(1, update(json{{"vehicles", nullptr}}, 5));
    EXPECT_EQ(host.inbox(1, "error").size(), 2u);
    EXPECT_TRUE(value("vehicles").is_null());
}

TEST_P(Locked, FieldsOfOnesOwnStayLocked) {
    const auto mine = host.lock(kQuote, "aoi", "ada", "client-1");
    host.advance_ms(14'000);
    host.send(1, update(json{{"tier", "A"}, {"aoi", 300000}}, 2));
    EXPECT_TRUE(host.inbox(1, "error").empty());
    EXPECT_EQ(value("aoi"), 300000);
    const auto leases = host.leases(kQuote);
    ASSERT_EQ(leases.size(), 1u);
    EXPECT_EQ(leases[0].token, mine.token);
    EXPECT_FALSE(leases[0].implicit);
    EXPECT_EQ(leases[0].ttl_ms, 15'000) << "used, so renewed";
}

TEST_P(Locked, FieldsOfAnotherTabOfOnesOwnAreFreeAndStayWithThatTab) {
    host.lock(kQuote, "aoi", "ada", "client-2");
    host.send(1, update(json{{"aoi", 300000}}, 2));
    EXPECT_EQ(value("aoi"), 300000);
    ASSERT_EQ(host.leases(kQuote).size(), 1u);
    EXPECT_EQ(host.leases(kQuote)[0].session, "client-2");
}

TEST_P(Locked, FieldsOfOnesOwnMayStillBeWrittenAfterAnUpdateAboveThem) {
    host.lock(kQuote, "vehicles/V1", "ada", "client-1");
    host.send(1, update(json{{"vehicles", nullptr}}, 2));
    host.send(1, update(json{{"vehicles", {{{"id", "V1"}}}}}, 3));
    host.send(1, update(json{{"vehicles", {{{"id", "V1"}, {"year", 2017}}}}}, 4));
    EXPECT_TRUE(host.inbox(1, "error").empty()) << host.inbox(1, "error")[0];
    EXPECT_EQ(value("vehicles")[0]["year"], 2017);
}

TEST_P(Locked, ForAnUpdateIsNothingOnceItIsOver) {
    host.send(1, update(json{{"tier", "A"}}, 2));
    EXPECT_TRUE(host.leases(kQuote).empty());
    host.send(1, update(json{{"unknown", 1}}, 3));
    EXPECT_TRUE(host.leases(kQuote).empty());
}

TEST_P(Locked, ByAnUpdateIsWrittenUnderAFence) {
    bool came = false;
    host.before = [&](const std::string& call) {
        if (call != "write under leases" || came) return;
        came = true;
        // Its lease ended, and whoever got the next one wrote first.
        const std::uint64_t token = host.leases(kQuote).at(0).token;
        EXPECT_TRUE(host.leases(kQuote)[0].implicit);
        EXPECT_EQ(host.leases(kQuote)[0].session, "client-1");
        host.unlock(kQuote, "ada");
        host.patch(kQuote, "quote_data/tier", R"("B")", token + 1);
    };
    host.send(1, update(json{{"tier", "A"}}, 2));
    EXPECT_EQ(value("tier"), "A") << "asked for again, and merged again";
    EXPECT_EQ(host.document("quote", kQuote)["quote_data"]["aoi"], 215000);
    EXPECT_EQ(host.versions(kQuote).size(), 3u);
    EXPECT_TRUE(host.leases(kQuote).empty());
}

TEST_P(Locked, WhileUnderReviewIsEverything) {
    host.patch(kQuote, "review", R"({"by":"uma","name":"Uma","reason":"roof"})");
    host.send(1, update(json{{"tier", "A"}}, 2));
    const json error = host.inbox(1, "error").at(0);
    EXPECT_EQ(error["code"], "conflict");
    EXPECT_EQ(error["message"], "the quote is under review");
    EXPECT_EQ(value("tier"), "C");
    EXPECT_TRUE(host.inbox(2).empty());
    host.send(1, update(json::object(), 3));
    host.drain();
    EXPECT_EQ(host.inbox(1, "calculation:complete").size(), 1u) << "what changes nothing is calculated";
}

TEST_P(Locked, FieldsRefuseACreationToo) {
    const std::string quote = "028f3c2a-7b1d-7c3e-9f00-0123456789ab";
    host.connect(3, kAgent, "quote:" + quote);
    host.lock(quote, "aoi", "ben");
    host.send(3, update(home(), 1, quote));
    EXPECT_EQ(host.inbox(3, "error").at(0)["field"], "aoi");
    EXPECT_TRUE(host.document("quote", quote).is_null());
    host.send(3, update(json{{"tier", "A"}}, 2, quote));
    EXPECT_EQ(host.document("quote", quote)["quote_data"], (json{{"tier", "A"}}));
}

TEST_P(Locked, FieldsMayStillBeWrittenByTheirHolderAfterTheCreation) {
    const std::string quote = "028f3c2a-7b1d-7c3e-9f00-0123456789ab";
    host.connect(3, kAgent, "quote:" + quote);
    host.lock(quote, "aoi", "ada", "client-3");
    host.send(3, update(home(), 1, quote));
    host.send(3, update(json{{"aoi", 300000}}, 2, quote));
    EXPECT_TRUE(host.inbox(3, "error").empty());
    EXPECT_EQ(host.document("quote", quote)["quote_data"]["aoi"], 300000);
}

TEST_P(Locked, CannotBeToldWithoutLeases) {
    for (const auto& [rc, code] : {std::pair{TG_E_BUSY, "busy"}, {TG_E_FORBIDDEN, "internal"}}) {
        host.clear();
        host.fail["patch quote"] = {rc, 1};
        host.send(1, update(json{{"tier", "A"}}, 2));
        EXPECT_EQ(host.inbox(1, "error").at(0)["code"], code);
        EXPECT_EQ(host.inbox(1, "error")[0].dump().find("secret"), std::string::npos);
        EXPECT_EQ(value("tier"), "C");
    }
}

}  // namespace
}  // namespace tidegate::quote::testing
