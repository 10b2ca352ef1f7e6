#pragma once

// What every adapter of ports/presence.hpp promises, as one typed suite. An adapter's test instantiates it with a
// fixture that has `std::unique_ptr<Presence> open(const Clock&)`; each test gets a fixture of its own.

#include "base/clock.hpp"
#include "ports/presence.hpp"
#include "tests/contract/completion.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tidegate::contract {

// The batches an adapter told, from whatever thread.
class PresenceLog {
public:
    void add(PresenceBatch batch) {
        const std::lock_guard lock(mutex_);
        told_.push_back(std::move(batch));
    }
    std::vector<PresenceBatch> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(told_, {});
    }
    // "+user" and "-user", in order; one text per batch.
    std::vector<std::string> take_texts() {
        std::vector<std::string> texts;
        for (const auto& batch : take()) {
            std::string text;
            for (const auto& change : batch.changes) {
                text += (text.empty() ? "" : " ") + std::string(change.joined ? "+" : "-") + change.user;
            }
            texts.push_back(std::move(text));
        }
        return texts;
    }

private:
    std::mutex mutex_;
    std::vector<PresenceBatch> told_;
};

template <class Fixture>
class PresenceContract : public testing::Test {
protected:
    static constexpr std::int64_t kGraceMs = 5000;

    void SetUp() override {
        presence_ = fixture_.open(clock_);
        ASSERT_TRUE(presence_);
        presence_->on_changes([this](PresenceBatch batch) { log_.add(std::move(batch)); });
    }

    static PresenceEntry entry(std::string user, std::uint64_t session, std::int64_t grace_ms = kGraceMs) {
        PresenceEntry made;
        made.channel = {"acme", "quote:1"};
        made.user = std::move(user);
        made.session = session;
        made.owner = "collaboration";
        made.info = R"({"tab":)" + std::to_string(session) + "}";
        made.grace_ms = grace_ms;
        return made;
    }
    Result<std::uint64_t> try_join(PresenceEntry made) {
        return outcome_of<std::uint64_t>([&](auto done) { return presence_->join(std::move(made), std::move(done)); });
    }
    // The user's sessions, or 0 and a failed test.
    std::uint64_t join(PresenceEntry made) {
        const auto joined = try_join(std::move(made));
        EXPECT_TRUE(joined) << joined.error();
        return joined ? *joined : 0;
    }
    std::uint64_t join(std::string user, std::uint64_t session, std::int64_t grace_ms = kGraceMs) {
        return join(entry(std::move(user), session, grace_ms));
    }
    Result<std::uint64_t> leave(std::uint64_t session, PresenceChannel channel = {"acme", "quote:1"}) {
        return outcome_of<std::uint64_t>(
            [&](auto done) { return presence_->leave(std::move(channel), session, std::move(done)); });
    }
    Result<void> update(std::uint64_t session, std::string state, PresenceChannel channel = {"acme", "quote:1"}) {
        return outcome_of<void>([&](auto done) {
            return presence_->update(std::move(channel), session, std::move(state), std::move(done));
        });
    }
    PresenceList list(PresenceChannel channel = {"acme", "quote:1"}) {
        auto found =
            outcome_of<PresenceList>([&](auto done) { return presence_->list(std::move(channel), std::move(done)); });
        EXPECT_TRUE(found) << found.error();
        return found ? std::move(*found) : PresenceList();
    }
    // "user connections" of each who is listed.
    std::vector<std::string> present() {
        std::vector<std::string> found;
        for (const auto& user : list().users) found.push_back(user.user + ' ' + std::to_string(user.connections));
        return found;
    }
    void pass(std::int64_t ms) {
        clock_.advance_ms(ms);
        presence_->sweep();
    }
    static std::string numbered(std::string name, int n) {
        char digits[16];
        std::snprintf(digits, sizeof digits, "%06d", n);
        return name + digits;
    }
    // Ten strangers come, so that what follows waits for the end of the window.
    void use_up_the_singles() {
        for (int n = 0; n < Presence::kSingles; ++n) join(numbered("single", n), 900'000 + static_cast<unsigned>(n));
        EXPECT_EQ(log_.take().size(), std::size_t{Presence::kSingles});
    }

    ManualClock clock_;
    PresenceLog log_;
    Fixture fixture_;
    std::unique_ptr<Presence> presence_;
};

using PresenceTexts = std::vector<std::string>;

TYPED_TEST_SUITE_P(PresenceContract);

TYPED_TEST_P(PresenceContract, TellsOfAUserWithHisFirstSessionOnly) {
    EXPECT_EQ(this->join("ada", 1), 1u);
    const auto told = this->log_.take();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].channel.tenant, "acme");
    EXPECT_EQ(told[0].channel.channel, "quote:1");
    EXPECT_EQ(told[0].owner, "collaboration");
    ASSERT_EQ(told[0].changes.size(), 1u);
    const auto& change = told[0].changes[0];
    EXPECT_TRUE(change.joined);
    EXPECT_EQ(change.user, "ada");
    EXPECT_EQ(change.info, R"({"tab":1})");
    EXPECT_EQ(change.sessions, (std::vector<std::uint64_t>{1}));
    EXPECT_EQ(this->join("ada", 2), 2u);
    EXPECT_EQ(this->join("ada", 2), 2u);
    EXPECT_EQ(this->present(), (PresenceTexts{"ada 2"}));
    this->pass(60'000);
    EXPECT_TRUE(this->log_.take().empty());
}

