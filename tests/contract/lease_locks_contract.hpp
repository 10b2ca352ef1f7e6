#pragma once

// What every adapter of ports/leases.hpp promises of explicit leases as locks of people: reuse, limit, unlocking. A
// typed suite over the fixture of leases_contract.hpp.

#include "tests/contract/leases_contract.hpp"

namespace tidegate::contract {

template <class Fixture>
class LeaseLocksContract : public LeasesContract<Fixture> {
protected:
    static LeaseRequest lock(std::string holder, std::string path, std::uint32_t limit = 0) {
        auto made = LeasesContract<Fixture>::request(std::move(holder), {std::move(path)});
        made.reuse_own = true;
        made.holder_limit = limit;
        return made;
    }
    LeaseNames unlock(std::string holder, std::string path) {
        LeaseMatch match;
        match.holder = std::move(holder);
        match.path = std::move(path);
        match.explicit_only = true;
        return this->release(match);
    }
    Errc refused(LeaseRequest asked) {
        auto outcome = outcome_of<LeaseOutcome>(
            [&](auto done) { return this->leases_->acquire(std::move(asked), std::move(done)); });
        return outcome ? Errc::kInternal : outcome.error().code;
    }
};

TYPED_TEST_SUITE_P(LeaseLocksContract);

TYPED_TEST_P(LeaseLocksContract, AnOwnLockAroundThePathIsTheAnswer) {
    const auto car = this->acquire(this->lock("ada", "car"));
    const auto vin = this->acquire(this->lock("ada", "car/vin"));
    EXPECT_TRUE(vin.granted);
    EXPECT_EQ(vin.token, 0u) << "nothing was granted anew";
    EXPECT_EQ(this->names(vin.leases), LeaseNames{"ada car"});
    EXPECT_EQ(vin.leases[0].token, car.token);
    EXPECT_EQ(this->standing(), LeaseNames{"ada car"});
}

TYPED_TEST_P(LeaseLocksContract, AskingAgainKeepsTheLockAlive) {
    this->acquire(this->lock("ada", "car"));
    this->pass(this->kTtlMs - 1);
    this->acquire(this->lock("ada", "car/vin"));
    this->pass(this->kTtlMs - 1);
    EXPECT_EQ(this->standing(), LeaseNames{"ada car"});
}

TYPED_TEST_P(LeaseLocksContract, TheOutermostOfNestedLocksIsTheAnswer) {
    this->acquire(this->request("ada", {"car/vin"}));
    const auto car = this->acquire(this->request("ada", {"car"}));
    EXPECT_EQ(this->names(this->acquire(this->lock("ada", "car/vin/wmi")).leases), LeaseNames{"ada car"});
    EXPECT_NE(car.token, 0u);
}

TYPED_TEST_P(LeaseLocksContract, NeitherAWriteUnderWayNorAnothersLockIsReused) {
    this->acquire(this->implicit("ada", {"car"}));
    EXPECT_NE(this->acquire(this->lock("ada", "car/vin")).token, 0u);
    this->acquire(this->request("ben", {"aoi"}));
    EXPECT_FALSE(this->acquire(this->lock("ada", "aoi/limit")).granted);
}

TYPED_TEST_P(LeaseLocksContract, AHolderHasNoMoreLocksThanTheLimit) {
    this->acquire(this->lock("ada", "a", 2));
    this->acquire(this->lock("ada", "b", 2));
    EXPECT_EQ(this->refused(this->lock("ada", "c", 2)), Errc::kTooLarge);
    EXPECT_TRUE(this->acquire(this->lock("ada", "b/x", 2)).granted) << "nothing new";
    EXPECT_TRUE(this->acquire(this->lock("ben", "c", 2)).granted) << "another's are his";
    EXPECT_TRUE(this->acquire(this->implicit("ada", {"d"})).granted) << "a write is no lock";
    this->unlock("ada", "a");
    EXPECT_TRUE(this->acquire(this->lock("ada", "e", 2)).granted);
}

TYPED_TEST_P(LeaseLocksContract, UnlockingEndsTheHoldersExplicitLeaseOnThatVeryPathOnly) {
    this->acquire(this->request("ada", {"car", "car/vin"}));
    this->acquire(this->implicit("ada", {"aoi"}));
    EXPECT_EQ(this->unlock("ben", "car"), LeaseNames());
    EXPECT_EQ(this->unlock("ada", "aoi"), LeaseNames()) << "a write under way";
    EXPECT_EQ(this->unlock("ada", "car/vin"), LeaseNames{"ada car/vin"});
    EXPECT_EQ(this->unlock("ada", "car/vin"), LeaseNames());
    EXPECT_EQ(this->standing(), (LeaseNames{"ada aoi", "ada car"}));
}

REGISTER_TYPED_TEST_SUITE_P(LeaseLocksContract, AnOwnLockAroundThePathIsTheAnswer, AskingAgainKeepsTheLockAlive,
                            TheOutermostOfNestedLocksIsTheAnswer, NeitherAWriteUnderWayNorAnothersLockIsReused,
                            AHolderHasNoMoreLocksThanTheLimit, UnlockingEndsTheHoldersExplicitLeaseOnThatVeryPathOnly);

}  // namespace tidegate::contract
