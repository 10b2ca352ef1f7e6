#include "config/loader.hpp"

#include "config/field_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

namespace tidegate::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kKey = "auth: {hs256_key: 0123456789abcdef0123456789abcdef}\n";

Result<Settings> read(const std::string& yaml, const Pairs& environment = {}, const Pairs& arguments = {}) {
    return load_text(yaml, "test.yaml", "/etc/tidegate", environment, arguments);
}
std::string problems(const std::string& yaml, const Pairs& environment = {}, const Pairs& arguments = {}) {
    const auto settings = read(yaml, environment, arguments);
    return settings ? "" : settings.error().text;
}
std::string shipped(const std::string& name) {
    std::ifstream in(TIDEGATE_ROOT "/config/" + name);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Loader, TakesTheDefaultsFromAnAlmostEmptyFile) {
    const auto settings = read(kKey);
    ASSERT_TRUE(settings) << settings.error();
    EXPECT_EQ(settings->listen.address, "127.0.0.1:8080");
    EXPECT_EQ(settings->data.dir, "/etc/tidegate/data");
}

TEST(Loader, ReadsEveryKindOfValue) {
    const auto settings = read(
        "node: {id: n1}\n"
        "listen: {loops: 3, allowed_origins: [\"https://a\", \"https://b\"]}\n"
        "limits: {message_bytes: 128KiB, outbox_bytes: 2MiB}\n"
        "auth: {hs256_key: 0123456789abcdef0123456789abcdef, query_token: false, roles: {agent: [\"quotes:*\", "
        "\"x\"]}}\n"
        "plugins: {dir: ../plugins}\n"
        "features:\n  quote: {enabled: false, config: {manuals: ./m, n: 1.50}, reload: {drain_ms: 7}}\n  echo:\n");
    ASSERT_TRUE(settings) << settings.error();
    EXPECT_EQ(settings->node.id, "n1");
    EXPECT_EQ(settings->listen.loops, 3u);
    EXPECT_THAT(settings->listen.allowed_origins, ElementsAre("https://a", "https://b"));
    EXPECT_EQ(settings->limits.message_bytes, 128u * 1024);
    EXPECT_EQ(settings->limits.outbox_bytes, 2u * 1024 * 1024);
    EXPECT_FALSE(settings->auth.query_token);
    EXPECT_THAT(settings->auth.roles.at("agent"), ElementsAre("quotes:*", "x"));
    EXPECT_EQ(settings->plugins.dir, "/etc/plugins");
    EXPECT_FALSE(settings->features.at("quote").enabled);
    EXPECT_EQ(settings->features.at("quote").reload.drain_ms, 7);
    EXPECT_EQ(settings->features.at("quote").config, R"({"manuals":"/etc/tidegate/m","n":1.50})");
    EXPECT_TRUE(settings->features.at("echo").enabled);
}

TEST(Loader, TellsAllProblemsAtOnceWithTheirLines) {
    const auto text = problems(
        "listen:\n  adress: 1\n  loops: many\n"
        "limits: {message_bytes: 3}\n"
        "log: {level: loud}\n"
        "nonsense: {}\n"
        "auth: {query_token: perhaps}\n");
    for (const auto* line : {"test.yaml:2: listen.adress", "did you mean 'address'", "test.yaml:3: listen.loops",
                             "test.yaml:4: limits.message_bytes", "test.yaml:5: log.level", "test.yaml:6: nonsense",
                             "test.yaml:7: auth.query_token", "auth.hs256_key"})
        EXPECT_THAT(text, HasSubstr(line));
}

TEST(Loader, RefusesWhatIsNoMapAndWhatIsNoYaml) {
    for (const auto* yaml :
         {"- a\n- b\n", "text", "a: [1,\n", "a: &x [*x]\n  b", "listen: 7\n", "listen: {address: [a]}\n",
          "node: {id: a}\nnode: {id: b}\n", "features: {quote: 7}\n", "features: {quote: {enable: true}}\n",
          "features: {Quote: {}}\n", "listen: {loops: \"3\"}\n", "listen: {address: somewhere}\n"})
        EXPECT_NE(problems(std::string(kKey) + yaml), "") << yaml;
}