TYPED_TEST_P(PresenceContract, TellsOfALeavingAfterTheGraceOfTheLastSession) {
    this->join("ada", 1);
    this->join("ada", 2, 300);
    EXPECT_EQ(*this->leave(1), 1u);
    this->pass(60'000);
    EXPECT_EQ(this->log_.take_texts(), (PresenceTexts{"+ada"}));
    EXPECT_FALSE(this->presence_->sweep());
    EXPECT_EQ(*this->leave(2), 0u);
    EXPECT_TRUE(this->presence_->sweep());
    EXPECT_EQ(this->present(), (PresenceTexts{"ada 0"}));
    EXPECT_EQ(this->list().users[0].info, R"({"tab":2})");
    EXPECT_EQ(this->list().users[0].state, "");
    this->pass(299);
    EXPECT_TRUE(this->log_.take().empty());
    this->pass(1);
    const auto told = this->log_.take();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].owner, "collaboration");
    ASSERT_EQ(told[0].changes.size(), 1u);
    EXPECT_FALSE(told[0].changes[0].joined);
    EXPECT_EQ(told[0].changes[0].user, "ada");
    EXPECT_EQ(told[0].changes[0].info, R"({"tab":2})");
    EXPECT_TRUE(told[0].changes[0].sessions.empty());
    EXPECT_EQ(this->list().total, 0u);
}

