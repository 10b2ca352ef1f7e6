#pragma once

// What every adapter of ports/leases.hpp promises, as one typed suite. An adapter's test instantiates it with a fixture
// that has `std::unique_ptr<Leases> open(const Clock&, std::uint64_t boot)`, the boot counting from 1; each test gets a
// fixture of its own. An adapter opened later than another of the same fixture has the next boot.

#include "base/clock.hpp"
#include "ports/leases.hpp"
#include "tests/contract/completion.hpp"
#include "tests/contract/lease_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tidegate::contract {

// The expiries an adapter told, from whatever thread.
class ExpiryLog {
public:
    void add(ExpiredLeases expired) {
        const std::lock_guard lock(mutex_);
        told_.push_back(std::move(expired));
    }
    std::vector<ExpiredLeases> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(told_, {});
    }
    // "holder path" of each lease, sorted.
    std::vector<std::string> take_names() {
        std::vector<std::string> names;
        for (const auto& expired : take()) {
            for (const auto& lease : expired.leases) names.push_back(lease.holder + ' ' + lease.path);
        }
        std::sort(names.begin(), names.end());
        return names;
    }

private:
    std::mutex mutex_;
    std::vector<ExpiredLeases> told_;
};

template <class Fixture>
class LeasesContract : public testing::Test {
protected:
    static constexpr std::int64_t kTtlMs = 1000;

    void SetUp() override {
        leases_ = fixture_.open(clock_, 1);
        ASSERT_TRUE(leases_);
        leases_->on_expired([this](ExpiredLeases expired) { log_.add(std::move(expired)); });
    }

    // By `holder`, of his session "s-<holder>", explicit, for a second.
    static LeaseRequest request(std::string holder, std::vector<std::string> paths) {
        LeaseRequest made;
        made.space = {"acme", "quote:1"};
        made.paths = std::move(paths);
        made.session = "s-" + holder;
        made.holder = std::move(holder);
        made.owner = "collaboration";
        made.data = R"({"name":"Ada"})";
        made.ttl_ms = kTtlMs;
        return made;
    }
    static LeaseRequest implicit(std::string holder, std::vector<std::string> paths) {
        auto made = request(std::move(holder), std::move(paths));
        made.implicit = true;
        return made;
    }
    static LeaseRequest taking_over(std::uint64_t up_to, LeaseRequest made) {
        made.take_over_up_to = up_to;
        return made;
    }

    LeaseOutcome acquire(LeaseRequest asked) { return acquire(*leases_, std::move(asked)); }
    LeaseOutcome acquire(Leases& leases, LeaseRequest asked) {
        auto outcome =
            outcome_of<LeaseOutcome>([&](auto done) { return leases.acquire(std::move(asked), std::move(done)); });
        EXPECT_TRUE(outcome) << outcome.error();
        return outcome ? std::move(*outcome) : LeaseOutcome();
    }
    Errc refusal(LeaseRequest asked) {
        auto outcome =
            outcome_of<LeaseOutcome>([&](auto done) { return leases_->acquire(std::move(asked), std::move(done)); });
        return outcome ? Errc::kInternal : outcome.error().code;
    }
    // The token, or 0 and a failed test.
    std::uint64_t must(LeaseRequest asked) {
        const auto outcome = acquire(std::move(asked));
        EXPECT_TRUE(outcome.granted);
        return outcome.token;
    }
    std::uint64_t must(std::string holder, std::string path) {
        return must(request(std::move(holder), {std::move(path)}));
    }
    bool granted(std::string holder, std::string path) {
        return acquire(request(std::move(holder), {std::move(path)})).granted;
    }
    Result<std::uint64_t> renew(std::string session, std::int64_t ttl_ms) {
        return outcome_of<std::uint64_t>([&](auto done) {
            return leases_->renew({"acme", "quote:1"}, std::move(session), ttl_ms, std::move(done));
        });
    }
    Result<std::vector<Lease>> try_release(LeaseMatch match) {
        return outcome_of<std::vector<Lease>>([&](auto done) {
            return leases_->release({"acme", "quote:1"}, std::move(match), std::move(done));
        });
    }
    std::vector<std::string> release(LeaseMatch match) {
        const auto released = try_release(std::move(match));
        EXPECT_TRUE(released) << released.error();
        return released ? names(*released) : std::vector<std::string>();
    }
    std::vector<Lease> list(LeaseSpace space = {"acme", "quote:1"}) {
        auto found =
            outcome_of<std::vector<Lease>>([&](auto done) { return leases_->list(std::move(space), std::move(done)); });
        EXPECT_TRUE(found) << found.error();
        return found ? std::move(*found) : std::vector<Lease>();
    }
    std::vector<std::string> standing() { return names(list()); }
    void pass(std::int64_t ms) {
        clock_.advance_ms(ms);
        leases_->sweep();
    }

