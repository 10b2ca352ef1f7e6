#pragma once

// What every adapter of ports/key_values.hpp promises, as one typed suite. An adapter's test instantiates it with a
// fixture that has `std::unique_ptr<KeyValues> open(const Clock&, std::size_t max_bytes)`; each test gets a fixture of
// its own.

#include "base/clock.hpp"
#include "ports/key_values.hpp"
#include "tests/contract/completion.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tidegate::contract {

template <class Fixture>
class KeyValuesContract : public testing::Test {
protected:
    static constexpr std::size_t kMaxBytes = 32 * 1024 * 1024;
    using Field = KeyValues::Field;
    using Fields = std::vector<Field>;
    using Names = std::vector<std::string>;

    void SetUp() override {
        values_ = fixture_.open(clock_, kMaxBytes);
        ASSERT_TRUE(values_);
    }

    static ValueKey key(std::string name) { return {"acme", "quote", std::move(name)}; }
    Result<StoredValue> get(ValueKey key) {
        return outcome_of<StoredValue>([&](auto done) { return values_->get(std::move(key), std::move(done)); });
    }
    Result<StoredValue> get(std::string name) { return get(key(std::move(name))); }
    Result<std::uint64_t> put(ValueKey key, std::string value, std::int64_t ttl_ms = 0,
                              std::optional<std::uint64_t> expected = std::nullopt) {
        return outcome_of<std::uint64_t>([&](auto done) {
            return values_->put(std::move(key), std::move(value), ttl_ms, expected, std::move(done));
        });
    }
    Result<std::uint64_t> put(std::string name, std::string value, std::int64_t ttl_ms = 0,
                              std::optional<std::uint64_t> expected = std::nullopt) {
        return put(key(std::move(name)), std::move(value), ttl_ms, expected);
    }
    Result<std::int64_t> increment(ValueKey key, std::int64_t by, std::int64_t ttl_ms = 0) {
        return outcome_of<std::int64_t>(
            [&](auto done) { return values_->increment(std::move(key), by, ttl_ms, std::move(done)); });
    }
    Result<std::int64_t> increment(std::string name, std::int64_t by, std::int64_t ttl_ms = 0) {
        return increment(key(std::move(name)), by, ttl_ms);
    }
    Result<bool> remove(ValueKey key) {
        return outcome_of<bool>([&](auto done) { return values_->remove(std::move(key), std::move(done)); });
    }
    Result<bool> remove(std::string name) { return remove(key(std::move(name))); }
    Result<bool> expire(ValueKey key, std::int64_t ttl_ms) {
        return outcome_of<bool>([&](auto done) { return values_->expire(std::move(key), ttl_ms, std::move(done)); });
    }
    Result<bool> expire(std::string name, std::int64_t ttl_ms) { return expire(key(std::move(name)), ttl_ms); }
    Result<bool> set_add(ValueKey key, std::string member) {
        return outcome_of<bool>(
            [&](auto done) { return values_->set_add(std::move(key), std::move(member), std::move(done)); });
    }
    Result<bool> set_add(std::string name, std::string member) {
        return set_add(key(std::move(name)), std::move(member));
    }
    Result<bool> set_remove(ValueKey key, std::string member) {
        return outcome_of<bool>(
            [&](auto done) { return values_->set_remove(std::move(key), std::move(member), std::move(done)); });
    }
    Result<bool> set_remove(std::string name, std::string member) {
        return set_remove(key(std::move(name)), std::move(member));
    }
    Result<Names> set_members(ValueKey key) {
        return outcome_of<Names>([&](auto done) { return values_->set_members(std::move(key), std::move(done)); });
    }
    std::set<std::string> members(std::string name) {
        const auto found = set_members(key(std::move(name)));
        EXPECT_TRUE(found) << found.error();
        const auto members = found ? *found : Names();
        std::set<std::string> unique(members.begin(), members.end());
        EXPECT_EQ(unique.size(), members.size());
        return unique;
    }
    Result<bool> hash_set(ValueKey key, Field field) {
        return outcome_of<bool>(
            [&](auto done) { return values_->hash_set(std::move(key), std::move(field), std::move(done)); });
    }
    Result<bool> hash_set(std::string name, std::string field, std::string value) {
        return hash_set(key(std::move(name)), {std::move(field), std::move(value)});
    }
    Result<bool> hash_remove(ValueKey key, std::string field) {
        return outcome_of<bool>(
            [&](auto done) { return values_->hash_remove(std::move(key), std::move(field), std::move(done)); });
    }
    Result<bool> hash_remove(std::string name, std::string field) {
        return hash_remove(key(std::move(name)), std::move(field));
    }
    Result<Fields> hash_all(ValueKey key) {
        return outcome_of<Fields>([&](auto done) { return values_->hash_all(std::move(key), std::move(done)); });
    }
    std::set<Field> fields(std::string name) {
        const auto found = hash_all(key(std::move(name)));
        EXPECT_TRUE(found) << found.error();
        const auto all = found ? *found : Fields();
        std::set<Field> unique(all.begin(), all.end());
        EXPECT_EQ(unique.size(), all.size());
        return unique;
    }
    template <class T>
    static Errc code(const Result<T>& outcome) {
        return outcome ? Errc::kInternal : outcome.error().code;
    }
    static std::string text_of_size(std::size_t bytes) { return std::string(bytes, 'x'); }

