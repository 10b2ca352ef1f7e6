#include "quote_document/field_path.hpp"

#include <gtest/gtest.h>

namespace tidegate::quote {
namespace {

TEST(FieldPath, NamesMembersAndElements) {
    std::string deep = "a";
    for (int i = 1; i < 16; ++i) deep += "/a";
    for (const std::string& field :
         {std::string("aoi"), std::string("vehicles/V1/coverages/COLL"), std::string("insured/name"),
          std::string("vehicles/id/vin"), std::string("a b"), std::string("\xC3\xA9"), std::string(128, 'x'), deep}) {
        EXPECT_FALSE(check_field(field)) << field;
    }
    EXPECT_TRUE(check_field(deep + "/a"));
}

TEST(FieldPath, RefusesWhatIsNotAFieldOfAQuote) {
    for (const std::string& field :
         {std::string(), std::string("/aoi"), std::string("aoi/"), std::string("a//b"), std::string(".."),
          std::string("../status"), std::string("a/../b"), std::string("."), std::string("-"), std::string("a/-"),
          std::string("__proto__/x"), std::string("constructor"), std::string("a/prototype"), std::string("insured/id"),
          std::string("id"), std::string("a\0b", 3), std::string("a\x1F"), std::string("a\x7F"),
          std::string(129, 'x')}) {
        EXPECT_TRUE(check_field(field)) << field;
    }
}

TEST(FieldPath, LiesWithinItselfAndItsParents) {
    EXPECT_TRUE(is_within("vehicles/V1", "vehicles/V1"));
    EXPECT_TRUE(is_within("vehicles/V1", "vehicles"));
    EXPECT_TRUE(is_within("vehicles", ""));
    EXPECT_FALSE(is_within("vehicles", "vehicles/V1"));
    EXPECT_FALSE(is_within("vehicles/V12", "vehicles/V1"));
    EXPECT_EQ(top_of("vehicles/V1/vin"), "vehicles");
    EXPECT_EQ(top_of("aoi"), "aoi");
}

}  // namespace
}  // namespace tidegate::quote
