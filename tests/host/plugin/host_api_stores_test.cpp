#include "plugin/host_api.hpp"
#include "tests/host/plugin/harness.hpp"

#include <cstddef>

namespace tidegate::plugin {
namespace {

// The calls of tg.kv/1, tg.stream/1 and tg.bus/1's emit as a plugin of another age, or a wrong one, makes them. What
// they do is shown by the testing kit's tests.
class HostApiStores : public testing::PumpedEngine {
protected:
    void SetUp() override {
        slot.publish(&load());
        now.size = sizeof(now);
    }
    const tg_host* host() { return &generations[0]->host(); }

    tg_result now{};
};

TEST_F(HostApiStores, AnExtensionIsOnlyForWhoAsksForIt) {
    for (const char* id : {TG_EXT_KV, TG_EXT_STREAM}) {
        EXPECT_NE(find_extension(id), nullptr) << id;
        EXPECT_EQ(host()->get_extension(host(), id), nullptr) << id;
    }
}

TEST_F(HostApiStores, AStructThatEndsTooEarlyIsRefused) {
    tg_emission emission{};
    emission.size = offsetof(tg_emission, idempotency_key);
    EXPECT_EQ(bus_extension()->emit(host(), nullptr, &emission, &now, {}), TG_E_INVALID);
    tg_kv_put put{};
    put.size = offsetof(tg_kv_put, expected);
    EXPECT_EQ(kv_extension()->put(host(), nullptr, &put, &now, {}), TG_E_INVALID);
    tg_stream_append append{};
    append.size = offsetof(tg_stream_append, idempotency_key);
    EXPECT_EQ(stream_extension()->append(host(), nullptr, &append, &now, {}), TG_E_INVALID);
    EXPECT_EQ(bus_extension()->emit(host(), nullptr, nullptr, &now, {}), TG_E_INVALID);
    EXPECT_EQ(kv_extension()->put(host(), nullptr, nullptr, &now, {}), TG_E_INVALID);
    EXPECT_EQ(stream_extension()->append(host(), nullptr, nullptr, &now, {}), TG_E_INVALID);
    EXPECT_EQ(metrics.count("tidegate_plugin_faults_total probe"), 0u);
}

TEST_F(HostApiStores, EntriesThatAreNotThereAreNotRead) {
    const std::string entry = "1";
    const tg_str entries[] = {{entry.data(), entry.size()}};
    tg_stream_append append{};
    append.size = sizeof(append);
    append.entries = entries;
    for (const std::uint32_t count : {0U, 257U, UINT32_MAX}) {
        append.entry_count = count;
        EXPECT_EQ(stream_extension()->append(host(), nullptr, &append, &now, {}), TG_E_INVALID) << count;
        EXPECT_EQ(std::string(now.error.ptr, now.error.len), "an append has 1 to 256 entries");
    }
    append.entry_count = 1;
    append.entries = nullptr;
    EXPECT_EQ(stream_extension()->append(host(), nullptr, &append, &now, {}), TG_E_INVALID);
}

TEST_F(HostApiStores, ACallWithoutItsHookIsAFault) {
    tg_emission emission{};
    emission.size = sizeof(emission);
    EXPECT_EQ(bus_extension()->emit(host(), nullptr, &emission, &now, {}), TG_E_INVALID);
    EXPECT_EQ(kv_extension()->get(host(), nullptr, {}, &now, {}), TG_E_INVALID);
    EXPECT_EQ(stream_extension()->state(host(), nullptr, {}, &now, {}), TG_E_INVALID);
    EXPECT_EQ(metrics.count("tidegate_plugin_faults_total probe"), 3u);
    EXPECT_TRUE(documents.events.empty());
}

TEST_F(HostApiStores, TextsThatAreNoTextsAreRefusedBeforeTheStoreSeesThem) {
    const std::string bad = "\xff";
    const tg_str text{bad.data(), bad.size()};
    tg_kv_put put{};
    put.size = sizeof(put);
    put.text = text;
    EXPECT_EQ(kv_extension()->put(host(), nullptr, &put, &now, {}), TG_E_INVALID);
    EXPECT_EQ(kv_extension()->set_add(host(), nullptr, {}, text, &now, {}), TG_E_INVALID);
    EXPECT_EQ(kv_extension()->hash_set(host(), nullptr, {}, text, {}, &now, {}), TG_E_INVALID);
    EXPECT_EQ(kv_extension()->hash_set(host(), nullptr, {}, {}, text, &now, {}), TG_E_INVALID);
    EXPECT_EQ(std::string(now.error.ptr, now.error.len), "a text that is not UTF-8");
    EXPECT_EQ(metrics.count("tidegate_plugin_faults_total probe"), 0u);
}

TEST_F(HostApiStores, ValuesThatCanEndAreSweptUntilNoneCan) {
    while (engine->timers.pump_due()) continue;  // what the start asked for
    const ValueKey key{"default", "probe", "k"};
    ASSERT_TRUE(values.put(key, "v", 1500, std::nullopt, {}).value());
    engine->notices.sweep_values_soon();
    engine->notices.sweep_values_soon();
    for (const bool swept : {true, true, false}) {
        clock.advance_ms(1000);
        EXPECT_EQ(engine->timers.pump_due(), swept);
        EXPECT_FALSE(engine->timers.pump_due()) << "one sweeper, whoever asked";
    }
}

}  // namespace
}  // namespace tidegate::plugin
