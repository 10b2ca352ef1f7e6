#include "adapters/memory/memory_leases.hpp"

#include "tests/contract/lease_locks_contract.hpp"
#include "tests/contract/lease_writes_contract.hpp"
#include "tests/contract/leases_contract.hpp"

namespace tidegate::contract {
namespace {

struct MemoryLeasesFixture {
    std::unique_ptr<Leases> open(const Clock& clock, std::uint64_t boot) {
        return std::make_unique<MemoryLeases>(clock, boot);
    }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, LeasesContract, MemoryLeasesFixture);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, LeaseWritesContract, MemoryLeasesFixture);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, LeaseLocksContract, MemoryLeasesFixture);

LeaseRequest request() {
    LeaseRequest made;
    made.space = {"acme", "quote:1"};
    made.paths = {"car"};
    made.holder = "ada";
    made.session = "s";
    made.ttl_ms = 1000;
    return made;
}

TEST(MemoryLeases, CompletesInline) {
    const ManualClock clock;
    MemoryLeases leases(clock, 1);
    const auto never = [](const auto&) { FAIL() << "completed a second time"; };
    EXPECT_TRUE(leases.acquire(request(), never).has_value());
    EXPECT_TRUE(leases.renew({"acme", "quote:1"}, "s", 5, never).has_value());
    EXPECT_TRUE(leases.list({"acme", "quote:1"}, never).has_value());
    EXPECT_TRUE(leases.release({"acme", "quote:1"}, {"car", "", 0}, never).has_value());
}

TEST(MemoryLeases, PutsTheBootIntoTheUpperBitsOfAToken) {
    const ManualClock clock;
    MemoryLeases leases(clock, 7);
    EXPECT_EQ((*leases.acquire(request(), nullptr))->token, (std::uint64_t{7} << 32) + 1);
}

TEST(MemoryLeases, NeedsNobodyToTell) {
    ManualClock clock;
    MemoryLeases leases(clock, 1);
    leases.acquire(request(), nullptr);
    clock.advance_ms(1000);
    EXPECT_FALSE(leases.sweep());
}

}  // namespace
}  // namespace tidegate::contract
