#include "adapters/memory/memory_key_values.hpp"

#include "tests/contract/key_values_contract.hpp"

namespace tidegate::contract {
namespace {

struct MemoryKeyValuesFixture {
    std::unique_ptr<KeyValues> open(const Clock& clock, std::size_t max_bytes) {
        return std::make_unique<MemoryKeyValues>(clock, max_bytes);
    }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, KeyValuesContract, MemoryKeyValuesFixture);

TEST(MemoryKeyValues, CompletesInline) {
    const ManualClock clock;
    MemoryKeyValues values(clock, 10'000);
    const auto never = [](const auto&) { FAIL() << "completed a second time"; };
    const auto key = [](const char* name) { return ValueKey{"acme", "quote", name}; };
    EXPECT_TRUE(values.put(key("text"), "1", 0, std::nullopt, never).has_value());
    EXPECT_TRUE(values.get(key("text"), never).has_value());
    EXPECT_TRUE(values.expire(key("text"), 1, never).has_value());
    EXPECT_TRUE(values.remove(key("text"), never).has_value());
    EXPECT_TRUE(values.increment(key("number"), 1, 0, never).has_value());
    EXPECT_TRUE(values.set_add(key("set"), "a", never).has_value());
    EXPECT_TRUE(values.set_members(key("set"), never).has_value());
    EXPECT_TRUE(values.set_remove(key("set"), "a", never).has_value());
    EXPECT_TRUE(values.hash_set(key("hash"), {"a", "1"}, never).has_value());
    EXPECT_TRUE(values.hash_all(key("hash"), never).has_value());
    EXPECT_TRUE(values.hash_remove(key("hash"), "a", never).has_value());
}

TEST(MemoryKeyValues, BoundsKeysWithoutValuesToo) {
    const ManualClock clock;
    MemoryKeyValues values(clock, 100'000);
    int fitted = 0;
    while (fitted < 1000 && values.increment({"acme", "quote", std::to_string(fitted)}, 1, 0, nullptr)->has_value()) {
        ++fitted;
    }
    EXPECT_GT(fitted, 100);
    EXPECT_LT(fitted, 1000);
    EXPECT_EQ(**values.increment({"acme", "quote", "0"}, 1, 0, nullptr), 2);
}

}  // namespace
}  // namespace tidegate::contract
