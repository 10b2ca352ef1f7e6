#include "metrics/distinct.hpp"

#include <gtest/gtest.h>

namespace tidegate::analytics {
namespace {

TEST(Distinct, IsExactWhileSmall) {
    Distinct users;
    for (int round = 0; round < 3; ++round) {
        for (std::size_t i = 0; i < Distinct::kExactUpTo; ++i) users.add("user" + std::to_string(i));
    }
    EXPECT_TRUE(users.exact());
    EXPECT_EQ(users.count(), Distinct::kExactUpTo);
}

TEST(Distinct, IsWithinThreeStandardErrorsBeyond) {
    Distinct users;
    std::size_t added = 0;
    for (const std::size_t upto : {600U, 2000U, 5000U, 11'000U, 50'000U, 300'000U}) {
        for (; added < upto; ++added) users.add("user" + std::to_string(added));
        users.add("user0");
        EXPECT_FALSE(users.exact());
        EXPECT_NEAR(static_cast<double>(users.count()), static_cast<double>(upto), static_cast<double>(upto) * 0.049);
    }
}

TEST(Distinct, IsTheSameAfterSaveAndLoad) {
    Distinct users;
    for (std::size_t i = 0; i <= 700; ++i) {
        Distinct loaded;
        ASSERT_TRUE(loaded.load(users.save())) << i;
        ASSERT_EQ(loaded.count(), users.count());
        ASSERT_EQ(loaded.save(), users.save());
        users.add(std::to_string(i));
    }
    EXPECT_EQ(stable_hash("user"), stable_hash("user"));
}

TEST(Distinct, LoadsNothingElse) {
    const std::string twice = "00000000000000010000000000000001";
    for (const std::string& saved : {std::string("1"), std::string("R"), twice, std::string(16, 'g'),
                                     "R" + std::string(4096, '@'), std::string(16 * 513, '0')}) {
        EXPECT_FALSE(Distinct().load(saved)) << saved.substr(0, 40);
    }
}

}  // namespace
}  // namespace tidegate::analytics