    static std::vector<std::string> names(const std::vector<Lease>& leases) {
        std::vector<std::string> found;
        for (const auto& lease : leases) found.push_back(lease.holder + ' ' + lease.path);
        return found;
    }

    ManualClock clock_;
    ExpiryLog log_;
    Fixture fixture_;
    std::unique_ptr<Leases> leases_;
};

using LeaseNames = std::vector<std::string>;

TYPED_TEST_SUITE_P(LeasesContract);

TYPED_TEST_P(LeasesContract, GrantsWhatNobodyHasAndTellsAllOfIt) {
    const auto outcome = this->acquire(this->request("ada", {"car/vin", "aoi"}));
    EXPECT_TRUE(outcome.granted);
    EXPECT_NE(outcome.token, 0u);
    EXPECT_TRUE(outcome.blocked_by.empty());
    EXPECT_TRUE(outcome.evicted.empty());
    ASSERT_EQ(outcome.leases.size(), 2u);
    const auto& lease = outcome.leases[0];
    EXPECT_EQ(lease.path, "car/vin");  // as asked
    EXPECT_EQ(outcome.leases[1].path, "aoi");
    EXPECT_EQ(lease.holder, "ada");
    EXPECT_EQ(lease.session, "s-ada");
    EXPECT_EQ(lease.owner, "collaboration");
    EXPECT_EQ(lease.data, R"({"name":"Ada"})");
    EXPECT_EQ(lease.token, outcome.token);
    EXPECT_FALSE(lease.implicit);
    EXPECT_EQ(lease.ttl_ms, 1000);
    EXPECT_EQ(lease.ends_ms, this->clock_.wall_ms() + 1000);
    this->clock_.advance_ms(300);
    const auto listed = this->list();
    ASSERT_EQ(listed.size(), 2u);
    EXPECT_EQ(listed[0].path, "aoi");  // by path
    EXPECT_EQ(listed[1].path, "car/vin");
    EXPECT_EQ(listed[1].ttl_ms, 700);
    EXPECT_EQ(listed[1].ends_ms, this->clock_.wall_ms() + 700);
    EXPECT_EQ(listed[1].data, R"({"name":"Ada"})");
}

TYPED_TEST_P(LeasesContract, ExcludesOthersFromThePathItsParentsAndItsChildren) {
    this->must("ada", "car/engine");
    for (const char* path : {"car/engine", "car", "", "car/engine/oil", "car/engine/oil/kind"}) {
        const auto outcome = this->acquire(this->request("ben", {path}));
        EXPECT_FALSE(outcome.granted) << path;
        EXPECT_EQ(outcome.token, 0u);
        EXPECT_TRUE(outcome.leases.empty());
        EXPECT_EQ(this->names(outcome.blocked_by), (LeaseNames{"ada car/engine"})) << path;
    }
    for (const char* path : {"car/wheel", "home", "car/engine2", "car/engin", "ca", "car/engine-", "carengine"}) {
        EXPECT_TRUE(this->granted("ben", path)) << path;
    }
}

TYPED_TEST_P(LeasesContract, ExcludesEverybodyElseByALeaseOnTheRoot) {
    this->must("ada", "");
    for (const char* path : {"", "a", "a/b"}) EXPECT_FALSE(this->granted("ben", path)) << path;
    EXPECT_TRUE(this->granted("ada", "a/b"));
}

TYPED_TEST_P(LeasesContract, TakesNoNameForAParentOfALongerName) {
    this->must("ada", "a");
    EXPECT_TRUE(this->granted("ben", "ab"));
    EXPECT_TRUE(this->granted("ben", "a-b"));
    EXPECT_TRUE(this->granted("ben", "a0/c"));
    EXPECT_FALSE(this->granted("ben", "a/b"));
}

