#include "adapters/memory/memory_presence.hpp"

#include "tests/contract/presence_contract.hpp"

namespace tidegate::contract {
namespace {

struct MemoryPresenceFixture {
    std::unique_ptr<Presence> open(const Clock& clock) { return std::make_unique<MemoryPresence>(clock); }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, PresenceContract, MemoryPresenceFixture);

PresenceEntry entry(std::string user, std::uint64_t session) {
    return {{"acme", "quote:1"}, std::move(user), session, "collaboration", "{}", 0};
}

TEST(MemoryPresence, CompletesInline) {
    const ManualClock clock;
    MemoryPresence presence(clock);
    const auto never = [](const auto&...) { FAIL() << "completed a second time"; };
    EXPECT_TRUE(presence.join(entry("ada", 1), never).has_value());
    EXPECT_TRUE(presence.update({"acme", "quote:1"}, 1, "{}", never).has_value());
    EXPECT_TRUE(presence.list({"acme", "quote:1"}, never).has_value());
    EXPECT_TRUE(presence.leave({"acme", "quote:1"}, 1, never).has_value());
}

TEST(MemoryPresence, TellsNothingOfWhoWentAndCameUnheard) {
    ManualClock clock;
    MemoryPresence presence(clock);
    std::size_t changes = 0;
    presence.on_changes([&](PresenceBatch batch) { changes += batch.changes.size(); });
    for (std::uint64_t n = 0; n < 10; ++n) presence.join(entry("u" + std::to_string(n), n), nullptr);
    presence.leave({"acme", "quote:1"}, 3, nullptr);
    presence.join(entry("u3", 33), nullptr);
    clock.advance_ms(100);
    presence.sweep();
    EXPECT_EQ(changes, 10u);
}

TEST(MemoryPresence, NeedsNobodyToTell) {
    ManualClock clock;
    MemoryPresence presence(clock);
    presence.join(entry("ada", 1), nullptr);
    EXPECT_TRUE(presence.sweep());
    clock.advance_ms(100);
    EXPECT_FALSE(presence.sweep());
}

}  // namespace
}  // namespace tidegate::contract
