#include "rating/premium.hpp"

#include <gtest/gtest.h>

#include "rating_fixture.hpp"

namespace tidegate::rating {
namespace {

using testing::dec;
using testing::finished;
using testing::home_quote;
using testing::homeowners_catalog;

InstallmentPlan plan_of(int count) {
    InstallmentPlan plan;
    for (int i = 0; i < count; ++i) plan.due_months.push_back(i);
    return plan;
}

TEST(Premium, SplitsInstalmentsInExactCentsWithTheRemainderFirst) {
    const auto twelve = split_installments(plan_of(12), dec("1000.00"));
    EXPECT_EQ(twelve.front().amount.to_fixed(2), "83.37");
    for (std::size_t i = 1; i < 12; ++i) EXPECT_EQ(twelve[i].amount.to_fixed(2), "83.33");
    for (const Installment& part : split_installments(plan_of(6), dec("1179.00"))) {
        EXPECT_EQ(part.amount.to_fixed(2), "196.50");
    }
    EXPECT_EQ(split_installments(plan_of(1), dec("501")).front().amount.to_fixed(2), "501.00");
}

TEST(Premium, WritesTheProtocolObject) {
    const ManualCatalog catalog = homeowners_catalog();
    EXPECT_EQ(premium_json(finished(catalog, home_quote().dump()).premium()),
              R"({"base":500.00,"total":501.00,"monthly":41.75,)"
              R"("factors":{"aoi":1.04,"terr":1.1,"pc":1.15,"tier":1,"ded":0.85},)"
              R"("discounts":[{"name":"new_home","amount":111.83,"percentage":20},)"
              R"({"name":"claims_free_5y","amount":55.91,"percentage":10}],)"
              R"("installments":[{"due_month":0,"amount":41.75},{"due_month":1,"amount":41.75},)"
              R"({"due_month":2,"amount":41.75},{"due_month":3,"amount":41.75},{"due_month":4,"amount":41.75},)"
              R"({"due_month":5,"amount":41.75},{"due_month":6,"amount":41.75},{"due_month":7,"amount":41.75},)"
              R"({"due_month":8,"amount":41.75},{"due_month":9,"amount":41.75},{"due_month":10,"amount":41.75},)"
              R"({"due_month":11,"amount":41.75}],"currency":"USD"})");
}

TEST(Premium, NamesNoDiscountThatWasNotGranted) {
    nlohmann::json quote = home_quote();
    quote["new_home"] = false;
    quote["claims_free_5y"] = false;
    const ManualCatalog catalog = homeowners_catalog();
    EXPECT_TRUE(finished(catalog, quote.dump()).premium().discounts.empty());
    quote["multi_policy"] = true;
    const Calculation done = finished(catalog, quote.dump());
    ASSERT_EQ(done.premium().discounts.size(), 1U);
    EXPECT_EQ(done.premium().discounts[0].name, "multi_policy");
    EXPECT_EQ(done.premium().discounts[0].amount, done.steps()[7].before - done.steps()[7].after);
}

}  // namespace
}  // namespace tidegate::rating
