#include "base/session_id.hpp"

#include <gtest/gtest.h>

namespace tidegate {
namespace {

TEST(SessionId, KeepsLoopSlotAndGeneration) {
    const SessionId id(3, 0x123456, 0xdeadbeef);
    EXPECT_EQ(id.loop(), 3u);
    EXPECT_EQ(id.slot(), 0x123456u);
    EXPECT_EQ(id.generation(), 0xdeadbeefu);
    EXPECT_EQ(SessionId(id.bits()), id);
}

TEST(SessionId, NamesNoSessionByDefault) { EXPECT_FALSE(SessionId()); }

TEST(SessionId, TellsGenerationsOfASlotApart) { EXPECT_NE(SessionId(0, 7, 1), SessionId(0, 7, 2)); }

}  // namespace
}  // namespace tidegate
