// The HTTP side of quote.so.

#include "quote_host.hpp"

namespace tidegate::quote::testing {
namespace {

class QuoteHttp : public WithQuoteHost {
protected:
    Reply create(const User& user, const json& body, const std::string& key = {}) {
        return host.http(user, "POST", "/api/quotes", body.dump(), {}, {}, key);
    }
    Reply read(const User& user, const std::string& quote, const std::string& more = {}) {
        return host.http(user, "GET", "/api/quotes/{quote_id}" + more, "", {{"quote_id", quote}});
    }
    Reply list(const User& user, const std::vector<std::pair<std::string, std::string>>& query = {}) {
        return host.http(user, "GET", "/api/quotes", "", {}, query);
    }
};
INSTANTIATE_TEST_SUITE_P(Calls, QuoteHttp, ::testing::Values(false, true),
                         [](const auto& mode) { return mode.param ? "CompleteLater" : "CompleteInline"; });

TEST_P(QuoteHttp, CreatesReadsAndListsQuotes) {
    const Reply made = create(kAgent, {{"quote_data", home()}});
    ASSERT_EQ(made.status, 201u) << made.text;
    EXPECT_EQ(made.body["revision"], 1);
    const std::string quote = made.body["quote_id"];
    const Reply got = read(kAgent, quote);
    EXPECT_EQ(got.status, 200u);
    EXPECT_EQ(got.body["quote_data"]["aoi"], 215000);
    EXPECT_EQ(got.body["created_by"], "ada");
    EXPECT_EQ(got.body["status"], "draft");
    EXPECT_FALSE(got.body.contains("premium"));
    const Reply listed = list(kAgent);
    EXPECT_EQ(listed.status, 200u);
    ASSERT_EQ(listed.body["items"].size(), 1u);
    EXPECT_EQ(listed.body["items"][0]["quote_id"], quote);
    EXPECT_EQ(listed.body["items"][0]["product"], "home");
    EXPECT_EQ(listed.body["items"][0]["state"], "US-TX");
    EXPECT_EQ(host.events().back().name, "quote.created");
}

TEST_P(QuoteHttp, ShowsThePremiumItsRevisionAndTheTrace) {
    host.send(1, update(home()));
    host.drain();
    host.send(1, update(json{{"aoi", nullptr}}, 2));
    host.drain();
    const Reply got = read(kAgent, kQuote);
    EXPECT_EQ(got.body["premium"]["total"], 501);
    EXPECT_NE(got.text.find(R"("total":501.00)"), std::string::npos);
    EXPECT_EQ(got.body["revision"], 2);
    EXPECT_EQ(got.body["rated_revision"], 1);
    const std::vector<std::pair<std::string, std::string>> params = {{"trace_id", got.body["trace_id"]}};
    const Reply trace = host.http(kAgent, "GET", "/api/traces/{trace_id}", "", params);
    EXPECT_EQ(trace.status, 200u);
    EXPECT_EQ(trace.body["total"], "501.00");
    EXPECT_EQ(trace.body["steps"].size(), 12u);
    EXPECT_EQ(host.http(kStranger, "GET", "/api/traces/{trace_id}", "", params).status, 403u);
    const Reply versions = read(kAgent, kQuote, "/versions");
    ASSERT_EQ(versions.body["items"].size(), 2u);
    EXPECT_EQ(versions.body["items"][1]["revision"], 2);
    EXPECT_EQ(read(kStranger, kQuote, "/versions").status, 403u);
}

TEST_P(QuoteHttp, MakesOneQuoteOfOneKey) {
    const json body = {{"quote_data", home()}};
    const Reply first = create(kAgent, body, "k1");
    const Reply again = create(kAgent, body, "k1");
    EXPECT_EQ(first.text, again.text);
    EXPECT_EQ(again.status, 201u);
    EXPECT_NE(create(kAgent, body, "k2").body["quote_id"], first.body["quote_id"]);
    EXPECT_NE(create(kCustomer, body, "k1").body["quote_id"], first.body["quote_id"]);
    EXPECT_EQ(list(kAgent).body["items"].size(), 3u);
    EXPECT_EQ(create(kAgent, body, std::string(200, 'k')).status, 400u);
}

TEST_P(QuoteHttp, RepeatsTheAnswerOfAKeyThatTheStoreForgot) {
    const json body = {{"quote_data", home()}};
    const Reply first = create(kAgent, body, "k1");
    host.fail["patch quote"] = {TG_E_CONFLICT, 1};
    EXPECT_EQ(create(kAgent, body, "k1").text, first.text);
    host.fail["patch quote"] = {TG_E_CONFLICT, 1};
    EXPECT_EQ(create(kAgent, body).status, 409u);
}

TEST_P(QuoteHttp, ListsToEverybodyWhatHeMaySee) {
    for (int i = 0; i < 5; ++i) create(kAgent, {{"quote_data", home()}});
    const Reply mine = create(kCustomer, {{"quote_data", home()}});
    EXPECT_EQ(list(kReader).body["items"].size(), 6u);
    const Reply own = list(kCustomer);
    ASSERT_EQ(own.body["items"].size(), 1u);
    EXPECT_EQ(own.body["items"][0]["quote_id"], mine.body["quote_id"]);
    EXPECT_EQ(list(kStranger).body["items"].size(), 0u);
    EXPECT_EQ(list({"nob", {}}).status, 403u);
    EXPECT_EQ(list({"wri", {"quotes:write"}}).status, 403u);

    std::vector<std::string> seen;
    json after = "";
    while (!after.is_null()) {
        const Reply page = list(kReader, {{"limit", "4"}, {"after", after}});
        for (const json& item : page.body["items"]) seen.push_back(item["quote_id"]);
        after = page.body["after"];
    }
    EXPECT_EQ(seen.size(), 6u);
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 6u);
    for (const char* limit : {"0", "101", "x", "-1", "1x"}) EXPECT_EQ(list(kReader, {{"limit", limit}}).status, 400u);
}

TEST_P(QuoteHttp, RefusesBadBodies) {
    for (const char* body : {"", "{", "[]", "{}", R"({"quote_data":7})", R"({"quote_data":{"__proto__":1}})",
                             R"({"quote_data":{"a":1,"a":2}})", R"({"quote_data":{"a":1},"quote_data":{"a":2}})",
                             R"({"quote_data":{"product":7}})"}) {
        const Reply reply = host.http(kAgent, "POST", "/api/quotes", body);
        EXPECT_EQ(reply.status, 400u) << body << reply.text;
        EXPECT_EQ(reply.body["code"], "invalid");
    }
    const Reply named = host.http(kAgent, "POST", "/api/quotes", R"({"quote_data":{"constructor":1}})");
    EXPECT_EQ(named.body["errors"][0]["code"], "name");
    EXPECT_EQ(list(kAgent).body["items"].size(), 0u);
    EXPECT_EQ(create(kReader, {{"quote_data", home()}}).status, 403u);
}

TEST_P(QuoteHttp, BoundsAQuote) {
    const Reply too_large = create(kAgent, {{"quote_data", large(64 * 1024 + 1)}});
    EXPECT_EQ(too_large.status, 413u);
    EXPECT_EQ(too_large.body["code"], "too_large");
    json data = many(1000);
    EXPECT_EQ(create(kAgent, {{"quote_data", data}}).status, 201u);
    data["aoi"] = 1;
    const Reply too_many = create(kAgent, {{"quote_data", data}});
    EXPECT_EQ(too_many.status, 400u);
    EXPECT_EQ(too_many.body["errors"][0]["code"], "too_many");
    EXPECT_EQ(create(kAgent, {{"quote_data", large(64 * 1024)}}).status, 201u);
    EXPECT_EQ(list(kAgent).body["items"].size(), 2u);
}

TEST_P(QuoteHttp, TellsNothingOfTheStore) {
    const Reply reply = create(kAgent, {{"quote_data", {{"product", 7}}}});
    EXPECT_EQ(reply.body["message"], "The quote does not have the form that is needed");
    EXPECT_FALSE(host.log.empty());
}

TEST_P(QuoteHttp, SaysNotFoundAndForbidden) {
    for (const std::string more : {"", "/versions"}) {
        EXPECT_EQ(read(kAgent, kQuote, more).status, 404u);
        EXPECT_EQ(read(kReader, kQuote, more).status, 404u);
        EXPECT_EQ(read(kAgent, "nonsense", more).status, 404u);
        EXPECT_EQ(read({"nob", {}}, kQuote, more).status, 403u);
    }
    EXPECT_EQ(host.http(kAgent, "GET", "/api/traces/{trace_id}", "", {{"trace_id", kQuote}}).status, 404u);
    EXPECT_EQ(host.http(kAgent, "GET", "/api/traces/{trace_id}", "", {{"trace_id", "nonsense"}}).status, 404u);
    create(kCustomer, {{"quote_data", home()}}, "k");
    const std::string mine = list(kCustomer).body["items"][0]["quote_id"];
    EXPECT_EQ(read(kCustomer, mine).status, 200u);
    EXPECT_EQ(read(kStranger, mine).status, 403u);
}

TEST_P(QuoteHttp, IsUnavailableWhenTheStoreIsAway) {
    host.fail["get quote"] = {TG_E_UNAVAILABLE, 1};
    const Reply reply = read(kAgent, kQuote);
    EXPECT_EQ(reply.status, 503u);
    EXPECT_EQ(reply.text.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace tidegate::quote::testing
