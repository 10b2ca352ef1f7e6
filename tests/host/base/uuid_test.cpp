#include "base/uuid.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace tidegate {
namespace {

TEST(Uuid, MakesVersionFourOnesThatDiffer) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const auto text = random_uuid();
        EXPECT_TRUE(is_uuid(text)) << text;
        EXPECT_EQ(text[14], '4');
        EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos);
        seen.insert(text);
    }
    EXPECT_EQ(seen.size(), 1000u);
}

TEST(Uuid, KnowsTheForm) {
    EXPECT_TRUE(is_uuid("0190b3a0-7c1e-7d5a-9f00-0123456789AB"));
    for (const auto* wrong : {"", "0190b3a07c1e7d5a9f000123456789ab", "0190b3a0-7c1e-7d5a-9f00-0123456789ag",
                              "0190b3a0-7c1e-7d5a-9f00-0123456789a", "0190b3a0-7c1e-7d5a-9f00-0123456789ab ",
                              "../../../../etc/passwd-aaaaaaaaaaaaa"})
        EXPECT_FALSE(is_uuid(wrong)) << wrong;
}

}  // namespace
}  // namespace tidegate
