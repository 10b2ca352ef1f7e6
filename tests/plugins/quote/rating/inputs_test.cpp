#include "rating/inputs.hpp"

#include <gtest/gtest.h>

#include "rating_fixture.hpp"

namespace tidegate::rating {
namespace {

using testing::finished;
using testing::home_quote;
using testing::homeowners_catalog;

std::string failure_of(const nlohmann::json& quote) {
    static const ManualCatalog kCatalog = homeowners_catalog();
    const Calculation calculation = finished(kCatalog, quote.dump());
    if (!calculation.failure()) return "none";
    std::string out = calculation.failure()->code;
    for (const FieldError& error : calculation.failure()->errors) out += " " + error.path + ":" + error.code;
    return out;
}

std::string with(const std::string& name, const nlohmann::json& value) {
    nlohmann::json quote = home_quote();
    quote[name] = value;
    return failure_of(quote);
}

TEST(Inputs, TakeNumbersFromEveryExactSpelling) {
    const ManualCatalog catalog = homeowners_catalog();
    nlohmann::json quote = home_quote();
    quote.erase("aoi");
    const std::string rest = quote.dump().substr(1);
    for (const char* aoi : {"207500", "207500.0", "\"207500\"", "2.075e5", "\"207500.00\"", "2075E2"}) {
        const Calculation done = finished(catalog, "{\"aoi\":" + std::string(aoi) + "," + rest);
        ASSERT_TRUE(done.complete()) << aoi << ": " << done.failure()->message;
        EXPECT_EQ(done.steps()[1].operand.text(), "1.02") << aoi;
        EXPECT_NE(done.trace().json.find(R"("aoi":{"source":"user","value":"207500"})"), std::string::npos) << aoi;
    }
}

TEST(Inputs, RefuseWrongValuesByPathAndCode) {
    EXPECT_EQ(with("aoi", 79500), "invalid aoi:range");
    EXPECT_EQ(with("aoi", 5000500), "invalid aoi:range");
    EXPECT_EQ(with("aoi", 100100), "invalid aoi:step");
    EXPECT_EQ(with("aoi", "lots"), "invalid aoi:type");
    EXPECT_EQ(with("aoi", "2e5"), "invalid aoi:type");
    EXPECT_EQ(with("aoi", true), "invalid aoi:type");
    EXPECT_EQ(with("aoi", nlohmann::json::array({200000})), "invalid aoi:type");
    EXPECT_EQ(with("territory", 1.5), "invalid territory:type");
    EXPECT_EQ(with("territory", 6), "invalid territory:range");
    EXPECT_EQ(with("construction", "straw"), "invalid construction:choice");
    EXPECT_EQ(with("construction", 1), "invalid construction:type");
    EXPECT_EQ(with("deductible", 750), "invalid deductible:choice");
    EXPECT_EQ(with("new_home", 1), "invalid new_home:type");
    EXPECT_EQ(with("new_home", "true"), "invalid new_home:type");
    EXPECT_EQ(with("liability_medpay", "1/1"), "invalid liability_medpay:choice");
    EXPECT_EQ(with("term_months", 6), "invalid term_months:choice");
    EXPECT_EQ(with("state", "Texas"), "invalid state:choice");
    EXPECT_EQ(with("product", "boat"), "invalid product:choice");
    EXPECT_EQ(with("effective_date", "2026-02-30"), "invalid effective_date:date");
    EXPECT_EQ(with("product", std::string(1000, 'x')), "invalid product:too_long");
}

TEST(Inputs, NameEveryMissingFieldAtOnce) {
    nlohmann::json quote = home_quote();
    quote.erase("aoi");
    quote["tier"] = nullptr;
    EXPECT_EQ(failure_of(quote), "incomplete aoi:required tier:required");
    EXPECT_EQ(
        failure_of({{"product", "home"}}),
        "incomplete state:required aoi:required territory:required protection_class:required construction:required "
        "tier:required deductible:required new_home:required claims_free_5y:required multi_policy:required "
        "jewelry:required liability_medpay:required");
    EXPECT_EQ(failure_of(nlohmann::json::object()), "incomplete product:required state:required");
}

TEST(Inputs, NameEveryWrongFieldTogetherWithTheMissing) {
    nlohmann::json quote = home_quote();
    quote.erase("jewelry");
    quote["aoi"] = -1;
    quote["tier"] = "E";
    EXPECT_EQ(failure_of(quote), "invalid aoi:range tier:choice jewelry:required");
}

TEST(Inputs, IgnoreFieldsNoManualNamesAndTakeNullForAbsent) {
    nlohmann::json quote = home_quote();
    quote["vehicles"] = nlohmann::json::array({{{"id", "V1"}}});
    quote["term_months"] = nullptr;
    quote["effective_date"] = nullptr;
    EXPECT_EQ(failure_of(quote), "none");
}

TEST(Inputs, RefuseQuoteDataThatIsNoObject) {
    const ManualCatalog catalog = homeowners_catalog();
    for (const char* text : {"", "[]", "7", "{", "{\"aoi\":1,\"aoi\":2}", "{\"aoi\":1e999}", "null"}) {
        const Calculation done = finished(catalog, text);
        ASSERT_TRUE(done.failure()) << text;
        EXPECT_EQ(done.failure()->code, "invalid") << text;
        EXPECT_EQ(done.phases_run(), 1) << text;
    }
}

}  // namespace
}  // namespace tidegate::rating
