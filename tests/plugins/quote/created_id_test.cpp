#include "created_id.hpp"

#include <gtest/gtest.h>

#include "quote_document/identity.hpp"

namespace tidegate::quote {
namespace {

TEST(CreatedId, IsAUuidThatDependsOnUserAndKey) {
    const std::string id = quote_id_of("ada", "k1");
    EXPECT_TRUE(is_quote_id(id));
    EXPECT_EQ(id[14], '8');
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
    EXPECT_EQ(quote_id_of("ada", "k1"), id);
    EXPECT_NE(quote_id_of("ada", "k2"), id);
    EXPECT_NE(quote_id_of("ben", "k1"), id);
    EXPECT_NE(quote_id_of("a", "dak1"), id);
}

}  // namespace
}  // namespace tidegate::quote
