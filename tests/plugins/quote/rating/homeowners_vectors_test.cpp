// The seven published homeowners vectors, every step of each, against the manual as shipped.
#include <gtest/gtest.h>

#include "rating_fixture.hpp"

namespace tidegate::rating {
namespace {

using testing::dec;
using testing::finished;
using testing::homeowners_catalog;
using testing::homeowners_json;
using testing::read_source_file;

nlohmann::json golden() { return nlohmann::json::parse(read_source_file("tests/golden/rating/wm_homeowners.json")); }

void expect_steps(const nlohmann::json& vector, const std::vector<StepRecord>& steps) {
    ASSERT_EQ(steps.size(), vector["steps"].size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const nlohmann::json& expected = vector["steps"][i];
        EXPECT_EQ(steps[i].step, expected["step"].get<std::string>());
        EXPECT_EQ(steps[i].after, dec(expected["after"].get<std::string>())) << steps[i].step;
        if (expected.contains("factor")) {
            EXPECT_EQ(steps[i].operand, Ratio(dec(expected["factor"].get<std::string>()))) << steps[i].step;
        }
    }
}

TEST(HomeownersManual, ReproducesEveryStepOfEveryVector) {
    const ManualCatalog catalog = homeowners_catalog();
    const nlohmann::json vectors = golden()["vectors"];
    ASSERT_EQ(vectors.size(), 7U);
    for (const char* state : {"US-TX", "US-IL"}) {
        for (const nlohmann::json& vector : vectors) {
            SCOPED_TRACE(vector["name"].get<std::string>());
            nlohmann::json quote = vector["in"];
            quote["product"] = "home";
            quote["state"] = state;
            const Calculation done = finished(catalog, quote.dump());
            ASSERT_TRUE(done.complete()) << done.failure()->message;
            expect_steps(vector, done.steps());
            EXPECT_EQ(done.premium().total, dec(vector["premium"].get<std::string>()));
        }
    }
}

TEST(HomeownersManual, CarriesTheSameSevenVectorsAsItsOwnTests) {
    const nlohmann::json tests = homeowners_json()["tests"];
    const nlohmann::json vectors = golden()["vectors"];
    ASSERT_EQ(tests.size(), vectors.size());
    for (std::size_t i = 0; i < tests.size(); ++i) {
        EXPECT_EQ(tests[i]["expect"]["total"], vectors[i]["premium"]);
        EXPECT_EQ(tests[i]["expect"]["steps"].size(), vectors[i]["steps"].size());
    }
}

TEST(HomeownersManual, IsRefusedWhenItMultipliesTheDiscountsThatAdd) {
    nlohmann::json json = homeowners_json();
    json["steps"][6]["expr"] = "(1 - new_home_disc) * (1 - claims_free_disc)";
    const ManualLoad load = Manual::load(json.dump());
    ASSERT_FALSE(load.manual);
    EXPECT_NE(load.text().find("tests[0] (H1): step newhome+claimsfree: expected 391.39, got 402.57"),
              std::string::npos)
        << load.text();
    EXPECT_NE(load.text().find("tests[0] (H1): total: expected 501.00, got 513.00"), std::string::npos) << load.text();
    // H4, H5, H6 and H7 grant at most one of the two: multiplied or added, they are the same.
    EXPECT_EQ(load.text().find("(H4)"), std::string::npos);
    EXPECT_EQ(load.text().find("(H7)"), std::string::npos);
}

TEST(HomeownersManual, IsRefusedWhenItRoundsOnlyAtTheEnd) {
    nlohmann::json json = homeowners_json();
    for (nlohmann::json& step : json["steps"]) step["round"] = {{"quantum", "1"}, {"mode", "HALF_UP"}};
    EXPECT_FALSE(Manual::load(json.dump()).manual);
}

}  // namespace
}  // namespace tidegate::rating