TYPED_TEST_P(PresenceContract, TellsNothingOfWhoCameBackWithinHisGrace) {
    this->join("ada", 1);
    this->leave(1);
    this->pass(4999);
    EXPECT_EQ(this->join("ada", 2), 1u);
    this->pass(60'000);
    EXPECT_EQ(this->log_.take_texts(), (PresenceTexts{"+ada"}));
    EXPECT_EQ(this->present(), (PresenceTexts{"ada 1"}));
    this->leave(2);  // a grace of its own
    this->pass(4999);
    EXPECT_TRUE(this->log_.take().empty());
    this->pass(1);
    EXPECT_EQ(this->log_.take_texts(), (PresenceTexts{"-ada"}));
}

TYPED_TEST_P(PresenceContract, TellsAtOnceOfWhoLeavesWithoutAGrace) {
    this->join("ada", 1, 0);
    this->leave(1);
    EXPECT_EQ(this->log_.take_texts(), (PresenceTexts{"+ada", "-ada"}));
    EXPECT_EQ(this->present(), PresenceTexts());
}

TYPED_TEST_P(PresenceContract, EndsAGraceByTheClockWhoeverLooks) {
    this->join("ada", 1);
    this->leave(1);
    this->clock_.advance_ms(5000);  // and nobody sweeps
    EXPECT_EQ(this->present(), PresenceTexts());
    EXPECT_EQ(this->log_.take_texts(), (PresenceTexts{"+ada", "-ada"}));
    this->join("ben", 2);
    this->leave(2);
    this->clock_.advance_ms(5000);
    EXPECT_EQ(this->join("ben", 3), 1u);
    EXPECT_EQ(this->log_.take_texts(), (PresenceTexts{"+ben", "-ben", "+ben"}));
}

TYPED_TEST_P(PresenceContract, TellsTenAtOnceAndTheRestAtTheEndOfTheWindow) {
    for (unsigned n = 0; n < 13; ++n) {
        this->join(this->numbered("u", static_cast<int>(n)), n);
        this->clock_.advance_ms(1);
    }
    PresenceTexts singles;
    for (int n = 0; n < 10; ++n) singles.push_back("+" + this->numbered("u", n));
    EXPECT_EQ(this->log_.take_texts(), singles);
    this->pass(86);  // 99 ms since the first
    EXPECT_TRUE(this->log_.take().empty());
    EXPECT_TRUE(this->presence_->sweep());
    this->pass(1);
    EXPECT_EQ(this->log_.take_texts(), (PresenceTexts{"+u000010 +u000011 +u000012"}));
    EXPECT_FALSE(this->presence_->sweep());
    this->join("later", 99);  // in a window of its own
    EXPECT_EQ(this->log_.take_texts(), (PresenceTexts{"+later"}));
}

TYPED_TEST_P(PresenceContract, TellsWhatWaitedBeforeWhatComesAfterTheWindow) {
    this->use_up_the_singles();
    this->join("ada", 1);
    this->clock_.advance_ms(100);  // and nobody sweeps
    this->join("ben", 2);
    EXPECT_EQ(this->log_.take_texts(), (PresenceTexts{"+ada", "+ben"}));
}

TYPED_TEST_P(PresenceContract, TellsComingsAndLeavingsInTheirOrder) {
    this->join("ada", 1, 0);
    this->pass(100);
    this->log_.take();
    this->use_up_the_singles();
    this->join("cid", 3);
    this->leave(1);
    this->join("ben", 2);
    this->pass(100);
    EXPECT_EQ(this->log_.take_texts(), (PresenceTexts{"+cid -ada +ben"}));
}

TYPED_TEST_P(PresenceContract, TellsNothingOfWhoCameAndWentUnheard) {
    this->use_up_the_singles();
    this->join("ada", 1, 0);
    this->join("ben", 2);
    this->leave(1);
    this->join("cid", 3, 20);
    this->leave(3);
    this->pass(100);
    EXPECT_EQ(this->log_.take_texts(), (PresenceTexts{"+ben"}));
    this->pass(60'000);
    EXPECT_TRUE(this->log_.take().empty());
}

TYPED_TEST_P(PresenceContract, TellsOfAWaitingUserAsHeIsByThen) {
    this->use_up_the_singles();
    this->join("ada", 1);
    this->join("ada", 2);
    this->pass(100);
    const auto told = this->log_.take();
    ASSERT_EQ(told.size(), 1u);
    ASSERT_EQ(told[0].changes.size(), 1u);
    EXPECT_EQ(told[0].changes[0].sessions, (std::vector<std::uint64_t>{1, 2}));
    EXPECT_EQ(told[0].changes[0].info, R"({"tab":2})");
}

TYPED_TEST_P(PresenceContract, TellsAtMostFiftyInOneBatch) {
    this->use_up_the_singles();
    for (unsigned n = 0; n < 120; ++n) this->join(this->numbered("u", static_cast<int>(n)), n);
    this->pass(100);
    const auto told = this->log_.take();
    ASSERT_EQ(told.size(), 3u);
    EXPECT_EQ(told[0].changes.size(), 50u);
    EXPECT_EQ(told[1].changes.size(), 50u);
    EXPECT_EQ(told[2].changes.size(), 20u);
    int n = 0;
    for (const auto& batch : told) {
        for (const auto& change : batch.changes) EXPECT_EQ(change.user, this->numbered("u", n++));
    }
}

TYPED_TEST_P(PresenceContract, TellsTheOwnerWhoJoinedThem) {
    auto others = this->entry("ben", 2);
    others.owner = "quote";
    this->join("ada", 1);
    this->join(others);
    const auto singles = this->log_.take();
    ASSERT_EQ(singles.size(), 2u);
    EXPECT_EQ(singles[0].owner, "collaboration");
    EXPECT_EQ(singles[1].owner, "quote");
    this->pass(100);
    this->use_up_the_singles();
    for (unsigned n = 0; n < 120; ++n) {
        auto made = this->entry(this->numbered("u", static_cast<int>(n)), n + 10);
        made.owner = n % 2 ? "quote" : "collaboration";
        this->join(made);
    }
    this->pass(100);
    std::map<std::string, std::size_t> changes;
    for (const auto& batch : this->log_.take()) {
        changes[batch.owner] += batch.changes.size();
        EXPECT_LE(batch.changes.size(), Presence::kBatch);
        for (const auto& change : batch.changes) {
            EXPECT_EQ(batch.owner, (change.user.back() - '0') % 2 ? "quote" : "collaboration") << change.user;
        }
    }
    EXPECT_EQ(changes, (std::map<std::string, std::size_t>{{"collaboration", 60}, {"quote", 60}}));
}

TYPED_TEST_P(PresenceContract, ListsByUserWithTheInfoAndStateOfTheNewestSession) {
    this->join("cid", 5);
    this->join("ada", 1);
    this->join("ben", 3);
    this->join("ada", 2);
    EXPECT_TRUE(this->update(1, R"({"field":"old"})"));
    EXPECT_TRUE(this->update(5, R"({"field":"aoi"})"));
    this->leave(3);
    auto listed = this->list();
    EXPECT_EQ(listed.total, 3u);
    ASSERT_EQ(listed.users.size(), 3u);
    EXPECT_EQ(listed.users[0].user, "ada");
    EXPECT_EQ(listed.users[0].connections, 2u);
    EXPECT_EQ(listed.users[0].info, R"({"tab":2})");
    EXPECT_EQ(listed.users[0].state, "");
    EXPECT_EQ(listed.users[1].user, "ben");
    EXPECT_EQ(listed.users[1].connections, 0u);
    EXPECT_EQ(listed.users[1].info, R"({"tab":3})");
    EXPECT_EQ(listed.users[2].state, R"({"field":"aoi"})");
    EXPECT_TRUE(this->update(2, R"({"field":"new"})"));
    EXPECT_EQ(this->list().users[0].state, R"({"field":"new"})");
    this->leave(2);
    EXPECT_EQ(this->list().users[0].state, R"({"field":"old"})");
    EXPECT_EQ(this->list().users[0].info, R"({"tab":1})");
}

TYPED_TEST_P(PresenceContract, ReplacesTheInfoOfASessionThatIsThere) {
    this->join("ada", 1);
    this->update(1, R"({"field":"aoi"})");
    auto again = this->entry("ada", 1, 0);
    again.info = R"({"name":"Ada"})";
    EXPECT_EQ(this->join(again), 1u);
    EXPECT_EQ(this->list().users[0].info, R"({"name":"Ada"})");
    EXPECT_EQ(this->list().users[0].state, R"({"field":"aoi"})");
    EXPECT_EQ(this->log_.take_texts(), (PresenceTexts{"+ada"}));
    auto other = this->entry("ben", 1);
    EXPECT_EQ(this->try_join(other).error().code, Errc::kInvalid);
    EXPECT_EQ(this->present(), (PresenceTexts{"ada 1"}));
}

TYPED_TEST_P(PresenceContract, ListsAThousandOfMoreAndSaysHowManyThereAre) {
    for (int n = 1200; n > 0; --n) this->join(this->numbered("u", n), static_cast<std::uint64_t>(n));
    const auto listed = this->list();
    EXPECT_EQ(listed.total, 1200u);
    ASSERT_EQ(listed.users.size(), 1000u);
    EXPECT_EQ(listed.users.front().user, this->numbered("u", 1));
    EXPECT_EQ(listed.users.back().user, this->numbered("u", 1000));
}

TYPED_TEST_P(PresenceContract, FindsOnlySessionsThatAreThere) {
    EXPECT_EQ(this->leave(1).error().code, Errc::kNotFound);
    EXPECT_EQ(this->update(1, "{}").error().code, Errc::kNotFound);
    this->join("ada", 1);
    EXPECT_EQ(this->update(2, "{}").error().code, Errc::kNotFound);
    EXPECT_EQ(this->leave(2).error().code, Errc::kNotFound);
    this->leave(1);
    EXPECT_EQ(this->update(1, "{}").error().code, Errc::kNotFound);
    EXPECT_EQ(this->leave(1).error().code, Errc::kNotFound);
    EXPECT_EQ(this->list({"acme", "quote:2"}).total, 0u);
}

TYPED_TEST_P(PresenceContract, KeepsTenantsAndChannelsApart) {
    auto other_tenant = this->entry("ada", 1, 0);
    other_tenant.channel.tenant = "other";
    auto other_channel = this->entry("ada", 1, 0);
    other_channel.channel.channel = "quote:2";
    EXPECT_EQ(this->join("ada", 1), 1u);
    EXPECT_EQ(this->join(other_tenant), 1u);
    EXPECT_EQ(this->join(other_channel), 1u);
    EXPECT_EQ(this->log_.take().size(), 3u);
    this->update(1, R"({"field":"aoi"})", other_tenant.channel);
    EXPECT_EQ(*this->leave(1, other_channel.channel), 0u);
    const auto told = this->log_.take();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].channel.channel, "quote:2");
    EXPECT_EQ(this->list().users[0].state, "");
    EXPECT_EQ(this->list(other_tenant.channel).users[0].state, R"({"field":"aoi"})");
    EXPECT_EQ(this->list(other_channel.channel).total, 0u);
    // The singles are counted per channel.
    this->pass(100);
    this->use_up_the_singles();
    auto apart = this->entry("ben", 7);
    apart.channel.tenant = "other";
    this->join(apart);
    EXPECT_EQ(this->log_.take_texts(), (PresenceTexts{"+ben"}));
}