TEST(Loader, SurvivesAFileCutOffAnywhere) {
    const auto whole = shipped("dev.yaml");
    ASSERT_FALSE(whole.empty());
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto cut = read(whole.substr(0, length));
        EXPECT_TRUE(cut || cut.error().text.find("test.yaml") != std::string::npos) << length;
    }
}

TEST(Loader, LetsTheEnvironmentWinOverTheFileAndTheCommandLineOverBoth) {
    const Pairs environment{{"TIDEGATE_LISTEN_ADDRESS", "127.0.0.1:7"},
                            {"TIDEGATE_LISTEN_ALLOWED_ORIGINS", "https://a,https://b"},
                            {"TIDEGATE_PLUGINS_WATCH", "false"}};
    const auto yaml = std::string(kKey) + "listen: {address: '127.0.0.1:1'}\n";
    const auto settings = read(yaml, environment);
    ASSERT_TRUE(settings) << settings.error();
    EXPECT_EQ(settings->listen.address, "127.0.0.1:7");
    EXPECT_THAT(settings->listen.allowed_origins, ElementsAre("https://a", "https://b"));
    EXPECT_FALSE(settings->plugins.watch);
    const auto by_hand = read(yaml, environment, {{"listen.address", "127.0.0.1:0"}});
    ASSERT_TRUE(by_hand) << by_hand.error();
    EXPECT_EQ(by_hand->listen.address, "127.0.0.1:0");
    EXPECT_THAT(problems(kKey, {{"TIDEGATE_PLUGINS_WATCH", "maybe"}}), HasSubstr("TIDEGATE_PLUGINS_WATCH"));
}

TEST(Loader, ReadsASecretFromItsFileAndNamesAMissingOne) {
    const auto file = testing::TempDir() + "secret.key";
    std::ofstream(file) << "0123456789abcdef0123456789abcdef\n";
    const auto settings = read("auth: {hs256_key: 'file:" + file + "'}\n");
    ASSERT_TRUE(settings) << settings.error();
    EXPECT_EQ(settings->auth.hs256_key, "0123456789abcdef0123456789abcdef");
    EXPECT_THAT(problems("auth: {hs256_key: file:nowhere.key}\n"), HasSubstr("nowhere.key"));
}

TEST(Loader, NeverRepeatsASecret) {
    EXPECT_THAT(problems("auth: {hs256_key: too-short-a-secret}\n"), testing::Not(HasSubstr("too-short-a-secret")));
}

TEST(Loader, AcceptsTheShippedConfigurations) {
    for (const auto* name : {"dev.yaml", "conformance.yaml"}) {
        Sources sources;
        sources.file = std::string(TIDEGATE_ROOT "/config/") + name;
        const auto settings = load(sources);
        EXPECT_TRUE(settings) << settings.error();
    }
}

TEST(Rules, RefuseTheDevelopmentKeyWhereStrangersCouldReachIt) {
    EXPECT_THAT(problems(shipped("dev.yaml"), {}, {{"listen.address", "0.0.0.0:8080"}}), HasSubstr("auth.hs256_key"));
}

TEST(Rules, RefuseAnOpenAdminPortWithoutAToken) {
    EXPECT_THAT(problems(kKey, {}, {{"admin.address", "0.0.0.0:9090"}}), HasSubstr("admin.address"));
}

TEST(Rules, RefuseTheConformanceEndpointBeyondLoopback) {
    const auto yaml = std::string(kKey) + "listen: {conformance: true, address: '0.0.0.0:8080'}\n";
    EXPECT_THAT(problems(yaml), HasSubstr("listen.conformance"));
}

TEST(Rules, RefuseAMissingKey) { EXPECT_THAT(problems(""), HasSubstr("auth.hs256_key")); }

TEST(Fields, HaveUniqueNamesAndEnvironmentNames) {
    std::set<std::string> names;
    for (const auto& field : fields()) {
        EXPECT_TRUE(names.emplace(field.info.key).second) << field.info.key;
        EXPECT_TRUE(names.insert(environment_name(field.info.key)).second) << field.info.key;
        EXPECT_FALSE(field.info.doc.empty());
    }
}

}  // namespace
}  // namespace tidegate::config