TYPED_TEST_P(LeasesContract, NamesAllThatIsInTheWayByPath) {
    this->must("cid", "car/wheel");
    this->must("ada", "car/engine");
    this->must("dan", "home");
    const auto outcome = this->acquire(this->request("ben", {"car", "car/wheel", "aoi", "home/roof"}));
    EXPECT_FALSE(outcome.granted);
    EXPECT_EQ(this->names(outcome.blocked_by), (LeaseNames{"ada car/engine", "cid car/wheel", "dan home"}));
}

TYPED_TEST_P(LeasesContract, GrantsAllPathsOrNone) {
    this->must("ada", "b");
    EXPECT_FALSE(this->acquire(this->request("ben", {"a", "b/c", "d"})).granted);
    EXPECT_EQ(this->standing(), (LeaseNames{"ada b"}));
    EXPECT_TRUE(this->acquire(this->request("ben", {"a", "d"})).granted);
    EXPECT_EQ(this->standing(), (LeaseNames{"ben a", "ada b", "ben d"}));
}

TYPED_TEST_P(LeasesContract, NeverLetsOneHolderExcludeHimself) {
    const auto first = this->must("ada", "car");
    const auto second = this->must("ada", "car/vin");
    EXPECT_GT(second, first);
    EXPECT_GT(this->must("ada", ""), second);
    EXPECT_EQ(this->standing(), (LeaseNames{"ada ", "ada car", "ada car/vin"}));
}

TYPED_TEST_P(LeasesContract, KeepsTheTokenOfAPathItsHolderHas) {
    const auto token = this->must("ada", "car");
    this->clock_.advance_ms(900);
    const auto again = this->acquire(this->request("ada", {"car", "car"}));
    EXPECT_TRUE(again.granted);
    EXPECT_EQ(again.token, 0u);
    ASSERT_EQ(again.leases.size(), 2u);
    EXPECT_EQ(again.leases[0].token, token);
    EXPECT_EQ(again.leases[1].token, token);
    EXPECT_EQ(again.leases[0].ttl_ms, 1000);
    const auto more = this->acquire(this->request("ada", {"car", "home"}));
    EXPECT_GT(more.token, token);
    EXPECT_EQ(more.leases[0].token, token);
    EXPECT_EQ(more.leases[1].token, more.token);
    EXPECT_EQ(this->list().size(), 2u);
}

TYPED_TEST_P(LeasesContract, MovesALeaseToTheSessionItsHolderAsksFrom) {
    this->must("ada", "car");
    auto other = this->request("ada", {"car"});
    other.session = "second tab";
    EXPECT_EQ(this->must(other), 0u);
    EXPECT_EQ(this->list()[0].session, "second tab");
    EXPECT_EQ(*this->renew("s-ada", 5000), 0u);
    EXPECT_EQ(*this->renew("second tab", 5000), 1u);
}

TYPED_TEST_P(LeasesContract, ReplacesTheHoldersImplicitLeaseByAnExplicitOneUnderANewToken) {
    const auto for_a_write = this->must(this->implicit("ada", {"car", "car/vin"}));
    EXPECT_TRUE(this->list()[0].implicit);
    auto asked = this->request("ada", {"car"});
    asked.data = R"({"name":"Ada","tab":2})";
    asked.owner = "quote";
    const auto kept = this->acquire(asked);
    EXPECT_GT(kept.token, for_a_write);
    EXPECT_TRUE(kept.evicted.empty());
    ASSERT_EQ(kept.leases.size(), 1u);
    EXPECT_EQ(kept.leases[0].token, kept.token);
    EXPECT_EQ(kept.leases[0].data, asked.data);
    EXPECT_EQ(kept.leases[0].owner, "quote");
    EXPECT_FALSE(kept.leases[0].implicit);
    EXPECT_EQ(this->release({"", "", for_a_write}), (LeaseNames{"ada car/vin"}));
    EXPECT_EQ(this->standing(), (LeaseNames{"ada car"}));
    EXPECT_TRUE(this->log_.take().empty());
}

TYPED_TEST_P(LeasesContract, EndsNothingByTheTokenOfALeaseThatWasReplaced) {
    const auto for_a_write = this->must(this->implicit("ada", {"car"}));
    this->must("ada", "car");
    EXPECT_EQ(this->release({"car", "ada", for_a_write}), LeaseNames());
    EXPECT_EQ(this->standing(), (LeaseNames{"ada car"}));
}

TYPED_TEST_P(LeasesContract, LeavesAnExplicitLeaseExplicitWhenItsHolderWrites) {
    const auto token = this->must("ada", "car");
    const auto write = this->acquire(this->implicit("ada", {"car"}));
    EXPECT_EQ(write.token, 0u);
    EXPECT_EQ(write.leases[0].token, token);
    EXPECT_FALSE(write.leases[0].implicit);
}

