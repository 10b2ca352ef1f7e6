#include "rating/engine.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <random>

#include "rating/verifier.hpp"
#include "rating_fixture.hpp"

namespace tidegate::rating {
namespace {

using nlohmann::json;
using testing::day;
using testing::dec;
using testing::finished;
using testing::home_quote;
using testing::homeowners_catalog;
using testing::homeowners_json;

std::vector<PhaseResult> phases_of(const ManualCatalog& catalog, const json& quote) {
    Calculation calculation(catalog, quote.dump(), day("2026-03-01"));
    std::vector<PhaseResult> out;
    while (!calculation.finished()) out.push_back(calculation.run_next());
    return out;
}

TEST(Calculation, RunsTheTenNamedPhases) {
    const ManualCatalog catalog = homeowners_catalog();
    const auto phases = phases_of(catalog, home_quote());
    ASSERT_EQ(phases.size(), 10U);
    const char* names[] = {"Validating input data",       "Loading rate tables",         "Calculating base premium",
                           "Applying territory factors",  "Calculating vehicle factors", "Assessing driver risk",
                           "Applying coverage modifiers", "Running AI risk assessment",  "Calculating discounts",
                           "Finalizing premium"};
    for (std::size_t i = 0; i < 10; ++i) {
        EXPECT_EQ(phases[i].step, names[i]);
        EXPECT_EQ(phases[i].phase, static_cast<int>(i) + 1);
        EXPECT_EQ(phases[i].percentage, (static_cast<int>(i) + 1) * 10);
        EXPECT_TRUE(json::parse(phases[i].detail).is_object());
    }
}

TEST(Calculation, StreamsTheRealWorkOfEachPhase) {
    const ManualCatalog catalog = homeowners_catalog();
    std::vector<json> details;
    for (const PhaseResult& phase : phases_of(catalog, home_quote())) details.push_back(json::parse(phase.detail));
    EXPECT_EQ(details[0]["inputs"]["term_months"], json({{"value", "12"}, {"source", "default"}}));
    EXPECT_EQ(details[1]["manual"]["code"], "HO-WGIC");
    EXPECT_EQ(details[1]["manual"]["effective"]["from"], "2000-01-01");
    EXPECT_EQ(details[1]["manual"]["sha256"].get<std::string>().size(), 64U);
    EXPECT_EQ(details[1]["considered"][0]["chosen"], true);
    EXPECT_EQ(details[2]["steps"][0]["after"], "500.00");
    EXPECT_EQ(details[2]["subtotal"], "520.00");
    EXPECT_EQ(details[3]["steps"][0]["keys"]["territory"], "4");
    EXPECT_EQ(details[3]["steps"][0]["operand"], "1.1");
    EXPECT_EQ(details[4]["steps"][0]["row"], "7|frame");
    EXPECT_EQ(details[4]["also"][0]["row"], "215000");
    EXPECT_EQ(details[5]["steps"][0]["step"], "tier");
    EXPECT_EQ(details[6]["steps"][0]["step"], "ded");
    EXPECT_EQ(details[7], json({{"skipped", true}, {"reason", "no model for product home"}}));
    EXPECT_EQ(details[8]["before"], "559.13");
    EXPECT_EQ(details[8]["after"], "391.39");
    EXPECT_EQ(details[8]["amount"], "167.74");
    EXPECT_EQ(details[8]["discounts"][1]["amount"], "55.91");
    EXPECT_EQ(details[9]["total"], "501.00");
    EXPECT_EQ(details[9]["charges"][1], json({{"category", "fee"}, {"type", "fee"}, {"amount", "50.00"}}));
    EXPECT_EQ(details[9]["charges"][0]["amount"], "451.00");
    EXPECT_EQ(details[9]["bindable"], true);
}

TEST(Calculation, ResumesByRunningAsManyPhasesAgain) {
    const ManualCatalog catalog = homeowners_catalog();
    const auto whole = phases_of(catalog, home_quote());
    for (int stop = 0; stop <= 10; ++stop) {
        Calculation resumed(catalog, home_quote().dump(), day("2026-03-01"));
        for (int i = 0; i < stop; ++i) resumed.run_next();
        EXPECT_EQ(resumed.phases_run(), stop);
        for (int i = stop; i < 10; ++i) EXPECT_EQ(resumed.run_next().detail, whole[static_cast<std::size_t>(i)].detail);
        EXPECT_TRUE(resumed.complete());
        EXPECT_EQ(resumed.run_next().phase, 0);
    }
}

TEST(Calculation, EndsInPhaseTwoWhenNoManualFits) {
    const ManualCatalog catalog = homeowners_catalog();
    json quote = home_quote();
    quote["state"] = "US-CA";
    const Calculation elsewhere = finished(catalog, quote.dump());
    ASSERT_TRUE(elsewhere.failure());
    EXPECT_EQ(elsewhere.failure()->code, "no_manual");
    EXPECT_EQ(elsewhere.phases_run(), 2);
    EXPECT_EQ(elsewhere.failure()->errors[0].message, "HO-WGIC 2016.1 does not cover US-CA");
    quote["state"] = "US-TX";
    quote["effective_date"] = "1999-12-31";
    EXPECT_EQ(finished(catalog, quote.dump()).failure()->code, "no_manual");
    quote["product"] = "auto";
    EXPECT_EQ(finished(catalog, quote.dump()).failure()->code, "no_manual");
    EXPECT_EQ(finished(ManualCatalog(), home_quote().dump()).failure()->code, "no_manual");
}

TEST(Calculation, RaisesReferralsWithoutWithholdingThePremium) {
    const ManualCatalog catalog = homeowners_catalog();
    json quote = home_quote();
    quote["aoi"] = 1000500;
    quote["protection_class"] = 10;
    quote["effective_date"] = "2026-02-28";
    const Calculation done = finished(catalog, quote.dump());
    ASSERT_TRUE(done.complete());
    ASSERT_EQ(done.flags().size(), 3U);
    EXPECT_EQ(done.flags()[0].id, "aoi_above_authority");
    EXPECT_EQ(done.flags()[2].id, "back_dated");
    EXPECT_EQ(done.flags()[2].kind, "referral");
    EXPECT_GT(done.premium().total, Decimal(0));
    EXPECT_TRUE(finished(catalog, home_quote().dump()).flags().empty());
}

TEST(Calculation, FindsIneligibleInputInvalidAndFlagsADecline) {
    json manual = homeowners_json();
    manual["rules"]["eligibility"] = json::array({{{"id", "no_frame_10"},
                                                   {"path", "construction"},
                                                   {"when", "not (protection_class == 10 and construction == 'frame')"},
                                                   {"message", "Frame houses in class 10 are not written"}}});
    manual["rules"]["decline"] =
        json::array({{{"id", "tier_d_big"}, {"when", "tier in ('D') and aoi > 500000"}, {"message", "Declined"}}});
    manual["tests"].erase(5);  // a frame house in class 10
    const ManualLoad load = Manual::load(manual.dump());
    ASSERT_TRUE(load.manual) << load.text();
    ManualCatalog catalog;
    ASSERT_FALSE(catalog.add(load.manual));
    json quote = home_quote();
    quote["protection_class"] = 10;
    const Calculation refused = finished(catalog, quote.dump());
    ASSERT_TRUE(refused.failure());
    EXPECT_EQ(refused.failure()->code, "invalid");
    EXPECT_EQ(errors_json(refused.failure()->errors),
              R"([{"path":"construction","code":"ineligible","message":"Frame houses in class 10 are not written"}])");
    quote = home_quote();
    quote["tier"] = "D";
    quote["aoi"] = 600000;
    const Calculation declined = finished(catalog, quote.dump());
    ASSERT_TRUE(declined.complete());
    EXPECT_EQ(flags_json(declined.flags()), R"([{"id":"tier_d_big","kind":"decline","message":"Declined"}])");
}

TEST(Calculation, FailsInsteadOfOverflowing) {
    json manual = homeowners_json();
    manual["tables"]["tier_factor"]["rows"][3][1] = "99999999999999999999999999999999999999";
    manual["tests"] = json::array({manual["tests"][0]});  // tier C
    const ManualLoad load = Manual::load(manual.dump());
    ASSERT_TRUE(load.manual) << load.text();
    ManualCatalog catalog;
    ASSERT_FALSE(catalog.add(load.manual));
    json quote = home_quote();
    quote["tier"] = "D";
    const Calculation done = finished(catalog, quote.dump());
    ASSERT_TRUE(done.failure());
    EXPECT_EQ(done.phases_run(), 6);
    EXPECT_EQ(done.failure()->code, "invalid");
    EXPECT_NE(done.failure()->message.find("does not fit"), std::string::npos);
}

json random_quote(std::mt19937_64& random) {
    const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    json quote = home_quote();
    quote["aoi"] = 80000 + 500 * static_cast<int>(random() % 9841);
    quote["territory"] = 1 + pick(5);
    quote["protection_class"] = 1 + pick(10);
    quote["construction"] = std::array{"frame", "masonry"}[pick(2)];
    quote["tier"] = std::array{"A", "B", "C", "D"}[pick(4)];
    quote["deductible"] = std::array{250, 500, 1000, 5000}[pick(4)];
    quote["new_home"] = pick(2) == 0;
    quote["claims_free_5y"] = pick(2) == 0;
    quote["multi_policy"] = pick(2) == 0;
    quote["jewelry"] = std::array{2500, 5000, 10000}[pick(3)];
    quote["liability_medpay"] = std::array{"100/500", "300/1000", "500/2500"}[pick(3)];
    return quote;
}

Decimal granted_by_steps(const std::vector<StepRecord>& steps) {
    return steps[6].before - steps[6].after + (steps[7].before - steps[7].after);
}

TEST(Calculation, KeepsItsSumsForRandomInputs) {
    const ManualCatalog catalog = homeowners_catalog();
    std::mt19937_64 random(42);
    for (int i = 0; i < 1500; ++i) {
        const json quote = random_quote(random);
        const Calculation done = finished(catalog, quote.dump());
        ASSERT_TRUE(done.complete()) << quote;
        Decimal discounts;
        for (const DiscountAmount& discount : done.premium().discounts) {
            ASSERT_GT(discount.amount, Decimal(0)) << quote;
            discounts = discounts + discount.amount;
        }
        ASSERT_EQ(discounts, granted_by_steps(done.steps())) << quote;
        Decimal paid;
        for (const Installment& part : done.premium().installments) paid = paid + part.amount;
        ASSERT_EQ(paid, done.premium().total) << quote;
        ASSERT_EQ(done.premium().installments.size(), 12U);
        ASSERT_GE(done.premium().installments[0].amount, done.premium().monthly);
        ASSERT_LT(done.premium().installments[0].amount - done.premium().monthly, dec("0.12"));
        const Verification verified = verify_trace(done.trace().json);
        ASSERT_TRUE(verified.ok()) << quote << verified.problems[0];
    }
}

TEST(Calculation, IsFast) {
    const ManualCatalog catalog = homeowners_catalog();
    const std::string quote = home_quote().dump();
    constexpr int kRuns = 2000;
    std::size_t bytes = 0;
    const auto measure = [&](const char* what, const auto& one) {
        const auto from = std::chrono::steady_clock::now();
        for (int i = 0; i < kRuns; ++i) bytes += one();
        const auto spent = std::chrono::steady_clock::now() - from;
        std::cout << what << ": " << std::chrono::duration<double, std::micro>(spent).count() / kRuns << " us\n";
        return spent;
    };
    const auto spent = measure("ten phases with details", [&] { return finished(catalog, quote).steps().size(); });
    const Calculation done = finished(catalog, quote);
    measure("trace and hash", [&] { return done.trace().json.size(); });
    measure("premium JSON", [&] { return premium_json(done.premium()).size(); });
    EXPECT_GT(bytes, 0U);
    // Generous: sanitizers and a loaded machine included.
    EXPECT_LT(spent, std::chrono::seconds(20));
}

}  // namespace
}  // namespace tidegate::rating
