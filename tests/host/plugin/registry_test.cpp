#include "plugin/registry.hpp"

#include "plugin/elf_image.hpp"
#include "tests/host/plugin/registry_harness.hpp"

#if defined(__SANITIZE_ADDRESS__)
// What a zombie allocated stays: nobody may destroy it.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:tidegate::plugin::Generation::create"; }
#endif

namespace tidegate::plugin {
namespace {

using testing::bytes_of;
using testing::drop;
using testing::eventually;
using testing::image_of;

class RegistryTest : public testing::RegistryFixture {};

struct Bad {
    const char* variant;
    const char* reason;
};
void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.variant; }

constexpr Bad kBad[] = {
    {"throws_in_create", "create threw: thrown by create"},
    {"throws_in_configure", "configure threw: thrown by configure"},
    {"configure_refuses", "configure refused: speed is too high"},
    {"self_check_fails", "self_check refused: two and two are five"},
    {"hears_no_events", "asks for events, and it has neither"},
    {"throws_in_start", "start threw: an exception of unknown type"},
    {"wrong_abi_major", "built for ABI 99.1"},
    {"newer_abi_minor", "built for ABI 0.99"},
    {"wrong_magic", "wrong magic"},
    {"null_create", "create returned no plugin"},
    {"entry_id_mismatch", "its entry names the id 'other'"},
    {"manifest_id_mismatch", "its manifest says 'other'"},
    {"no_entry_symbol", "no symbol tidegate_plugin_entry"},
    {"unresolved_symbol", "nobody_has_this"},
    {"no_manifest", "it carries no manifest"},
    {"broken_manifest", "surprise: unknown key"},
};

class BadPlugin : public testing::RegistryFixture, public ::testing::WithParamInterface<Bad> {};

TEST_P(BadPlugin, IsRefusedAtStartWithItsReason) {
    put(GetParam().variant);
    start();
    EXPECT_EQ(state(), "rejected");
    ASSERT_FALSE(status()["reasons"].empty());
    const auto reason = status()["reasons"].back()["text"].get<std::string>();
    EXPECT_NE(reason.find(GetParam().reason), std::string::npos) << reason;
}

TEST_P(BadPlugin, DoesNotTouchTheServingGeneration) {
    put("good_a");
    start();
    put(GetParam().variant);
    const auto reloaded = registry->reload("probe");
    ASSERT_FALSE(reloaded);
    EXPECT_NE(reloaded.error().text.find("plugin 'probe'"), std::string::npos) << reloaded.error().text;
    EXPECT_NE(reloaded.error().text.find(GetParam().reason), std::string::npos) << reloaded.error().text;
    EXPECT_EQ(state(), "started");
    EXPECT_EQ(status()["generation"], 1);
    EXPECT_EQ(ask("probe:say"), R"(reply {"type":"probe:said","version":"1.0.0","echo":1})");
    EXPECT_EQ(metrics.count("tidegate_plugin_reloads_total probe refused"), 1u);
    EXPECT_EQ(testing::mapped_below(settings.run_dir), 1);
}

INSTANTIATE_TEST_SUITE_P(Images, BadPlugin, ::testing::ValuesIn(kBad),
                         [](const auto& instance) { return std::string(instance.param.variant); });

TEST_F(RegistryTest, RefusesEveryTruncationOfAnImageAndServesOn) {
    put("good_a");
    start();
    const auto bytes = bytes_of(image_of("good_b"));
    auto cuts = ElfImage::check(bytes)->boundaries();
    for (std::size_t cut = 0; cut < bytes.size(); cut += 97) cuts.push_back(cut);
    int refused = 0;
    for (const auto cut : cuts) {
        if (cut >= bytes.size()) continue;
        drop(settings.dir / "probe.so", std::string_view(bytes).substr(0, cut));
        ASSERT_FALSE(registry->reload("probe")) << "cut at " << cut;
        ++refused;
    }
    RecordProperty("truncations", refused);
    EXPECT_EQ(ask("probe:say"), R"(reply {"type":"probe:said","version":"1.0.0","echo":1})");
    drop(settings.dir / "probe.so", bytes);
    EXPECT_TRUE(registry->reload("probe"));
}

TEST_F(RegistryTest, RefusesWhatIsNoImageAtAll) {
    put("good_a");
    start();
    const auto file = settings.dir / "probe.so";
    drop(file, "just text\n");
    EXPECT_FALSE(registry->reload("probe"));
    drop(file, "");
    EXPECT_FALSE(registry->reload("probe"));
    std::filesystem::remove(file);
    EXPECT_FALSE(registry->reload("probe"));
    std::filesystem::create_directory(file);
    EXPECT_FALSE(registry->reload("probe"));
    std::filesystem::remove(file);
    std::filesystem::create_symlink(settings.dir / "nowhere", file);
    EXPECT_FALSE(registry->reload("probe"));
    EXPECT_EQ(state(), "started");
    EXPECT_EQ(ask("probe:say"), R"(reply {"type":"probe:said","version":"1.0.0","echo":1})");
}

TEST_F(RegistryTest, AReloadAlwaysMakesANewGenerationAndUnloadsTheOldOne) {
    put("good_a");
    start();
    const auto same = registry->reload("probe");
    ASSERT_TRUE(same) << same.error().text;
    EXPECT_EQ(status()["generation"], 2);
    put("good_b");
    ASSERT_TRUE(registry->reload("probe"));
    EXPECT_EQ(ask("probe:say"), R"(reply {"type":"probe:said","version":"1.1.0","echo":1})");
    EXPECT_TRUE(eventually([&] { return testing::mapped_below(settings.run_dir) == 1; }));
    EXPECT_TRUE(eventually([&] { return status()["generations"][1]["state"] == "unloaded"; }));
    EXPECT_EQ(metrics.gauge_now("tidegate_plugin_generations_mapped probe"), 1);
}

TEST_F(RegistryTest, WantsAGateWhenKeysCannotMoveOneByOne) {
    put("good_a");
    start();
    for (const auto& [variant, reason] :
         {std::pair{"needs_gate", "needs a gate: state schemas"}, std::pair{"prefix_gone", "'probe_many' is gone"},
          std::pair{"key_changed", "the ordering key of 'probe' changed"}}) {
        put(variant);
        const auto reloaded = registry->reload("probe");
        ASSERT_FALSE(reloaded) << variant;
        EXPECT_NE(reloaded.error().text.find(reason), std::string::npos) << reloaded.error().text;
    }
    EXPECT_EQ(status()["generation"], 1);
}

TEST_F(RegistryTest, NewPrefixesAreRoutedAfterAReload) {
    put("good_a");
    start();
    EXPECT_EQ(ask("probe_new:say"), "no route");
    put("more_routes");
    ASSERT_TRUE(registry->reload("probe"));
    EXPECT_EQ(ask("probe_new:say"), R"(reply {"type":"probe:said","version":"2.0.0","echo":1})");
}

TEST_F(RegistryTest, RollsBackWhileTheOldGenerationStillDrains) {
    put("good_a");
    start();
    const auto route = match("probe:say");
    route.plugin->dispatch(testing::message(session, "probe:sleep_300", "slow", "1", route.route));
    put("good_b");
    ASSERT_TRUE(registry->reload("probe"));
    EXPECT_EQ(ask("probe:say", "quick"), R"(reply {"type":"probe:said","version":"1.1.0","echo":1})");
    const auto back = registry->rollback("probe");
    ASSERT_TRUE(back) << back.error().text;
    EXPECT_NE(back->find("serves again"), std::string::npos) << *back;
    EXPECT_EQ(status()["generation"], 1);
    EXPECT_EQ(version(), "1.0.0");
    registry->stop(3000);
}

TEST_F(RegistryTest, RollsBackToTheKeptImageLater) {
    put("good_a");
    start();
    EXPECT_FALSE(registry->rollback("probe"));
    put("good_b");
    ASSERT_TRUE(registry->reload("probe"));
    ASSERT_TRUE(eventually([&] { return testing::mapped_below(settings.run_dir) == 1; }));
    const auto back = registry->rollback("probe");
    ASSERT_TRUE(back) << back.error().text;
    EXPECT_NE(back->find("kept image"), std::string::npos) << *back;
    EXPECT_EQ(ask("probe:say"), R"(reply {"type":"probe:said","version":"1.0.0","echo":1})");
    EXPECT_EQ(status()["generation"], 3);
}

TEST_F(RegistryTest, WhatDoesNotEndIsAZombieAndSaid) {
    settings.features["probe"].drain_ms = 20;
    put("good_a");
    start();
    const auto route = match("probe:say");
    route.plugin->dispatch(testing::message(session, "probe:never", "k", "1", route.route));
    ASSERT_TRUE(eventually([&] { return status()["generations"][0]["in_flight"] == 1; }));
    ASSERT_TRUE(registry->reload("probe"));
    EXPECT_TRUE(eventually([&] { return status()["generations"][0]["state"] == "zombie"; }));
    EXPECT_EQ(status()["generations"][0]["reason"], "pinned by: hooks 1, frames 0");
    EXPECT_EQ(ask("probe:say", "other").substr(0, 4), "fail");  // the cancelled one's answer comes first
    EXPECT_EQ(metrics.gauge_now("tidegate_plugin_generations_mapped probe"), 2);
    expected_mapped = 1;
}

TEST_F(RegistryTest, StragglersAreCancelledAfterTheDrainTime) {
    settings.features["probe"].drain_ms = 20;
    put("good_a");
    start();
    const auto route = match("probe:say");
    route.plugin->dispatch(testing::message(session, "probe:sleep_4000", "k", "1", route.route));
    ASSERT_TRUE(eventually([&] { return status()["generations"][0]["in_flight"] == 1; }));
    ASSERT_TRUE(registry->reload("probe"));
    EXPECT_TRUE(eventually([&] { return status()["generations"][0]["state"] == "unloaded"; }));
    EXPECT_EQ(gateway.take().front().text, "cancelled: Cancelled");
}

TEST_F(RegistryTest, DisablingStopsAndIsRememberedUntilTheConfigurationChanges) {
    put("good_a");
    start();
    ASSERT_TRUE(registry->disable("probe"));
    EXPECT_EQ(state(), "stopped");
    EXPECT_TRUE(match("probe:say").plugin);
    EXPECT_FALSE(match("probe:say").available);
    EXPECT_EQ(testing::mapped_below(settings.run_dir), 0);
    EXPECT_FALSE(registry->reload("probe"));
    start();
    EXPECT_EQ(state(), "verified");
    EXPECT_EQ(status()["override"], "disabled");
    ASSERT_TRUE(registry->enable("probe"));
    EXPECT_EQ(state(), "started");
    ASSERT_TRUE(registry->disable("probe"));
    registry.reset();
    settings.features["probe"].enabled = true;  // the same value: the override holds
    start();
    EXPECT_EQ(state(), "verified");
    registry.reset();
    settings.features["probe"].enabled = false;
    start();
    EXPECT_EQ(state(), "verified");
    EXPECT_EQ(status()["override"], nullptr);
}

TEST_F(RegistryTest, StartsWhatOthersDependOnFirstAndKeepsItRunning) {
    put("stranger", "stranger");
    start();
    EXPECT_EQ(state("stranger"), "rejected");
    registry.reset();
    put("good_a");
    start();
    EXPECT_EQ(state("probe"), "started");
    EXPECT_EQ(state("stranger"), "started");
    const auto disabled = registry->disable("probe");
    ASSERT_FALSE(disabled);
    EXPECT_NE(disabled.error().text.find("'stranger' depends on 'probe'"), std::string::npos);
}

TEST_F(RegistryTest, SaysThatAnEnabledPluginHasNoFile) {
    settings.features["probe"];
    start();
    EXPECT_EQ(state(), "rejected");
    EXPECT_EQ(status()["missing_on_disk"], true);
}

TEST_F(RegistryTest, RefusesASecondFileOfOneId) {
    put("good_a");
    drop(settings.dir / "twin.so", bytes_of(image_of("good_b")));
    start();
    EXPECT_EQ(state("probe"), "started");
    EXPECT_EQ(state("twin"), "rejected");
    EXPECT_NE(status("twin")["reasons"].back()["text"].get<std::string>().find("duplicate"), std::string::npos);
}

TEST_F(RegistryTest, RefusesAConfigurationThatTheSchemaRefuses) {
    settings.features["probe"].config_json = R"({"speed":"fast"})";
    put("good_a");
    start();
    EXPECT_EQ(state(), "rejected");
    EXPECT_NE(status()["reasons"].back()["text"].get<std::string>().find("speed"), std::string::npos);
}

TEST_F(RegistryTest, FollowsTheFolder) {
    settings.watch = true;
    put("good_a");
    start();
    put("good_b");
    EXPECT_TRUE(eventually([&] { return version() == "1.1.0"; }));
    const auto generation = status()["generation"];
    put("stranger", "stranger");
    EXPECT_TRUE(eventually([&] { return state("stranger") == "started"; }));
    EXPECT_EQ(status()["generation"], generation);  // untouched: the same bytes
    put("self_check_fails");
    EXPECT_TRUE(eventually([&] { return !status()["reasons"].empty(); }));
    EXPECT_EQ(status()["generation"], generation);
    std::filesystem::remove(settings.dir / "probe.so");
    EXPECT_TRUE(eventually([&] { return status()["missing_on_disk"] == true; }));
    EXPECT_EQ(state(), "started");
}

TEST_F(RegistryTest, StopEndsEverythingWithinItsDeadline) {
    put("good_a");
    start();
    const auto route = match("probe:say");
    route.plugin->dispatch(testing::message(session, "probe:sleep_4000", "k", "1", route.route));
    registry->stop(200);
    EXPECT_EQ(testing::mapped_below(settings.run_dir), 0);
    EXPECT_FALSE(registry->reload("probe"));
}

}  // namespace
}  // namespace tidegate::plugin
