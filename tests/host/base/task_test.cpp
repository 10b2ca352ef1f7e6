#include "base/task.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <vector>

namespace tidegate {
namespace {

TEST(Task, RunsWhatItHolds) {
    int ran = 0;
    Task task([&ran] { ++ran; });
    task();
    EXPECT_EQ(ran, 1);
}

TEST(Task, KeepsAMoveOnlyCapture) {
    auto value = std::make_unique<int>(41);
    int seen = 0;
    Task task([value = std::move(value), &seen] { seen = *value + 1; });
    Task moved(std::move(task));
    EXPECT_FALSE(task);  // NOLINT(bugprone-use-after-move): moved-from is documented as empty
    moved();
    EXPECT_EQ(seen, 42);
}

TEST(Task, KeepsACaptureTooLargeToStayInside) {
    std::array<char, 400> large{};
    large[399] = 'x';
    char seen = 0;
    Task task([large, &seen] { seen = large[399]; });
    std::vector<Task> tasks;
    tasks.push_back(std::move(task));
    tasks.emplace_back([] {});
    tasks[0]();
    EXPECT_EQ(seen, 'x');
}

TEST(Task, DestroysItsCaptureOnce) {
    auto counted = std::make_shared<int>(0);
    {
        Task task([counted] {});
        Task other;
        other = std::move(task);
        EXPECT_EQ(counted.use_count(), 2);
    }
    EXPECT_EQ(counted.use_count(), 1);
}

}  // namespace
}  // namespace tidegate