TYPED_TEST_P(LeasesContract, NeitherShortensNorMovesAnExplicitLeaseWhenItsHolderWritesElsewhere) {
    this->must("ada", "car");
    auto brief = this->implicit("ada", {"car"});
    brief.ttl_ms = 1;
    brief.session = "another tab";
    this->acquire(brief);
    const auto lease = this->list().at(0);
    EXPECT_EQ(lease.ttl_ms, TestFixture::kTtlMs);
    EXPECT_EQ(lease.session, "s-ada");
}

TYPED_TEST_P(LeasesContract, TakesOverWhatHasATokenUpToTheBound) {
    const auto first = this->must("ada", "car/vin");
    const auto second = this->must("cid", "car/year");
    const auto apart = this->must("dan", "home");
    const auto early = this->acquire(this->taking_over(first, this->request("ben", {"car"})));
    EXPECT_FALSE(early.granted);  // cid came after the bound
    EXPECT_TRUE(early.evicted.empty());
    EXPECT_EQ(this->list().size(), 3u);
    const auto taken = this->acquire(this->taking_over(second, this->request("ben", {"car"})));
    EXPECT_TRUE(taken.granted);
    EXPECT_GT(taken.token, apart);
    EXPECT_EQ(this->names(taken.evicted), (LeaseNames{"ada car/vin", "cid car/year"}));
    EXPECT_EQ(taken.evicted[0].token, first);
    EXPECT_EQ(this->standing(), (LeaseNames{"ben car", "dan home"}));
    this->pass(60'000);
    EXPECT_EQ(this->log_.take_names(), (LeaseNames{"ben car", "dan home"}));
}

TYPED_TEST_P(LeasesContract, TakesOverTheVeryPath) {
    const auto token = this->must("ada", "car");
    const auto taken = this->acquire(this->taking_over(token, this->request("ben", {"car", "home"})));
    EXPECT_EQ(this->names(taken.evicted), (LeaseNames{"ada car"}));
    EXPECT_EQ(this->standing(), (LeaseNames{"ben car", "ben home"}));
    EXPECT_EQ(this->release({"", "", token}), LeaseNames());
}

TYPED_TEST_P(LeasesContract, TakesOverNothingThatChangedHandsSinceTheBoundWasRead) {
    const auto seen = this->must("ada", "car");
    this->release({"car", "", 0});
    this->must("cid", "car");
    EXPECT_FALSE(this->acquire(this->taking_over(seen, this->request("ben", {"car"}))).granted);
    EXPECT_EQ(this->standing(), (LeaseNames{"cid car"}));
}

TYPED_TEST_P(LeasesContract, RenewsASessionsLeasesForLongerOrShorter) {
    this->must(this->request("ada", {"a", "b"}));
    this->must("ben", "c");
    EXPECT_EQ(*this->renew("s-ada", 5000), 2u);
    this->pass(1000);
    EXPECT_EQ(this->standing(), (LeaseNames{"ada a", "ada b"}));
    EXPECT_EQ(this->list()[0].ttl_ms, 4000);
    EXPECT_EQ(*this->renew("s-ada", 10), 2u);
    EXPECT_EQ(this->list()[1].ttl_ms, 10);
    this->pass(10);
    EXPECT_EQ(this->standing(), LeaseNames());
    EXPECT_EQ(*this->renew("s-ada", 5000), 0u);
    EXPECT_EQ(this->log_.take_names(), (LeaseNames{"ada a", "ada b", "ben c"}));
}

TYPED_TEST_P(LeasesContract, RenewsTheRestOfTheSessionUnlessItEndsLater) {
    auto long_one = this->request("ada", {"a"});
    long_one.ttl_ms = 9000;
    this->must(long_one);
    this->must("ada", "b");
    auto elsewhere = this->request("ada", {"c"});
    elsewhere.session = "second tab";
    this->must(elsewhere);
    this->clock_.advance_ms(500);
    this->must("ada", "d");
    std::vector<std::int64_t> remaining;
    for (const auto& lease : this->list()) remaining.push_back(lease.ttl_ms);
    EXPECT_EQ(remaining, (std::vector<std::int64_t>{8500, 1000, 500, 1000}));
}

TYPED_TEST_P(LeasesContract, RenewsNothingWhenItDoesNotGrant) {
    this->must("ada", "a");
    this->must("ben", "b");
    this->clock_.advance_ms(500);
    EXPECT_FALSE(this->granted("ada", "b"));
    EXPECT_EQ(this->list()[0].ttl_ms, 500);
}

TYPED_TEST_P(LeasesContract, EndsALeaseExactlyAtItsEnd) {
    this->must("ada", "car");
    this->pass(999);
    EXPECT_FALSE(this->granted("ben", "car"));
    EXPECT_TRUE(this->log_.take().empty());
    EXPECT_TRUE(this->leases_->sweep());
    this->clock_.advance_ms(1);
    EXPECT_FALSE(this->leases_->sweep());
    EXPECT_EQ(this->standing(), LeaseNames());
    EXPECT_TRUE(this->granted("ben", "car"));
    EXPECT_TRUE(this->leases_->sweep());
}

TYPED_TEST_P(LeasesContract, ReportsAnEndOnceToItsOwner) {
    this->must("ada", "b");
    this->must("ada", "a");
    auto other = this->request("ben", {"c"});
    other.owner = "quote";
    this->must(other);
    this->pass(1000);
    const auto told = this->log_.take();
    std::map<std::string, LeaseNames> by_owner;
    for (const auto& expired : told) {
        EXPECT_EQ(expired.space.tenant, "acme");
        EXPECT_EQ(expired.space.space, "quote:1");
        for (const auto& lease : expired.leases) {
            EXPECT_EQ(lease.owner, expired.owner);
            EXPECT_EQ(lease.ttl_ms, 0);
            EXPECT_EQ(lease.ends_ms, this->clock_.wall_ms());
            by_owner[expired.owner].push_back(lease.holder + ' ' + lease.path);
        }
    }
    std::sort(by_owner["collaboration"].begin(), by_owner["collaboration"].end());
    EXPECT_EQ(by_owner["collaboration"], (LeaseNames{"ada a", "ada b"}));
    EXPECT_EQ(by_owner["quote"], (LeaseNames{"ben c"}));
    this->pass(1000);
    EXPECT_TRUE(this->log_.take().empty());
}

TYPED_TEST_P(LeasesContract, ReportsAnEndThatACallCameUponOnce) {
    this->must("ada", "car");
    this->clock_.advance_ms(1000);
    const auto outcome = this->acquire(this->request("ben", {"car/vin"}));
    EXPECT_TRUE(outcome.granted);
    EXPECT_TRUE(outcome.evicted.empty());
    this->leases_->sweep();
    this->list();
    EXPECT_EQ(this->log_.take_names(), (LeaseNames{"ada car"}));
}

TYPED_TEST_P(LeasesContract, GivesANewTokenToAHolderWhoseLeaseEnded) {
    const auto token = this->must("ada", "car");
    this->clock_.advance_ms(1000);
    EXPECT_GT(this->must("ada", "car"), token);
    this->leases_->sweep();
    EXPECT_EQ(this->log_.take_names(), (LeaseNames{"ada car"}));
}

TYPED_TEST_P(LeasesContract, LetsTheToldCallBack) {
    bool called = false;
    this->leases_->on_expired([&](ExpiredLeases) {
        EXPECT_TRUE(this->granted("ben", "car"));
        called = true;
    });
    this->must("ada", "car");
    this->pass(1000);
    EXPECT_TRUE(called);
    EXPECT_EQ(this->standing(), (LeaseNames{"ben car"}));
}

TYPED_TEST_P(LeasesContract, ReleasesByPathHolderAndToken) {
    this->must("ada", "a");
    this->must("ada", "a/b");
    const auto both = this->must(this->request("ada", {"d", "c"}));
    this->must("ben", "e");
    this->must("ben", "f");
    EXPECT_EQ(this->release({"a", "", 0}), (LeaseNames{"ada a"}));
    EXPECT_EQ(this->release({"a", "", 0}), LeaseNames());
    EXPECT_EQ(this->release({"e", "ada", 0}), LeaseNames());
    EXPECT_EQ(this->release({"e", "ben", 0}), (LeaseNames{"ben e"}));
    EXPECT_EQ(this->release({"", "ben", both}), LeaseNames());
    EXPECT_EQ(this->release({"", "", both}), (LeaseNames{"ada c", "ada d"}));
    EXPECT_EQ(this->release({"", "ada", 0}), (LeaseNames{"ada a/b"}));
    EXPECT_EQ(this->standing(), (LeaseNames{"ben f"}));
    EXPECT_EQ(this->try_release({}).error().code, Errc::kInvalid);
    this->pass(60'000);
    EXPECT_EQ(this->log_.take_names(), (LeaseNames{"ben f"}));
}

TYPED_TEST_P(LeasesContract, KeepsTenantsAndSpacesApart) {
    auto other_tenant = this->request("ben", {"car"});
    other_tenant.space.tenant = "other";
    auto other_space = this->request("ben", {"car"});
    other_space.space.space = "quote:2";
    const auto first = this->must("ada", "car");
    const auto second = this->must(other_tenant);
    EXPECT_GT(second, first);
    EXPECT_GT(this->must(other_space), second);
    EXPECT_EQ(this->release({"", "ben", 0}), LeaseNames());
    EXPECT_EQ(this->release({"", "", second}), LeaseNames());
    EXPECT_EQ(*this->renew("s-ben", 5000), 0u);
    EXPECT_EQ(this->standing(), (LeaseNames{"ada car"}));
    EXPECT_EQ(this->names(this->list({"other", "quote:1"})), (LeaseNames{"ben car"}));
    EXPECT_TRUE(this->list({"other", "quote:2"}).empty());
    this->pass(1000);
    std::set<std::string> spaces;
    for (const auto& expired : this->log_.take()) {
        EXPECT_EQ(expired.leases.size(), 1u);
        spaces.insert(expired.space.tenant + ' ' + expired.space.space);
    }
    EXPECT_EQ(spaces, (std::set<std::string>{"acme quote:1", "acme quote:2", "other quote:1"}));
}

TYPED_TEST_P(LeasesContract, LetsTokensRiseOverRestarts) {
    std::uint64_t last = 0;
    for (int n = 0; n < 100; ++n) last = std::max(last, this->must("ada", "p" + std::to_string(n)));
    const auto next = this->fixture_.open(this->clock_, 2);
    const auto outcome = this->acquire(*next, this->request("ben", {"after the restart"}));
    EXPECT_GT(outcome.token, last);
    EXPECT_LT(outcome.token, std::uint64_t{1} << 53);
}

TYPED_TEST_P(LeasesContract, RefusesWhatCannotBeRight) {
    const auto invalid = [&](auto change) {
        auto asked = this->request("ada", {"car"});
        change(asked);
        EXPECT_EQ(this->refusal(std::move(asked)), Errc::kInvalid);
    };
    invalid([](auto& asked) { asked.paths.clear(); });
    invalid([](auto& asked) { asked.paths.assign(257, "car"); });
    invalid([](auto& asked) { asked.paths = {"car", std::string(1025, 'x')}; });
    invalid([](auto& asked) { asked.paths = {"car\n"}; });
    invalid([](auto& asked) { asked.paths = {"car\xff"}; });
    invalid([](auto& asked) { asked.holder.clear(); });
    invalid([](auto& asked) { asked.space.tenant.clear(); });
    invalid([](auto& asked) { asked.space.space = std::string(257, 'x'); });
    invalid([](auto& asked) { asked.space.space = "a\x01"; });
    invalid([](auto& asked) { asked.ttl_ms = 0; });
    invalid([](auto& asked) { asked.ttl_ms = -1; });
    EXPECT_EQ(this->renew("s-ada", 0).error().code, Errc::kInvalid);
    EXPECT_EQ(this->standing(), LeaseNames());
    EXPECT_FALSE(this->leases_->sweep());
    auto largest = this->request("ada", {std::string(1024, 'x')});
    largest.space.space = std::string(256, 'x');
    EXPECT_NE(this->must(std::move(largest)), 0u);
}

TYPED_TEST_P(LeasesContract, HoldsTenThousandLeasesInASpace) {
    for (int n = 0; n < 100; ++n) {
        LeaseNames paths;
        for (int m = 0; m < 100; ++m) paths.push_back("p" + std::to_string(n) + '/' + std::to_string(m));
        this->must(this->request("ada", std::move(paths)));
    }
    EXPECT_EQ(this->refusal(this->request("ben", {"one more"})), Errc::kBusy);
    EXPECT_EQ(this->must("ada", "p0/0"), 0u);
    auto elsewhere = this->request("ben", {"one more"});
    elsewhere.space.space = "quote:2";
    EXPECT_NE(this->must(elsewhere), 0u);
    EXPECT_EQ(this->list().size(), 10'000u);
    // Those it takes over make room.
    const auto bound = std::uint64_t{1} << 52;
    EXPECT_EQ(this->acquire(this->taking_over(bound, this->request("ben", {"p0", "new"}))).evicted.size(), 100u);
    this->clock_.advance_ms(1000);
    EXPECT_TRUE(this->granted("ben", "one more"));
    EXPECT_EQ(this->log_.take_names().size(), 9902u);
}

TYPED_TEST_P(LeasesContract, GrantsAPathToOneOfManyThreads) {
    std::atomic<int> winners{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int n = 0; n < 200; ++n) {
                winners += this->granted("h" + std::to_string(t), "p" + std::to_string(n) + (t % 2 ? "/child" : ""));
            }
        });
    }
    for (auto& thread : threads) thread.join();
    // The two on the child of a path exclude each other as well.
    EXPECT_EQ(winners, 200);
    EXPECT_EQ(this->list().size(), 200u);
}

