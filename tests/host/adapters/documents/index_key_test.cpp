#include "adapters/documents/index_key.hpp"

#include <gtest/gtest.h>

namespace tidegate {
namespace {

std::string key_of(const std::string& json) { return index_key(*JsonTree::parse(json)).value_or("none"); }

TEST(IndexKey, OrdersValuesAsTheirDecimalsAreOrdered) {
    const char* ascending[] = {"false",
                               "true",
                               "-1e300",
                               "-100.5",
                               "-100",
                               "-12",
                               "-1.2",
                               "-1.1",
                               "-1",
                               "-0.5",
                               "-1e-9",
                               "0",
                               "1e-400",
                               "1e-9",
                               "0.05",
                               "0.5",
                               "0.55",
                               "1",
                               "1.5",
                               "9",
                               "9.99",
                               "10",
                               "99",
                               "100",
                               "123456789012345678.1",
                               "123456789012345678.2",
                               "1e300",
                               R"("")",
                               R"("1")",
                               R"("a")",
                               R"("b")"};
    for (std::size_t i = 1; i < std::size(ascending); ++i) {
        EXPECT_LT(key_of(ascending[i - 1]), key_of(ascending[i])) << ascending[i - 1] << " and " << ascending[i];
    }
}

TEST(IndexKey, IsTheSameForEqualNumbers) {
    for (const char* ten : {"10.0", "10.00", "1e1", "1E+1", "100e-1", "0.1e2"})
        EXPECT_EQ(key_of(ten), key_of("10")) << ten;
    for (const char* zero : {"-0", "0.00", "0e7", "-0.0"}) EXPECT_EQ(key_of(zero), key_of("0")) << zero;
}

TEST(IndexKey, LeavesOutWhatIsNoScalarOrTooLong) {
    EXPECT_EQ(key_of("null"), "none");
    EXPECT_EQ(key_of("[]"), "none");
    EXPECT_EQ(key_of('"' + std::string(513, 'x') + '"'), "none");
    EXPECT_NE(key_of('"' + std::string(512, 'x') + '"'), "none");
}

TEST(IndexCursor, ComesBackAsItWas) {
    const auto cursor = decode_cursor(encode_cursor({"s12:34", "5:6"}));
    ASSERT_TRUE(cursor);
    EXPECT_EQ(cursor->key, "s12:34");
    EXPECT_EQ(cursor->id, "5:6");
    for (const char* text : {"", "x", "5", "9:abc", "-1:a", "99999999999999999999999:a"})
        EXPECT_FALSE(decode_cursor(text)) << text;
}

}  // namespace
}  // namespace tidegate
