#pragma once

// What every adapter of ports/leases.hpp promises of begin_write(), as one typed suite over the fixture of
// leases_contract.hpp.

#include "tests/contract/leases_contract.hpp"

namespace tidegate::contract {

template <class Fixture>
class LeaseWritesContract : public LeasesContract<Fixture> {
protected:
    static constexpr std::int64_t kWriteMs = 50;
    using Fences = std::vector<std::uint64_t>;

    static WriteClaim claim(std::string holder, std::vector<std::string> paths, std::uint64_t token = 0) {
        WriteClaim made;
        made.space = {"acme", "quote:1"};
        made.paths = std::move(paths);
        made.session = "s-" + holder;
        made.holder = std::move(holder);
        made.owner = "collaboration";
        made.token = token;
        made.write_ttl_ms = kWriteMs;
        made.lock_ttl_ms = LeasesContract<Fixture>::kTtlMs;
        return made;
    }
    Result<WriteGrant> begin(WriteClaim asked) {
        return outcome_of<WriteGrant>(
            [&](auto done) { return this->leases_->begin_write(std::move(asked), std::move(done)); });
    }
    WriteGrant must_begin(WriteClaim asked) {
        auto grant = begin(std::move(asked));
        EXPECT_TRUE(grant) << grant.error();
        return grant ? std::move(*grant) : WriteGrant();
    }
    Errc refused(WriteClaim asked) {
        auto grant = begin(std::move(asked));
        return grant ? Errc::kInternal : grant.error().code;
    }
};

TYPED_TEST_SUITE_P(LeaseWritesContract);

TYPED_TEST_P(LeaseWritesContract, LeasesWhatIsFreeForTheWriteOnly) {
    const auto grant = this->must_begin(this->claim("ada", {"car/vin", "aoi"}));
    EXPECT_NE(grant.token, 0u);
    EXPECT_EQ(grant.fences, (std::vector<std::uint64_t>{grant.token, grant.token}));
    EXPECT_EQ(this->names(grant.leased), (LeaseNames{"ada car/vin", "ada aoi"}));
    EXPECT_TRUE(grant.leased[0].implicit);
    EXPECT_EQ(grant.leased[0].ttl_ms, this->kWriteMs);
    EXPECT_EQ(this->refused(this->claim("ben", {"car"})), Errc::kLocked) << "a write under way";
    EXPECT_FALSE(this->granted("ben", "aoi"));
    LeaseMatch match;
    match.token = grant.token;
    EXPECT_EQ(this->release(match), (LeaseNames{"ada aoi", "ada car/vin"}));
    EXPECT_NE(this->must_begin(this->claim("ben", {"car"})).token, 0u);
}

TYPED_TEST_P(LeaseWritesContract, EndsByItselfWhenNobodyReleasesIt) {
    this->must_begin(this->claim("ada", {"aoi"}));
    this->pass(this->kWriteMs);
    EXPECT_EQ(this->log_.take_names(), LeaseNames{"ada aoi"});
    EXPECT_TRUE(this->granted("ben", "aoi"));
}

TYPED_TEST_P(LeaseWritesContract, WritesUnderTheLockThatTheFieldLiesIn) {
    const auto lock = this->must("ada", "car");
    const auto grant = this->must_begin(this->claim("ada", {"car/vin", "car", "tier"}));
    EXPECT_EQ(grant.fences, (std::vector<std::uint64_t>{lock, lock, grant.token}));
    EXPECT_EQ(this->names(grant.leased), LeaseNames{"ada tier"});
    const auto inside = this->must_begin(this->claim("ada", {"car/make"}));
    EXPECT_EQ(inside.token, 0u) << "nothing to release";
    EXPECT_TRUE(inside.leased.empty());
    const auto nested = this->must("ada", "car/vin");
    EXPECT_EQ(this->must_begin(this->claim("ada", {"car/vin/year"})).fences, std::vector<std::uint64_t>{nested})
        << "of nested locks the newest";
}

TYPED_TEST_P(LeaseWritesContract, CarriesNoFenceAboveALockOfItsHolder) {
    this->must("ada", "car/vin");
    const auto grant = this->must_begin(this->claim("ada", {"car", "tier"}));
    EXPECT_NE(grant.token, 0u);
    EXPECT_EQ(grant.fences, (std::vector<std::uint64_t>{0, grant.token})) << "a newer one would make the lock stale";
}

TYPED_TEST_P(LeaseWritesContract, IsRefusedByOthersLeases) {
    this->must("ben", "car/vin");
    this->must("ada", "car/make");
    for (const char* path : {"car/vin", "car", "car/vin/year", ""})
        EXPECT_EQ(this->refused(this->claim("ada", {"tier", path})), Errc::kLocked) << path;
    EXPECT_EQ(this->standing(), (LeaseNames{"ada car/make", "ben car/vin"})) << "all or nothing";
    EXPECT_NE(this->must_begin(this->claim("ada", {"cars", "car/vi"})).token, 0u);
}

TYPED_TEST_P(LeaseWritesContract, HoldsTheHolderToTheLockThatHeClaims) {
    const auto lock = this->must("ada", "aoi");
    const auto others = this->must("ben", "tier");
    EXPECT_EQ(this->must_begin(this->claim("ada", {"aoi", "aoi/x"}, lock)).fences,
              (std::vector<std::uint64_t>{lock, lock}));
    EXPECT_EQ(this->refused(this->claim("ada", {"aoi"}, lock + 1000)), Errc::kFenced) << "another token";
    EXPECT_EQ(this->refused(this->claim("ada", {"tier"}, others)), Errc::kFenced) << "another's";
    EXPECT_EQ(this->refused(this->claim("ada", {"aoi", "notes"}, lock)), Errc::kFenced) << "not locked";
    const auto write = this->must_begin(this->claim("ada", {"jewelry"}));
    EXPECT_EQ(this->refused(this->claim("ada", {"jewelry"}, write.token)), Errc::kFenced) << "not a lock";
    this->pass(this->kTtlMs);
    EXPECT_EQ(this->refused(this->claim("ada", {"aoi"}, lock)), Errc::kFenced) << "expired";
    EXPECT_TRUE(this->standing().empty());
}

TYPED_TEST_P(LeaseWritesContract, KeepsTheLocksOfTheSessionThatWrites) {
    this->must("ada", "aoi");
    auto elsewhere = this->request("ada", {"tier"});
    elsewhere.session = "another tab";
    this->must(elsewhere);
    this->clock_.advance_ms(600);
    this->must_begin(this->claim("ada", {"notes"}));
    const auto left = this->list();
    ASSERT_EQ(left.size(), 3u);
    EXPECT_EQ(left[0].path, "aoi");
    EXPECT_EQ(left[0].ttl_ms, 1000) << "who writes is there";
    EXPECT_EQ(left[1].ttl_ms, this->kWriteMs) << "a write's own does not live longer for it";
    EXPECT_EQ(left[2].path, "tier");
    EXPECT_EQ(left[2].ttl_ms, 400) << "another session's";
    EXPECT_EQ(this->must_begin(this->claim("ada", {"tier"})).token, 0u);
    EXPECT_EQ(this->list()[2].session, "another tab") << "the lock stays where it was taken";
    auto shorter = this->claim("ada", {"aoi"});
    shorter.lock_ttl_ms = 10;
    this->must_begin(shorter);
    EXPECT_EQ(this->list()[0].ttl_ms, 1000) << "never sooner";
}

TYPED_TEST_P(LeaseWritesContract, RefusesWhatCannotBeRight) {
    const auto with = [&](auto change) {
        auto asked = this->claim("ada", {"aoi"});
        change(asked);
        return this->refused(std::move(asked));
    };
    EXPECT_EQ(with([](auto& asked) { asked.paths.clear(); }), Errc::kInvalid);
    EXPECT_EQ(with([](auto& asked) { asked.paths.assign(257, "a"); }), Errc::kInvalid);
    EXPECT_EQ(with([](auto& asked) { asked.holder.clear(); }), Errc::kInvalid);
    EXPECT_EQ(with([](auto& asked) { asked.space.space.clear(); }), Errc::kInvalid);
    EXPECT_EQ(with([](auto& asked) { asked.write_ttl_ms = 0; }), Errc::kInvalid);
    EXPECT_EQ(with([](auto& asked) { asked.lock_ttl_ms = 3'600'001; }), Errc::kInvalid);
    EXPECT_TRUE(this->standing().empty());
}

REGISTER_TYPED_TEST_SUITE_P(LeaseWritesContract, LeasesWhatIsFreeForTheWriteOnly, EndsByItselfWhenNobodyReleasesIt,
                            WritesUnderTheLockThatTheFieldLiesIn, CarriesNoFenceAboveALockOfItsHolder,
                            IsRefusedByOthersLeases, HoldsTheHolderToTheLockThatHeClaims,
                            KeepsTheLocksOfTheSessionThatWrites, RefusesWhatCannotBeRight);

}  // namespace tidegate::contract