TYPED_TEST_P(LeasesContract, ReportsEachEndOnceInAStormOfCalls) {
    std::mutex mutex;
    std::map<std::uint64_t, int> ends;  // by token: each is of one lease here
    std::set<std::uint64_t> given;
    this->leases_->on_expired([&](ExpiredLeases expired) {
        const std::lock_guard lock(mutex);
        for (const auto& lease : expired.leases) ++ends[lease.token];
    });
    std::atomic<bool> over{false};
    std::thread sweeper([&] {
        while (!over) {
            this->clock_.advance_ms(1);
            this->leases_->sweep();
        }
    });
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            std::mt19937 random(static_cast<unsigned>(t));
            for (int n = 0; n < 500; ++n) {
                auto asked = this->request("h" + std::to_string(t), {"p" + std::to_string(random() % 20)});
                asked.ttl_ms = 1 + static_cast<std::int64_t>(random() % 5);
                // Else renewed by the requests that follow.
                asked.session = std::to_string(t) + '/' + std::to_string(n);
                const auto outcome = this->acquire(std::move(asked));
                if (outcome.token) {
                    const std::lock_guard lock(mutex);
                    EXPECT_TRUE(given.insert(outcome.token).second);
                }
                if (n % 16 == 0) this->list();
            }
        });
    }
    for (auto& thread : threads) thread.join();
    over = true;
    sweeper.join();
    this->pass(60'000);
    EXPECT_FALSE(given.empty());
    EXPECT_EQ(ends.size(), given.size());
    for (const auto& [token, count] : ends) EXPECT_EQ(count, 1) << token;
}