    ManualClock clock_;
    Fixture fixture_;
    std::unique_ptr<KeyValues> values_;
};

TYPED_TEST_SUITE_P(KeyValuesContract);

TYPED_TEST_P(KeyValuesContract, GivesBackWhatWasPut) {
    EXPECT_EQ(this->code(this->get("k")), Errc::kNotFound);
    const std::string bytes("a\0\xff", 3);
    const auto version = this->put("k", bytes);
    ASSERT_TRUE(version);
    EXPECT_GT(*version, 0u);
    EXPECT_EQ(this->get("k")->value, bytes);
    EXPECT_EQ(this->get("k")->version, *version);
    ASSERT_TRUE(this->put("k", ""));
    EXPECT_EQ(this->get("k")->value, "");
}

TYPED_TEST_P(KeyValuesContract, RaisesTheVersionWithEveryChangeAlsoOverARemoval) {
    const auto first = *this->put("k", "1");
    const auto second = *this->put("k", "1");
    EXPECT_GT(second, first);
    ASSERT_TRUE(*this->remove("k"));
    const auto third = *this->put("k", "1");
    EXPECT_GT(third, second);
    EXPECT_EQ(this->code(this->put("k", "2", 0, second)), Errc::kConflict);
    ASSERT_TRUE(*this->expire("k", 10));
    this->clock_.advance_ms(10);
    EXPECT_GT(*this->put("k", "1"), third);
}

TYPED_TEST_P(KeyValuesContract, PutsOnlyOnTheExpectedVersion) {
    EXPECT_EQ(this->code(this->put("k", "1", 0, 1)), Errc::kConflict);
    const auto version = this->put("k", "1", 0, 0);
    ASSERT_TRUE(version) << version.error();
    EXPECT_EQ(this->code(this->put("k", "2", 0, 0)), Errc::kConflict);
    EXPECT_EQ(this->code(this->put("k", "2", 0, *version + 1)), Errc::kConflict);
    EXPECT_EQ(this->get("k")->value, "1");
    EXPECT_EQ(this->get("k")->version, *version);
    EXPECT_TRUE(this->put("k", "2", 0, *version));
    EXPECT_EQ(this->code(this->put("k", "3", 0, *version)), Errc::kConflict);
    ASSERT_TRUE(*this->remove("k"));
    EXPECT_TRUE(this->put("k", "4", 0, 0));
}

TYPED_TEST_P(KeyValuesContract, ForgetsAValueExactlyAtItsEnd) {
    ASSERT_TRUE(this->put("k", "1", 1000));
    this->clock_.advance_ms(999);
    EXPECT_TRUE(this->get("k"));
    this->clock_.advance_ms(1);
    EXPECT_EQ(this->code(this->get("k")), Errc::kNotFound);
    EXPECT_FALSE(*this->remove("k"));
    EXPECT_FALSE(*this->expire("k", 1000));
    ASSERT_TRUE(this->put("k", "1", 1000));
    this->clock_.advance_ms(1000);
    EXPECT_TRUE(this->put("k", "2", 0, 0));  // there is no such key
}

TYPED_TEST_P(KeyValuesContract, TakesTheTimeToLiveOfTheLastPut) {
    ASSERT_TRUE(this->put("k", "1", 1000));
    this->clock_.advance_ms(900);
    ASSERT_TRUE(this->put("k", "2", 1000));
    this->clock_.advance_ms(900);
    EXPECT_TRUE(this->get("k"));
    ASSERT_TRUE(this->put("k", "3"));
    this->clock_.advance_ms(1'000'000);
    EXPECT_EQ(this->get("k")->value, "3");
}

