#include "quote_document/edit_leases.hpp"

#include <gtest/gtest.h>

namespace tidegate::quote {
namespace {

tg::Lease lease(std::string path, std::uint64_t token, std::string holder = "ada", std::string session = "tab1",
                bool implicit = false) {
    return tg::Lease(std::move(path), std::move(holder), std::move(session), std::string(), token, implicit, 0, 15'000);
}

Claim ada(std::uint64_t token = 0) {
    Claim out;
    out.sub = "ada";
    out.client_id = "tab1";
    out.token = token;
    return out;
}

using Paths = std::vector<std::string>;

TEST(EditLeases, AreAskedForEveryFieldThatIsFree) {
    EditLeases leases({"aoi", "vehicles/V1/vin"}, {lease("aoi", 3, "ben"), lease("tier", 4)}, ada());
    EXPECT_EQ(leases.paths(), (Paths{"aoi", "vehicles/V1/vin"}));
    EXPECT_FALSE(leases.renews());
    ASSERT_TRUE(
        leases.hold({lease("aoi", 9, "ada", "tab1", true), lease("vehicles/V1/vin", 9, "ada", "tab1", true)}, ada()));
    EXPECT_EQ(leases.fence(0), 9u);
    EXPECT_EQ(leases.fence(1), 9u);
}

TEST(EditLeases, AreTheLockThatTheFieldLiesIn) {
    EditLeases leases({"vehicles/V1/vin", "vehicles/V1/make", "tier"}, {lease("vehicles/V1", 5)}, ada());
    EXPECT_EQ(leases.paths(), (Paths{"vehicles/V1", "tier"}));
    EXPECT_TRUE(leases.renews()) << "a lock must not end sooner for being used";
    ASSERT_TRUE(leases.hold({lease("vehicles/V1", 5), lease("tier", 9, "ada", "tab1", true)}, ada()));
    EXPECT_EQ(leases.fence(0), 5u);
    EXPECT_EQ(leases.fence(1), 5u);
    EXPECT_EQ(leases.fence(2), 9u);
}

TEST(EditLeases, LeaveALockOfAnotherTabWithThatTab) {
    EditLeases leases({"aoi"}, {lease("aoi", 5, "ada", "tab2")}, ada());
    EXPECT_TRUE(leases.paths().empty());
    EXPECT_EQ(leases.fence(0), 5u);
    EditLeases named({"aoi"}, {lease("aoi", 5, "ada", "tab2")}, ada(5));
    EXPECT_EQ(named.paths(), Paths{"aoi"}) << "who names the token takes the lock along";
}

TEST(EditLeases, AboveALockOfOnesOwnCarryNoFence) {
    EditLeases leases({"vehicles", "tier"}, {lease("vehicles/V1", 5)}, ada());
    EXPECT_EQ(leases.paths(), (Paths{"vehicles", "tier"}));
    ASSERT_TRUE(leases.hold({lease("vehicles", 9, "ada", "tab1", true), lease("tier", 9, "ada", "tab1", true)}, ada()));
    EXPECT_EQ(leases.fence(0), 0u) << "9 there would make the lock with 5 stale";
    EXPECT_EQ(leases.fence(1), 9u);
}

TEST(EditLeases, AreStaleWhereTheClaimedLockIsNot) {
    const std::vector<tg::Lease> standing = {lease("aoi", 5), lease("tier", 6, "ben"),
                                             lease("jewelry", 7, "ada", "tab1", true)};
    EXPECT_EQ(EditLeases({"aoi"}, standing, ada(5)).stale(), std::nullopt);
    EXPECT_EQ(EditLeases({"aoi"}, standing, ada(4)).stale(), "aoi") << "another token";
    EXPECT_EQ(EditLeases({"tier"}, standing, ada(6)).stale(), "tier") << "another's";
    EXPECT_EQ(EditLeases({"jewelry"}, standing, ada(7)).stale(), "jewelry") << "implicit";
    EXPECT_EQ(EditLeases({"aoi", "notes"}, standing, ada(5)).stale(), "notes") << "not locked";
    EXPECT_EQ(EditLeases({"aoi"}, {}, ada(5)).stale(), "aoi") << "expired";
}

TEST(EditLeases, AreNotHeldWhenTheClaimedLockEndedMeanwhile) {
    EditLeases leases({"aoi"}, {lease("aoi", 5)}, ada(5));
    EXPECT_FALSE(leases.hold({lease("aoi", 9, "ada", "tab1", true)}, ada(5)));
    EXPECT_FALSE(leases.hold({lease("aoi", 9)}, ada(5)));
    EXPECT_FALSE(leases.hold({}, ada(5)));
    EXPECT_TRUE(leases.hold({lease("aoi", 5)}, ada(5)));
}

}  // namespace
}  // namespace tidegate::quote
