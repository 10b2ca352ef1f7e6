#include "rated_fields.hpp"

#include <gtest/gtest.h>

#include "manuals.hpp"

namespace tidegate::quote {
namespace {

TEST(RatedFields, AreTheManualsInputsAndWhatChoosesAManual) {
    const LoadedManuals loaded = load_manuals(std::string(QUOTE_SOURCE_ROOT) + "/plugins/quote/manuals");
    ASSERT_TRUE(loaded.catalog) << loaded.refusal;
    for (const char* field : {"aoi", "tier", "liability_medpay", "product", "state", "effective_date", "currency",
                              "term_months", "aoi/x"}) {
        EXPECT_TRUE(is_rated(*loaded.catalog, field)) << field;
    }
    for (const char* field : {"notes", "insured/name", "zip", "ao", "aoix", "vehicles/V1/aoi", ""}) {
        EXPECT_FALSE(is_rated(*loaded.catalog, field)) << field;
    }
}

TEST(RatedFields, WithoutManualsAreWhatChoosesOne) {
    const rating::ManualCatalog none;
    EXPECT_TRUE(is_rated(none, "state"));
    EXPECT_FALSE(is_rated(none, "aoi"));
}

}  // namespace
}  // namespace tidegate::quote
