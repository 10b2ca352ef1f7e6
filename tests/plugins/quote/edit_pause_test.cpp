#include "edit_pause.hpp"

#include <gtest/gtest.h>

namespace tidegate::quote {
namespace {

constexpr std::int64_t kMs = 1'000'000;
using Standing = EditPauses::Standing;

PauseTimer timer(std::string name, std::uint64_t revision = 1, std::string quote = "q1") {
    PauseTimer out;
    out.quote_id = std::move(quote);
    out.name = std::move(name);
    out.sub = "ada";
    out.revision = revision;
    return out;
}

TEST(EditPause, HasOneTimerPerBurstOfEdits) {
    EditPauses pauses;
    EXPECT_TRUE(pauses.edited(1, timer("a"), 0));
    EXPECT_FALSE(pauses.edited(1, timer("b"), 10 * kMs));
    EXPECT_TRUE(pauses.edited(1, timer("c", 1, "q2"), 10 * kMs)) << "another quote";
    EXPECT_TRUE(pauses.edited(2, timer("d"), 10 * kMs)) << "another tenant";
    EXPECT_EQ(pauses.size(), 3u);
}

TEST(EditPause, BeginsAfterTheLastEdit) {
    EditPauses pauses;
    pauses.edited(1, timer("a", 4), 0);
    PauseTimer last = timer("b", 7);
    last.sub = "ben";
    pauses.edited(1, last, 100 * kMs);
    PauseTimer fired = timer("a", 4);
    const auto later = pauses.elapsed(1, fired, 150 * kMs);
    EXPECT_EQ(later.standing, Standing::kLater);
    EXPECT_EQ(later.delay_ms, 100u);
    EXPECT_EQ(pauses.elapsed(1, fired, 250 * kMs).standing, Standing::kDue);
    EXPECT_EQ(fired.revision, 7u);
    EXPECT_EQ(fired.sub, "ben");
    EXPECT_EQ(pauses.size(), 0u);
}

TEST(EditPause, ComesASecondAfterTheFirstEditAtTheLatest) {
    EditPauses pauses;
    for (int ms = 0; ms <= 990; ms += 10) pauses.edited(1, timer("a"), ms * kMs);
    PauseTimer fired = timer("a");
    const auto later = pauses.elapsed(1, fired, 990 * kMs);
    EXPECT_EQ(later.standing, Standing::kLater);
    EXPECT_EQ(later.delay_ms, 10u);
    EXPECT_EQ(pauses.elapsed(1, fired, 1000 * kMs).standing, Standing::kDue);
}

TEST(EditPause, AnEditBesideATimerThatEndsIsNotLost) {
    EditPauses pauses;
    pauses.edited(1, timer("a"), 0);
    pauses.edited(1, timer("b"), 100 * kMs);
    PauseTimer fired = timer("a");
    ASSERT_EQ(pauses.elapsed(1, fired, 150 * kMs).standing, Standing::kLater);
    EXPECT_FALSE(pauses.edited(1, timer("c", 9), 151 * kMs)) << "the timer that is set again sees to it";
    ASSERT_EQ(pauses.elapsed(1, fired, 301 * kMs).standing, Standing::kDue);
    EXPECT_EQ(fired.revision, 9u);
    EXPECT_TRUE(pauses.edited(1, timer("d"), 302 * kMs)) << "a burst of its own";
    pauses.forget(1, fired);
    EXPECT_EQ(pauses.size(), 1u) << "which the one before does not take with it";
}

TEST(EditPause, IsDueForAGenerationThatKnowsNothingOfTheTimer) {
    EditPauses pauses;
    PauseTimer fired = timer("a");
    EXPECT_EQ(pauses.elapsed(1, fired, 0).standing, Standing::kDue);
    pauses.edited(1, timer("b"), 0);
    EXPECT_EQ(pauses.elapsed(1, fired, 0).standing, Standing::kOther) << "its own timer will come";
    EXPECT_EQ(pauses.size(), 1u);
}

TEST(EditPause, DoesNotWaitForATimerThatWasLost) {
    EditPauses pauses;
    EXPECT_TRUE(pauses.edited(1, timer("a"), 0));
    EXPECT_FALSE(pauses.edited(1, timer("b"), 9'999 * kMs));
    EXPECT_TRUE(pauses.edited(1, timer("c"), 10'000 * kMs));
    pauses.forget(1, timer("a"));
    EXPECT_EQ(pauses.size(), 1u);
    pauses.forget(1, timer("c"));
    EXPECT_EQ(pauses.size(), 0u);
}

TEST(EditPause, TravelsInATask) {
    const auto read = read_pause(write_pause(timer("a", 9'007'199'254'740'993)));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->quote_id + read->name + read->sub, "q1aada");
    EXPECT_EQ(read->revision, 9'007'199'254'740'993u);
    for (const char* text : {"", "{}", "[]", R"({"quote_id":"q","revision":-1})", R"({"quote_id":7})"}) {
        EXPECT_FALSE(read_pause(text)) << text;
    }
}

}  // namespace
}  // namespace tidegate::quote