TYPED_TEST_P(KeyValuesContract, KeepsTheTimeToLiveWhenItRefusesAPut) {
    ASSERT_TRUE(this->put("k", "1", 1000));
    EXPECT_EQ(this->code(this->put("k", "2", 0, 0)), Errc::kConflict);
    EXPECT_EQ(this->code(this->put("k", this->text_of_size(64 * 1024 + 1))), Errc::kTooLarge);
    this->clock_.advance_ms(1000);
    EXPECT_EQ(this->code(this->get("k")), Errc::kNotFound);
}

TYPED_TEST_P(KeyValuesContract, ExpiresSoonerLaterOrNever) {
    EXPECT_FALSE(*this->expire("k", 1000));
    ASSERT_TRUE(this->put("k", "1"));
    EXPECT_TRUE(*this->expire("k", 1000));
    EXPECT_TRUE(*this->expire("k", 2000));
    this->clock_.advance_ms(1999);
    EXPECT_TRUE(this->get("k"));
    EXPECT_TRUE(*this->expire("k", 0));
    this->clock_.advance_ms(1'000'000);
    EXPECT_TRUE(this->get("k"));
    EXPECT_TRUE(*this->expire("k", 1));
    this->clock_.advance_ms(1);
    EXPECT_FALSE(this->get("k"));
}

TYPED_TEST_P(KeyValuesContract, ExpiresEveryKindOfKey) {
    ASSERT_TRUE(this->set_add("set", "a"));
    ASSERT_TRUE(this->hash_set("hash", "a", "1"));
    ASSERT_TRUE(this->increment("number", 5));
    for (const char* name : {"set", "hash", "number"}) EXPECT_TRUE(*this->expire(name, 10)) << name;
    this->clock_.advance_ms(10);
    EXPECT_TRUE(this->members("set").empty());
    EXPECT_TRUE(this->fields("hash").empty());
    EXPECT_EQ(*this->increment("number", 1), 1);
}

TYPED_TEST_P(KeyValuesContract, CountsFromZeroUpAndDown) {
    EXPECT_EQ(*this->increment("n", 5), 5);
    EXPECT_EQ(*this->increment("n", -7), -2);
    EXPECT_EQ(*this->increment("n", 0), -2);
    EXPECT_TRUE(*this->remove("n"));
    EXPECT_EQ(*this->increment("n", 1), 1);
}

TYPED_TEST_P(KeyValuesContract, EndsACounterWhenItWasMadeToEnd) {
    EXPECT_EQ(*this->increment("n", 1, 1000), 1);
    this->clock_.advance_ms(600);
    EXPECT_EQ(*this->increment("n", 1, 1000), 2);
    this->clock_.advance_ms(399);
    EXPECT_EQ(*this->increment("n", 1), 3);
    this->clock_.advance_ms(1);
    EXPECT_EQ(*this->increment("n", 1), 1);
    this->clock_.advance_ms(1'000'000);
    EXPECT_EQ(*this->increment("n", 1), 2);
}

TYPED_TEST_P(KeyValuesContract, RefusesASumBeyondSixtyFourBits) {
    EXPECT_EQ(*this->increment("n", INT64_MAX), INT64_MAX);
    EXPECT_EQ(this->code(this->increment("n", 1)), Errc::kInvalid);
    EXPECT_EQ(*this->increment("n", 0), INT64_MAX);
    EXPECT_EQ(*this->increment("m", INT64_MIN), INT64_MIN);
    EXPECT_EQ(this->code(this->increment("m", -1)), Errc::kInvalid);
}

TYPED_TEST_P(KeyValuesContract, KeepsSets) {
    using Set = std::set<std::string>;
    EXPECT_TRUE(this->members("s").empty());
    EXPECT_FALSE(*this->set_remove("s", "a"));
    EXPECT_TRUE(*this->set_add("s", "a"));
    EXPECT_TRUE(*this->set_add("s", ""));
    EXPECT_FALSE(*this->set_add("s", "a"));
    EXPECT_EQ(this->members("s"), (Set{"", "a"}));
    EXPECT_TRUE(*this->set_remove("s", "a"));
    EXPECT_FALSE(*this->set_remove("s", "a"));
    EXPECT_EQ(this->members("s"), (Set{""}));
    EXPECT_TRUE(*this->remove("s"));
    EXPECT_TRUE(this->members("s").empty());
}

