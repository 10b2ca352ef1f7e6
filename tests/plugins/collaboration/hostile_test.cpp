#include "collaboration_host.hpp"

namespace tidegate::collaboration::testing {
namespace {

// Everything here gets an error and changes nothing.
class Hostile : public CollaborationTest {
protected:
    Hostile() {
        edit(a, "insured", {{"name", "X"}});
        edit(a, "aoi", 1);
        token = lock(a, "aoi")["lease"]["token"];
        before = *host.document("quote", quote);
        a.take();
    }
    void TearDown() override {
        const auto after = host.document("quote", quote);
        EXPECT_EQ(after->revision, before.revision);
        EXPECT_EQ(after->data, before.data);
        EXPECT_NOTHING(a, "field:updated");
        EXPECT_NOTHING(a, "field:unlocked");
        CollaborationTest::TearDown();
    }
    void expect_refusal(const Json& message) {
        const Json answer = ask(b, message);
        const std::string type = answer.value("type", "");
        EXPECT_TRUE(type == "error" || type == "field:rejected") << message << "\n" << answer;
    }

    Client a = open(ada);
    Client b = open(ben);
    Json token;
    tg::testing::Document before;
};

TEST_F(Hostile, LeasesOfOthersMadeUpOnesAndRevisionsFromTheFuture) {
    for (const Json& claimed : {token, Json(7), Json(1ull << 60), Json("7"), Json(-1)}) {
        expect_refusal({{"type", "field:update"}, {"field", "aoi"}, {"value", 2}, {"lease_token", claimed}});
        expect_refusal({{"type", "field:update"}, {"field", "tier"}, {"value", "A"}, {"lease_token", claimed}});
    }
    expect_refusal({{"type", "field:update"}, {"field", "tier"}, {"value", "A"}, {"base_revision", 1'000'000'000}});
    expect_refusal({{"type", "field:unlock"}, {"field", "aoi"}});
    expect_refusal({{"type", "field:lock"},
                    {"field", "aoi"},
                    {"user", ada.sub},
                    {"holder", ada.sub},
                    {"role", "admin"},
                    {"take_over", true}});
}

TEST_F(Hostile, PathsThatLeadElsewhere) {
    for (const std::string& path :
         {std::string("../status"), std::string(".."), std::string("a/../b"), std::string("vehicles//V1"),
          std::string("/aoi"), std::string("aoi/"), std::string(""), std::string("__proto__/x"),
          std::string("constructor"), std::string("insured/prototype"), std::string("a\0b", 3), std::string(200, 'x'),
          std::string("-"), std::string("insured/id"), std::string("quote_data"), std::string("status"),
          std::string("review")}) {
        expect_refusal({{"type", "field:update"}, {"field", path}, {"value", 1}});
        if (path != "quote_data" && path != "status" && path != "review")
            expect_refusal({{"type", "field:lock"}, {"field", path}});
        if (path != "quote_data" && path != "status" && path != "review")
            expect_refusal({{"type", "comment:add"}, {"text", "x"}, {"field", path.empty() ? "/" : path}});
    }
}

TEST_F(Hostile, ValuesThatAreTooMuchOrNamedLikePrototypes) {
    for (const char* value : {R"({"__proto__":{"admin":true}})", R"({"constructor":1})", R"({"a":{"prototype":1}})"})
        expect_refusal({{"type", "field:update"}, {"field", "insured"}, {"value", Json::parse(value)}});
    expect_refusal({{"type", "field:update"}, {"field", "notes"}, {"value", std::string(60'000, 'x')}});
    Json deep = 1;
    for (int n = 0; n < 30; ++n) deep = Json::array({deep});
    expect_refusal({{"type", "field:update"}, {"field", "prior_losses"}, {"value", deep}});
    expect_refusal({{"type", "field:update"}, {"field", "nothing_like_it"}, {"value", 1}});
}

TEST_F(Hostile, MessagesThatAreNotWhatTheySay) {
    const Json nobody = "11111111-1111-4111-8111-111111111119";
    for (const Json& message : std::vector<Json>{
             {{"type", "field:update"}, {"value", 1}},
             {{"type", "field:update"}, {"field", 7}, {"value", 1}},
             {{"type", "field:update"}, {"field", "tier"}},
             {{"type", "comment:add"}, {"text", ""}},
             {{"type", "comment:add"}, {"text", std::string(5000, 'x')}},
             {{"type", "comment:add"}, {"text", "x"}, {"mentions", {std::string(36, 'x')}}},
             {{"type", "comment:resolve"}, {"comment_id", nobody}},
             {{"type", "session:history"}, {"limit", 1'000'000}},
             {{"type", "session:review"}, {"state", "burn"}},
             {{"type", "session:restore_version"}, {"version_id", nobody}},
             {{"type", "session:restore_version"}, {"version_id", quote}},
             {{"type", "field:unknown"}},
             {{"type", "user:left"}},
             {{"type", "session:joined"}},
             {{"type", "field:update"},
              {"channel", "quote:" + nobody.get<std::string>()},
              {"field", "tier"},
              {"value", "A"}},
             {{"type", "session:join"}, {"channel", "quote:nonsense"}},
         })
        expect_refusal(message);
    EXPECT_FALSE(host.document("quote", nobody));
}

}  // namespace

TEST_F(CollaborationTest, AForgedAuthorStaysWhoHeIs) {
    Client a = open(ada), b = open(ben);
    EXPECT_ANSWER(
        edit(b, "notes", "mine", {{"updated_by", ada.sub}, {"user", ada.sub}, {"revision", 9}, {"update_id", "x"}}),
        "field:updated", {{"updated_by", ben.sub}, {"revision", 1}});
    EXPECT_EVENT(a, "field:updated", {{"updated_by", ben.sub}});
    EXPECT_EQ(host.versions("quote", quote)[0].actor, ben.sub);
}

}  // namespace tidegate::collaboration::testing
