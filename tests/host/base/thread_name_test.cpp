#include "base/thread_name.hpp"

#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <thread>

namespace tidegate {
namespace {

std::string name_after(const std::string& name) {
    std::array<char, 16> kept{};
    std::thread([&] {
        name_thread(name);
        ::pthread_getname_np(::pthread_self(), kept.data(), kept.size());
    }).join();
    return kept.data();
}

TEST(ThreadName, IsWhatTheKernelShows) { EXPECT_EQ(name_after("worker-3"), "worker-3"); }

TEST(ThreadName, IsCutRatherThanRefused) { EXPECT_EQ(name_after("a-name-beyond-the-limit"), "a-name-beyond-t"); }

}  // namespace
}  // namespace tidegate