TYPED_TEST_P(KeyValuesContract, KeepsHashes) {
    using Pairs = std::set<KeyValues::Field>;
    EXPECT_TRUE(this->fields("h").empty());
    EXPECT_FALSE(*this->hash_remove("h", "a"));
    EXPECT_TRUE(*this->hash_set("h", "a", "1"));
    EXPECT_TRUE(*this->hash_set("h", "b", ""));
    EXPECT_FALSE(*this->hash_set("h", "a", "22"));
    EXPECT_EQ(this->fields("h"), (Pairs{{"a", "22"}, {"b", ""}}));
    EXPECT_TRUE(*this->hash_remove("h", "a"));
    EXPECT_FALSE(*this->hash_remove("h", "a"));
    EXPECT_EQ(this->fields("h"), (Pairs{{"b", ""}}));
    EXPECT_TRUE(*this->remove("h"));
    EXPECT_TRUE(this->fields("h").empty());
}

TYPED_TEST_P(KeyValuesContract, HasNoKeyOfASetOrAHashWithoutMembers) {
    ASSERT_TRUE(*this->set_add("k", "a"));
    ASSERT_TRUE(*this->set_remove("k", "a"));
    EXPECT_FALSE(*this->remove("k"));
    ASSERT_TRUE(*this->hash_set("k", "a", "1"));
    ASSERT_TRUE(*this->hash_remove("k", "a"));
    EXPECT_TRUE(this->put("k", "text", 0, 0));
}

TYPED_TEST_P(KeyValuesContract, RefusesACallOfAnotherKind) {
    ASSERT_TRUE(this->put("text", "1"));
    ASSERT_TRUE(this->increment("number", 1));
    ASSERT_TRUE(this->set_add("set", "a"));
    ASSERT_TRUE(this->hash_set("hash", "a", "1"));
    for (const std::string name : {"text", "number", "set", "hash"}) {
        const auto expected = [&](const char* kind) { return name == kind ? Errc::kInternal : Errc::kInvalid; };
        EXPECT_EQ(this->code(this->get(name)), expected("text")) << name;
        EXPECT_EQ(this->code(this->put(name, "2")), expected("text")) << name;
        EXPECT_EQ(this->code(this->increment(name, 1)), expected("number")) << name;
        EXPECT_EQ(this->code(this->set_add(name, "b")), expected("set")) << name;
        EXPECT_EQ(this->code(this->set_remove(name, "b")), expected("set")) << name;
        EXPECT_EQ(this->code(this->set_members(this->key(name))), expected("set")) << name;
        EXPECT_EQ(this->code(this->hash_set(name, "b", "1")), expected("hash")) << name;
        EXPECT_EQ(this->code(this->hash_remove(name, "b")), expected("hash")) << name;
        EXPECT_EQ(this->code(this->hash_all(this->key(name))), expected("hash")) << name;
    }
    for (const char* name : {"text", "number", "set", "hash"}) {
        EXPECT_TRUE(*this->remove(name));
        EXPECT_TRUE(this->put(name, "now a text"));
    }
}

TYPED_TEST_P(KeyValuesContract, KeepsTenantsOwnersAndKeysApart) {
    const std::vector<ValueKey> keys = {
        {"acme", "quote", "k"}, {"other", "quote", "k"}, {"acme", "chat", "k"}, {"acme", "quote", "l"}};
    for (std::size_t n = 0; n < keys.size(); ++n) ASSERT_TRUE(this->put(keys[n], std::to_string(n)));
    ASSERT_TRUE(*this->remove(keys[2]));
    for (std::size_t n = 0; n < keys.size(); ++n) {
        const auto found = this->get(keys[n]);
        ASSERT_EQ(found.has_value(), n != 2);
        if (found) {
            EXPECT_EQ(found->value, std::to_string(n));
        }
    }
}

