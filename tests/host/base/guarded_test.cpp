#include "base/guarded.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace tidegate {
namespace {

TEST(Guarded, SerialisesWriters) {
    Guarded<int> count(0);
    std::vector<std::thread> writers;
    for (int i = 0; i < 4; ++i) {
        writers.emplace_back([&count] {
            for (int n = 0; n < 10'000; ++n) count.with([](int& value) { ++value; });
        });
    }
    for (auto& writer : writers) writer.join();
    EXPECT_EQ(count.with([](const int& value) { return value; }), 40'000);
}

}  // namespace
}  // namespace tidegate