TYPED_TEST_P(PresenceContract, RefusesWhatCannotBeRight) {
    const auto invalid = [&](auto change) {
        auto made = this->entry("ada", 1);
        change(made);
        EXPECT_EQ(this->try_join(std::move(made)).error().code, Errc::kInvalid);
    };
    invalid([](auto& made) { made.user.clear(); });
    invalid([](auto& made) { made.user = "a\n"; });
    invalid([](auto& made) { made.channel.tenant.clear(); });
    invalid([](auto& made) { made.channel.channel = std::string(257, 'x'); });
    invalid([](auto& made) { made.info = '"' + std::string(511, 'x') + '"'; });
    invalid([](auto& made) { made.grace_ms = -1; });
    EXPECT_EQ(this->list().total, 0u);
    this->join("ada", 1);
    EXPECT_EQ(this->update(1, '"' + std::string(511, 'x') + '"').error().code, Errc::kInvalid);
    EXPECT_TRUE(this->update(1, '"' + std::string(510, 'x') + '"'));
}

TYPED_TEST_P(PresenceContract, HoldsAHundredThousandSessionsOnAChannel) {
    for (std::uint64_t n = 0; n < 100'000; ++n) {
        ASSERT_EQ(this->join(this->numbered("u", static_cast<int>(n % 50'000)), n), n / 50'000 + 1);
    }
    EXPECT_EQ(this->try_join(this->entry("ada", 100'000)).error().code, Errc::kBusy);
    EXPECT_EQ(this->join("u000000", 0), 2u);  // it is there already
    EXPECT_EQ(*this->leave(7), 1u);
    EXPECT_EQ(this->join("ada", 100'000), 1u);
    EXPECT_EQ(this->list().total, 50'001u);
}

TYPED_TEST_P(PresenceContract, LetsTheToldCallBack) {
    PresenceTexts told;
    bool inside = false;
    this->presence_->on_changes([&](PresenceBatch batch) {
        EXPECT_FALSE(inside);  // one after the other, also in one thread
        inside = true;
        for (const auto& change : batch.changes) {
            told.push_back(change.user);
            if (change.user == "ada") this->join("ben", 2);
        }
        inside = false;
    });
    this->join("ada", 1);
    EXPECT_EQ(told, (PresenceTexts{"ada", "ben"}));
}

// Every user's comings and leavings are told by turns, in their order and one at a time, whoever calls.
TYPED_TEST_P(PresenceContract, TellsOfAChannelOneAfterTheOtherInAStormOfCalls) {
    std::atomic<int> telling{0};
    std::atomic<int> overlaps{0};
    std::map<std::string, bool> there;  // written by one teller at a time, or the sanitizer says so
    int out_of_turn = 0;
    this->presence_->on_changes([&](PresenceBatch batch) {
        if (telling.fetch_add(1) != 0) ++overlaps;
        for (const auto& change : batch.changes) {
            bool& is_there = there[change.user];
            out_of_turn += is_there == change.joined;
            is_there = change.joined;
        }
        telling.fetch_sub(1);
    });
    std::atomic<bool> over{false};
    std::thread sweeper([&] {
        while (!over) {
            this->clock_.advance_ms(1);
            this->presence_->sweep();
        }
    });
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (unsigned n = 0; n < 1000; ++n) {
                const std::string user = "u" + std::to_string((n + t) % 5);
                this->join(user, t, n % 3 ? 0 : 2);
                if (n % 8 == 0) this->list();
                this->leave(t);
            }
            this->join("u" + std::to_string(t), t);
        });
    }
    for (auto& thread : threads) thread.join();
    over = true;
    sweeper.join();
    this->pass(1000);
    EXPECT_EQ(overlaps, 0);
    EXPECT_EQ(out_of_turn, 0);
    std::set<std::string> heard;
    for (const auto& [user, is_there] : there) {
        if (is_there) heard.insert(user);
    }
    EXPECT_EQ(heard, (std::set<std::string>{"u0", "u1", "u2", "u3"}));
}

REGISTER_TYPED_TEST_SUITE_P(PresenceContract, TellsOfAUserWithHisFirstSessionOnly,
                            TellsOfALeavingAfterTheGraceOfTheLastSession, TellsNothingOfWhoCameBackWithinHisGrace,
                            TellsAtOnceOfWhoLeavesWithoutAGrace, EndsAGraceByTheClockWhoeverLooks,
                            TellsTenAtOnceAndTheRestAtTheEndOfTheWindow, TellsWhatWaitedBeforeWhatComesAfterTheWindow,
                            TellsComingsAndLeavingsInTheirOrder, TellsNothingOfWhoCameAndWentUnheard,
                            TellsOfAWaitingUserAsHeIsByThen, TellsAtMostFiftyInOneBatch, TellsTheOwnerWhoJoinedThem,
                            ListsByUserWithTheInfoAndStateOfTheNewestSession, ReplacesTheInfoOfASessionThatIsThere,
                            ListsAThousandOfMoreAndSaysHowManyThereAre, FindsOnlySessionsThatAreThere,
                            KeepsTenantsAndChannelsApart, RefusesWhatCannotBeRight,
                            HoldsAHundredThousandSessionsOnAChannel, LetsTheToldCallBack,
                            TellsOfAChannelOneAfterTheOtherInAStormOfCalls);

}  // namespace tidegate::contract