TYPED_TEST_P(KeyValuesContract, RefusesWhatCannotBeRight) {
    for (const auto& bad : {std::string(), std::string(257, 'x'), std::string("a\nb"), std::string("\xff")}) {
        for (const auto& key :
             {ValueKey{bad, "quote", "k"}, ValueKey{"acme", bad, "k"}, ValueKey{"acme", "quote", bad}}) {
            EXPECT_EQ(this->code(this->get(key)), Errc::kInvalid);
            EXPECT_EQ(this->code(this->put(key, "1")), Errc::kInvalid);
            EXPECT_EQ(this->code(this->increment(key, 1)), Errc::kInvalid);
            EXPECT_EQ(this->code(this->remove(key)), Errc::kInvalid);
            EXPECT_EQ(this->code(this->expire(key, 1)), Errc::kInvalid);
            EXPECT_EQ(this->code(this->set_add(key, "a")), Errc::kInvalid);
            EXPECT_EQ(this->code(this->set_remove(key, "a")), Errc::kInvalid);
            EXPECT_EQ(this->code(this->set_members(key)), Errc::kInvalid);
            EXPECT_EQ(this->code(this->hash_set(key, {"a", "1"})), Errc::kInvalid);
            EXPECT_EQ(this->code(this->hash_remove(key, "a")), Errc::kInvalid);
            EXPECT_EQ(this->code(this->hash_all(key)), Errc::kInvalid);
        }
    }
    ASSERT_TRUE(this->put("k", "1"));
    for (const std::int64_t ttl_ms : {std::int64_t{-1}, INT64_MAX, INT64_MIN}) {
        EXPECT_EQ(this->code(this->put("k", "2", ttl_ms)), Errc::kInvalid);
        EXPECT_EQ(this->code(this->expire("k", ttl_ms)), Errc::kInvalid);
        EXPECT_EQ(this->code(this->increment("n", 1, ttl_ms)), Errc::kInvalid);
    }
    EXPECT_EQ(this->get("k")->value, "1");
}

TYPED_TEST_P(KeyValuesContract, TakesValuesOfSixtyFourKibibytesAndNoLarger) {
    const auto largest = this->text_of_size(64 * 1024);
    const auto larger = this->text_of_size(64 * 1024 + 1);
    EXPECT_TRUE(this->put("text", largest));
    EXPECT_TRUE(this->set_add("set", largest));
    EXPECT_TRUE(this->hash_set("hash", "a", largest));
    EXPECT_EQ(this->code(this->put("text", larger)), Errc::kTooLarge);
    EXPECT_EQ(this->code(this->set_add("set", larger)), Errc::kTooLarge);
    EXPECT_EQ(this->code(this->hash_set("hash", "a", larger)), Errc::kTooLarge);
    EXPECT_EQ(this->code(this->hash_set("hash", larger, "1")), Errc::kTooLarge);
    EXPECT_EQ(this->get("text")->value, largest);
    EXPECT_EQ(this->fields("hash").begin()->second, largest);
}