TYPED_TEST_P(LeasesContract, DoesWhatASimpleModelDoes) {
    const char* given = std::getenv("TIDEGATE_SEED");
    const unsigned seed = given ? static_cast<unsigned>(std::atoll(given)) : std::random_device()();
    std::cout << "TIDEGATE_SEED=" << seed << '\n';
    std::mt19937 random(seed);
    const auto below = [&](unsigned bound) { return random() % bound; };
    const std::vector<std::string> paths = {"",    "a",     "a/b", "a/b/c", "a/bc",  "ab", "ab/c",
                                            "a-b", "a/b/d", "b",   "b/a",   "b/a/c", "a0", "c"};
    LeaseModel model;
    std::uint64_t last_token = 0;
    std::set<std::pair<std::uint64_t, std::string>> due;   // what the model saw end
    std::set<std::pair<std::uint64_t, std::string>> told;  // what was reported
    const auto collect = [&] {
        for (const auto& expired : this->log_.take()) {
            for (const auto& lease : expired.leases) {
                EXPECT_TRUE(told.emplace(lease.token, lease.path).second) << lease.path;
            }
        }
    };
    for (int step = 0; step < 4000 && !this->HasFailure(); ++step) {
        SCOPED_TRACE("step " + std::to_string(step) + " of seed " + std::to_string(seed));
        this->clock_.advance_ms(below(4) ? 0 : below(400));
        const std::int64_t now = this->clock_.monotonic_ms();
        due.merge(model.end(now));
        const std::string holder = "h" + std::to_string(below(3));
        const std::string session = holder + '/' + std::to_string(below(2));
        const unsigned act = below(10);
        if (act < 6) {
            auto asked = this->request(holder, {});
            for (unsigned n = 1 + below(3); n; --n) asked.paths.push_back(paths[below(14)]);
            asked.session = session;
            asked.ttl_ms = 1 + below(1000);
            asked.implicit = below(2);
            if (below(4) == 0) asked.take_over_up_to = last_token - std::min<std::uint64_t>(last_token, below(3));
            asked.reuse_own = below(3) == 0;
            const auto as_asked = asked;
            if (asked.reuse_own)
                for (auto& path : asked.paths) path = model.own_around(path, holder);
            const auto way = model.in_the_way(asked);
            const auto outcome = this->acquire(as_asked);
            ASSERT_EQ(outcome.granted, model.grants(asked));
            std::set<std::string> named;
            for (const auto& lease : outcome.granted ? outcome.evicted : outcome.blocked_by) named.insert(lease.path);
            EXPECT_EQ(named, way);
            if (outcome.granted) {
                EXPECT_EQ(model.acquire(asked, outcome.token, now), outcome.token != 0);
                if (outcome.token) {
                    EXPECT_GT(outcome.token, last_token);
                    last_token = outcome.token;
                }
            }
        } else if (act < 7) {
            const std::int64_t ttl_ms = 1 + below(1000);
            EXPECT_EQ(*this->renew(session, ttl_ms), model.renew(session, now + ttl_ms));
        } else if (act < 9 && last_token) {
            LeaseMatch match;
            if (below(2)) match.path = paths[1 + below(13)];
            if (below(2)) match.holder = holder;
            if (below(2) || (match.path.empty() && match.holder.empty())) {
                match.token = last_token - std::min<std::uint64_t>(last_token - 1, below(5));
            }
            match.explicit_only = below(3) == 0;
            EXPECT_EQ(this->release(match).size(), model.release(match));
        } else {
            EXPECT_EQ(this->leases_->sweep(), !model.held().empty());
        }
        const auto listed = this->list();
        ASSERT_EQ(listed.size(), model.held().size());
        auto expected = model.held().begin();
        for (const auto& lease : listed) {
            const auto& [path, held] = *expected++;
            EXPECT_EQ(lease.path, path);
            EXPECT_EQ(lease.holder, held.holder);
            EXPECT_EQ(lease.session, held.session);
            EXPECT_EQ(lease.token, held.token);
            EXPECT_EQ(lease.implicit, held.implicit);
            EXPECT_EQ(lease.ttl_ms, held.ends - now);
            for (const auto& other : listed) {
                EXPECT_FALSE(LeaseModel::is_within(lease.path, other.path) && lease.holder != other.holder);
            }
        }
        collect();
        EXPECT_EQ(told, due);
    }
    EXPECT_FALSE(told.empty());
}

