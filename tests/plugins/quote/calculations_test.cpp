#include "calculations.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace tidegate::quote {
namespace {

Ticket ticket(const std::string& id, std::uint64_t revision, std::int64_t started_ns = 0) {
    Ticket out;
    out.calculation_id = id;
    out.quote_id = "q";
    out.revision = revision;
    out.started_ns = started_ns;
    return out;
}

TEST(Calculations, OfANewerStartSupersedesTheOneBefore) {
    Calculations calculations;
    Ticket first = ticket("a", 1, 50), second = ticket("b", 1, 50);
    calculations.begin(0, first);
    EXPECT_EQ(calculations.judge(0, first).standing, Standing::kCurrent);
    calculations.begin(0, second);
    EXPECT_GT(second.started_ns, first.started_ns);
    const Verdict verdict = calculations.judge(0, first);
    EXPECT_EQ(verdict.standing, Standing::kSuperseded);
    EXPECT_EQ(verdict.superseded_by, "b");
    EXPECT_EQ(calculations.judge(0, second).standing, Standing::kCurrent);
}

TEST(Calculations, AreAdoptedFromTicketsAndTheNewestStays) {
    for (const bool newest_first : {true, false}) {
        Calculations calculations;  // of a new generation
        const Ticket old = ticket("z", 1, 10), fresh = ticket("a", 2, 20);
        if (newest_first) {
            EXPECT_EQ(calculations.judge(0, fresh).standing, Standing::kCurrent);
            EXPECT_EQ(calculations.judge(0, old).superseded_by, "a");
        } else {
            EXPECT_EQ(calculations.judge(0, old).standing, Standing::kCurrent);
            EXPECT_EQ(calculations.judge(0, fresh).standing, Standing::kCurrent);
            EXPECT_EQ(calculations.judge(0, old).superseded_by, "a");
        }
        EXPECT_EQ(calculations.judge(0, fresh).standing, Standing::kCurrent);
    }
}

TEST(Calculations, OfOneMomentHaveOneWinner) {
    Calculations calculations;
    const Ticket a = ticket("a", 1, 10), b = ticket("b", 1, 10);
    calculations.judge(0, a);
    calculations.judge(0, b);
    int current = 0;
    for (int i = 0; i < 3; ++i) {
        current += calculations.judge(0, a).standing == Standing::kCurrent;
        EXPECT_EQ(calculations.judge(0, b).standing, Standing::kCurrent);
    }
    EXPECT_EQ(current, 0);
}

TEST(Calculations, CoverTheRevisionsUpToTheirOwnWhileTheyRun) {
    Calculations calculations;
    Ticket running = ticket("a", 5);
    EXPECT_FALSE(calculations.covers(0, "q", 5));
    calculations.begin(0, running);
    EXPECT_TRUE(calculations.covers(0, "q", 5));
    EXPECT_FALSE(calculations.covers(0, "q", 6));
    EXPECT_FALSE(calculations.covers(1, "q", 5));
    calculations.cancel(0, "q", "a");
    EXPECT_FALSE(calculations.covers(0, "q", 5));
}

TEST(Calculations, AreCancelledOnceAndOnlyWhileTheyRun) {
    Calculations calculations;
    Ticket running = ticket("a", 1);
    EXPECT_FALSE(calculations.cancel(0, "q", "a"));
    calculations.begin(0, running);
    EXPECT_FALSE(calculations.cancel(0, "q", "b"));
    EXPECT_FALSE(calculations.cancel(0, "other", "a"));
    EXPECT_FALSE(calculations.cancel(1, "q", "a"));  // another tenant's
    EXPECT_TRUE(calculations.cancel(0, "q", "a"));
    EXPECT_FALSE(calculations.cancel(0, "q", "a"));
    EXPECT_EQ(calculations.judge(0, running).standing, Standing::kCancelled);
    calculations.end(0, running);
    EXPECT_EQ(calculations.size(), 0u);
}

TEST(Calculations, KeepTheWorkOfTheCurrentOneOnly) {
    Calculations calculations;
    Ticket first = ticket("a", 1), second = ticket("b", 2);
    const auto work = [] {
        return std::make_unique<Running>(std::make_shared<rating::ManualCatalog>(), "{}", rating::Date{},
                                         rating::CalculationIds{});
    };
    calculations.begin(0, first);
    EXPECT_FALSE(calculations.take(0, first));
    calculations.keep(0, first, work());
    EXPECT_TRUE(calculations.take(0, first));
    EXPECT_FALSE(calculations.take(0, first));
    calculations.keep(0, first, work());
    calculations.begin(0, second);
    EXPECT_FALSE(calculations.take(0, first));
    calculations.keep(0, first, work());
    EXPECT_FALSE(calculations.take(0, second));
    calculations.end(0, first);
    EXPECT_EQ(calculations.size(), 1u);
    calculations.end(0, second);
    EXPECT_EQ(calculations.size(), 0u);
}

TEST(Calculations, OfDifferentQuotesRunAtOnce) {
    Calculations calculations;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&calculations, t] {
            for (int i = 0; i < 500; ++i) {
                Ticket mine = ticket("c" + std::to_string(i), static_cast<std::uint64_t>(i) + 1);
                mine.quote_id = "q" + std::to_string(t);
                calculations.begin(0, mine);
                EXPECT_EQ(calculations.judge(0, mine).standing, Standing::kCurrent);
                if (i % 2) calculations.end(0, mine);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(calculations.size(), 0u);
}

}  // namespace
}  // namespace tidegate::quote