TYPED_TEST_P(KeyValuesContract, HoldsAHundredThousandMembersAndNoMore) {
    for (int n = 0; n < 100'000; ++n) {
        ASSERT_TRUE(this->set_add("s", std::to_string(n)));
        ASSERT_TRUE(this->hash_set("h", std::to_string(n), ""));
    }
    EXPECT_EQ(this->code(this->set_add("s", "one more")), Errc::kTooLarge);
    EXPECT_FALSE(*this->set_add("s", "0"));
    EXPECT_EQ(this->code(this->hash_set("h", "one more", "")), Errc::kTooLarge);
    EXPECT_FALSE(*this->hash_set("h", "0", "changed"));
    EXPECT_EQ(this->members("s").size(), 100'000u);
    EXPECT_TRUE(*this->set_remove("s", "0"));
    EXPECT_TRUE(*this->set_add("s", "one more"));
}

TYPED_TEST_P(KeyValuesContract, IsBusyBeyondItsBytesUntilSomeAreFree) {
    const auto large = this->text_of_size(64 * 1024);
    int fitted = 0;
    while (fitted < 1000 && this->put("k" + std::to_string(fitted), large)) ++fitted;
    EXPECT_GT(fitted, 256);
    EXPECT_LE(fitted, 512);
    EXPECT_EQ(this->code(this->put("more", large)), Errc::kBusy);
    EXPECT_EQ(this->code(this->get("more")), Errc::kNotFound);
    EXPECT_TRUE(this->put("k0", large));  // takes no more than it had
    EXPECT_TRUE(*this->remove("k0"));
    EXPECT_TRUE(this->put("more", large));
    EXPECT_EQ(this->code(this->set_add("set", large)), Errc::kBusy);
    EXPECT_EQ(this->code(this->hash_set("hash", "a", large)), Errc::kBusy);
    EXPECT_FALSE(*this->remove("set"));
    EXPECT_FALSE(*this->remove("hash"));
    EXPECT_EQ(this->get("k1")->value, large);
}

TYPED_TEST_P(KeyValuesContract, MakesRoomOfWhatHasEnded) {
    const auto large = this->text_of_size(64 * 1024);
    for (int round = 0; round < 5; ++round) {
        for (int n = 0; n < 300; ++n) {
            ASSERT_TRUE(this->put(std::to_string(round) + '/' + std::to_string(n), large, 1000));
        }
        this->clock_.advance_ms(1000);
    }
}

TYPED_TEST_P(KeyValuesContract, NeverLosesBytesOverManyChanges) {
    const auto large = this->text_of_size(60'000);
    for (int n = 0; n < 1500; ++n) {
        const auto part = large.substr(0, static_cast<std::size_t>(1 + n * 37 % 60'000));
        ASSERT_TRUE(this->put("text", part));
        ASSERT_TRUE(this->hash_set("hash", "a", part));
        ASSERT_TRUE(*this->set_add("set", part));
        ASSERT_TRUE(*this->set_remove("set", part));
        ASSERT_TRUE(*this->hash_set("gone", "a", part));
        ASSERT_TRUE(n % 2 ? *this->remove("gone") : *this->hash_remove("gone", "a"));
    }
    int fitted = 0;
    while (fitted < 1000 && this->put("k" + std::to_string(fitted), large)) ++fitted;
    EXPECT_GT(fitted, 500);  // of 32 MiB
}

TYPED_TEST_P(KeyValuesContract, SweepsWhatEndedAndSaysWhetherAnythingCan) {
    EXPECT_FALSE(this->values_->sweep());
    ASSERT_TRUE(this->put("for ever", "1"));
    EXPECT_FALSE(this->values_->sweep());
    ASSERT_TRUE(this->put("soon", "1", 1000));
    ASSERT_TRUE(this->increment("later", 1, 2000));
    EXPECT_TRUE(this->values_->sweep());
    this->clock_.advance_ms(1000);
    EXPECT_TRUE(this->values_->sweep());
    EXPECT_FALSE(this->get("soon"));
    this->clock_.advance_ms(1000);
    EXPECT_FALSE(this->values_->sweep());
    EXPECT_TRUE(this->get("for ever"));
}

TYPED_TEST_P(KeyValuesContract, NamesTheActAndTheKeyItRefuses) {
    ASSERT_TRUE(this->set_add("k", "a"));
    const auto refused = this->get("k");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().text, "get value 'k': the key holds a set");
}

TYPED_TEST_P(KeyValuesContract, CountsEveryIncrementOfManyThreads) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int n = 0; n < 1000; ++n) {
                ASSERT_TRUE(this->increment("n", 1));
                if (n % 100 == 0) this->values_->sweep();
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(*this->increment("n", 0), 4000);
}

TYPED_TEST_P(KeyValuesContract, LosesNoUpdateOfManyThreadsThatCompareAndSet) {
    ASSERT_TRUE(this->put("k", "0"));
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int done = 0; done < 250;) {
                const auto seen = this->get("k");
                ASSERT_TRUE(seen);
                const auto next = std::to_string(std::stoi(seen->value) + 1);
                const auto put = this->put("k", next, 0, seen->version);
                if (put) {
                    ++done;
                } else {
                    ASSERT_EQ(put.error().code, Errc::kConflict);
                }
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(this->get("k")->value, "1000");
}

REGISTER_TYPED_TEST_SUITE_P(KeyValuesContract, GivesBackWhatWasPut, RaisesTheVersionWithEveryChangeAlsoOverARemoval,
                            PutsOnlyOnTheExpectedVersion, ForgetsAValueExactlyAtItsEnd, TakesTheTimeToLiveOfTheLastPut,
                            KeepsTheTimeToLiveWhenItRefusesAPut, ExpiresSoonerLaterOrNever, ExpiresEveryKindOfKey,
                            CountsFromZeroUpAndDown, EndsACounterWhenItWasMadeToEnd, RefusesASumBeyondSixtyFourBits,
                            KeepsSets, KeepsHashes, HasNoKeyOfASetOrAHashWithoutMembers, RefusesACallOfAnotherKind,
                            KeepsTenantsOwnersAndKeysApart, RefusesWhatCannotBeRight,
                            TakesValuesOfSixtyFourKibibytesAndNoLarger, HoldsAHundredThousandMembersAndNoMore,
                            IsBusyBeyondItsBytesUntilSomeAreFree, MakesRoomOfWhatHasEnded,
                            NeverLosesBytesOverManyChanges, SweepsWhatEndedAndSaysWhetherAnythingCan,
                            NamesTheActAndTheKeyItRefuses, CountsEveryIncrementOfManyThreads,
                            LosesNoUpdateOfManyThreadsThatCompareAndSet);

}  // namespace tidegate::contract