REGISTER_TYPED_TEST_SUITE_P(
    LeasesContract, GrantsWhatNobodyHasAndTellsAllOfIt, ExcludesOthersFromThePathItsParentsAndItsChildren,
    ExcludesEverybodyElseByALeaseOnTheRoot, TakesNoNameForAParentOfALongerName, NamesAllThatIsInTheWayByPath,
    GrantsAllPathsOrNone, NeverLetsOneHolderExcludeHimself, KeepsTheTokenOfAPathItsHolderHas,
    MovesALeaseToTheSessionItsHolderAsksFrom, ReplacesTheHoldersImplicitLeaseByAnExplicitOneUnderANewToken,
    EndsNothingByTheTokenOfALeaseThatWasReplaced, LeavesAnExplicitLeaseExplicitWhenItsHolderWrites,
    NeitherShortensNorMovesAnExplicitLeaseWhenItsHolderWritesElsewhere, TakesOverWhatHasATokenUpToTheBound,
    TakesOverTheVeryPath, TakesOverNothingThatChangedHandsSinceTheBoundWasRead, RenewsASessionsLeasesForLongerOrShorter,
    RenewsTheRestOfTheSessionUnlessItEndsLater, RenewsNothingWhenItDoesNotGrant, EndsALeaseExactlyAtItsEnd,
    ReportsAnEndOnceToItsOwner, ReportsAnEndThatACallCameUponOnce, GivesANewTokenToAHolderWhoseLeaseEnded,
    LetsTheToldCallBack, ReleasesByPathHolderAndToken, KeepsTenantsAndSpacesApart, LetsTokensRiseOverRestarts,
    RefusesWhatCannotBeRight, HoldsTenThousandLeasesInASpace, GrantsAPathToOneOfManyThreads,
    ReportsEachEndOnceInAStormOfCalls, DoesWhatASimpleModelDoes);

}  // namespace tidegate::contract
