// Messages and bodies against the manifest's schemas, before the hook.

#include "fake_host.hpp"

#include <tidegate/plugin.hpp>

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;
using tidegate::testing::FakeHost;

class Strict final : public tg::Plugin {
public:
    void on_message(const tg::Message& m) { m.reply("reached"); }
    void on_http(const tg::HttpRequest& q) { q.respond(200, "reached"); }
};

class Schemas : public ::testing::Test {
protected:
    void SetUp() override {
        plugin = tg::detail::Adapter<Strict>::create(host.table());
        ASSERT_NE(plugin, nullptr);
    }
    void TearDown() override { plugin->destroy(plugin); }
    // Empty when the hook was reached, else the errors.
    json send(std::string_view message, std::string_view type = "t:update") {
        tg_hook hook;
        EXPECT_EQ(host.message(plugin, hook, message, type), TG_OK);
        EXPECT_EQ(hook.answers, 1);
        if (hook.answer == "reached") return json::array();
        EXPECT_EQ(hook.code, "invalid");
        return json::parse(hook.fields)["errors"];
    }
    FakeHost host;
    tg_plugin* plugin = nullptr;
};

TEST_F(Schemas, LetThroughWhatSatisfiesThem) {
    EXPECT_TRUE(send(R"({"type":"t:update","name":"abc","n":2,"items":[{"id":"x"}],"kind":"a","other":1})").empty());
    EXPECT_TRUE(send(R"({"type":"t:free"})", "t:free").empty());
}

TEST_F(Schemas, NameThePathAndTheCode) {
    EXPECT_EQ(send(R"({"type":"t:update","name":"ABC","n":0,"items":[{"id":"x"},{"id":3},{}],"kind":"c"})"),
              json::parse(R"([
        {"path":"items/1/id","code":"type","message":"Value type not permitted by 'type' constraint."},
        {"path":"items/2/id","code":"required","message":"Missing required property 'id'."},
        {"path":"kind","code":"enum","message":"Failed to match against any enum values."},
        {"path":"n","code":"minimum","message":"Expected number greater than or equal to 1.000000"},
        {"path":"name","code":"pattern","message":"Failed to match regex specified by 'pattern' constraint."}])"));
    const json missing = send(R"({"type":"t:update"})");
    ASSERT_EQ(missing.size(), 2u);
    EXPECT_EQ(missing[0]["code"], "required");
}

TEST_F(Schemas, ReportTenErrorsAtMost) {
    json message = {{"type", "t:flags"}};
    for (int i = 0; i < 40; ++i) message["flag" + std::to_string(i)] = i;
    EXPECT_EQ(send(message.dump(), "t:flags").size(), 10u);
}

TEST_F(Schemas, EscapeWhatTheClientSent) {
    const json errors = send(R"({"type":"t:flags","a\"b\\":1})", "t:flags");
    ASSERT_FALSE(errors.empty());
    EXPECT_EQ(errors[0]["path"], "a\"b\\");
}

TEST_F(Schemas, KeepLongStringsFromTheExpressionEngine) {
    const json errors = send(R"({"type":"t:update","n":1,"name":")" + std::string(60'000, 'a') + "\"}");
    ASSERT_EQ(errors.size(), 1u);
    EXPECT_EQ(errors[0]["path"], "name");
    EXPECT_EQ(errors[0]["code"], "max_length");
    EXPECT_TRUE(send(R"({"type":"t:update","n":1,"name":")" + std::string(1024, 'a') + "\"}").empty());
}

TEST_F(Schemas, CheckBodiesOfHttpRoutes) {
    tg_hook good, bad, deep, broken, other;
    host.http(plugin, good, "POST", "/api/things", R"({"thing":1})");
    EXPECT_EQ(good.http_status, 200u);
    host.http(plugin, bad, "POST", "/api/things", R"({})");
    EXPECT_EQ(bad.code, "invalid");
    EXPECT_EQ(json::parse(bad.fields)["errors"][0]["path"], "thing");
    host.http(plugin, deep, "POST", "/api/things", std::string(200'000, '['));
    EXPECT_EQ(json::parse(deep.fields)["errors"][0]["code"], "syntax");
    host.http(plugin, broken, "POST", "/api/things", "{\"thing\":\"\xff\"}");
    EXPECT_EQ(json::parse(broken.fields)["errors"][0]["code"], "syntax");
    host.http(plugin, other, "GET", "/api/things", "");
    EXPECT_EQ(other.http_status, 200u);
}

TEST_F(Schemas, AnUnusableSchemaFailsTheLoad) {
    EXPECT_THROW(tg::detail::make_schema_gate(R"({"schemas":{"t:x":{"type":17}}})"), std::runtime_error);
    EXPECT_THROW(tg::detail::make_schema_gate("{"), std::runtime_error);
    EXPECT_EQ(tg::detail::make_schema_gate(R"({"manifest":1})"), nullptr);
}

}  // namespace
