#include "rating/manual.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "rating/sha256.hpp"
#include "rating_fixture.hpp"

namespace tidegate::rating {
namespace {

using nlohmann::json;
using testing::homeowners_json;
using testing::homeowners_text;

using Edit = std::function<void(json&)>;

std::string problems_after(const Edit& edit) {
    json manual = homeowners_json();
    edit(manual);
    const ManualLoad load = Manual::load(manual.dump());
    EXPECT_EQ(load.manual == nullptr, !load.problems.empty());
    return load.text();
}

json& row(json& manual, const char* table, std::size_t at) { return manual["tables"][table]["rows"][at]; }

TEST(Manual, LoadsTheHomeownersManual) {
    const ManualLoad load = Manual::load(homeowners_text());
    ASSERT_TRUE(load.manual) << load.text();
    EXPECT_EQ(load.manual->code, "HO-WGIC");
    EXPECT_EQ(load.manual->product, "home");
    EXPECT_EQ(load.manual->jurisdictions, (std::vector<std::string>{"US-TX", "US-IL"}));
    EXPECT_EQ(date_text(load.manual->effective_from), "2000-01-01");
    EXPECT_FALSE(load.manual->effective_until);
    EXPECT_EQ(load.manual->tests.size(), 7U);
    EXPECT_EQ(load.manual->plan().due_months.size(), 12U);
    EXPECT_EQ(load.manual->plan().fee, Decimal(0));
}

TEST(Manual, IsHashedOverItsCanonicalText) {
    const ManualLoad pretty = Manual::load(homeowners_text());
    const ManualLoad compact = Manual::load(homeowners_json().dump());
    ASSERT_TRUE(pretty.manual && compact.manual);
    EXPECT_EQ(pretty.manual->sha256, compact.manual->sha256);
    EXPECT_EQ(pretty.manual->sha256, sha256_hex(homeowners_json().dump()));
    json other = homeowners_json();
    other["manual"]["note"] = "another";
    EXPECT_NE(Manual::load(other.dump()).manual->sha256, pretty.manual->sha256);
}

TEST(Manual, IsRefusedForEachDefectWithItsPathAndReason) {
    const struct {
        const char* reason;
        Edit edit;
    } defects[] = {
        {"manual.code: is missing", [](json& m) { m["manual"].erase("code"); }},
        {"manual.effective.from: must be a date", [](json& m) { m["manual"]["effective"]["from"] = "2000-13-01"; }},
        {"manual.effective.until: must be later than from",
         [](json& m) { m["manual"]["effective"]["until"] = "1999-01-01"; }},
        {"manual.jurisdictions: must not be empty", [](json& m) { m["manual"]["jurisdictions"] = json::array(); }},
        {"manual.colour: is no known member", [](json& m) { m["manual"]["colour"] = "blue"; }},
        {"inputs.tier.type: \"rune\" is no known type", [](json& m) { m["inputs"]["tier"]["type"] = "rune"; }},
        {"inputs.aoi.min: must be a decimal number written as a string",
         [](json& m) { m["inputs"]["aoi"]["min"] = 80000; }},
        {"inputs.aoi.min: exceeds max", [](json& m) { m["inputs"]["aoi"]["min"] = "6000000"; }},
        {"inputs.tier.values: \"A\" stands twice",
         [](json& m) {
             m["inputs"]["tier"]["values"] = {"A", "A", "B", "C", "D"};
         }},
        {"inputs.term_months.default: term_months must be one of 12",
         [](json& m) { m["inputs"]["term_months"]["default"] = "6"; }},
        {"inputs.min: is no usable name", [](json& m) { m["inputs"]["min"] = m["inputs"]["new_home"]; }},
        {"tables.tier_factor.keys[0].name: \"teir\" is no input",
         [](json& m) { m["tables"]["tier_factor"]["keys"][0]["name"] = "teir"; }},
        {"tables.tier_factor.keys[0].match: \"fuzzy\" is no way to match",
         [](json& m) { m["tables"]["tier_factor"]["keys"][0]["match"] = "fuzzy"; }},
        {"\"tier\" may be absent: require it or give a default",
         [](json& m) { m["inputs"]["tier"]["required"] = false; }},
        {"tables.tier_factor: has no row for tier=D", [](json& m) { m["tables"]["tier_factor"]["rows"].erase(3); }},
        {"tables.tier_factor: has no row for tier=E", [](json& m) { m["inputs"]["tier"]["values"].push_back("E"); }},
        {"tables.tier_factor.rows[0]: \"Z\" is no value of tier", [](json& m) { row(m, "tier_factor", 0)[0] = "Z"; }},
        {"tables.tier_factor.rows[1]: is a duplicate of tier=A", [](json& m) { row(m, "tier_factor", 1)[0] = "A"; }},
        {"tables.tier_factor.rows[0]: must be an array of 2 strings",
         [](json& m) { row(m, "tier_factor", 0)[1] = 0.8; }},
        {"tables.tier_factor.rows[0]: \"0,80\" is not a decimal number",
         [](json& m) { row(m, "tier_factor", 0)[1] = "0,80"; }},
        {"tables.protection_construction.rows[1]: leaves a gap after 1..4",
         [](json& m) { row(m, "protection_construction", 1)[0] = "6"; }},
        {"tables.protection_construction.rows[1]: overlaps or precedes 1..4",
         [](json& m) { row(m, "protection_construction", 1)[0] = "4..5"; }},
        {"tables.protection_construction: has a gap below 2 for construction=frame",
         [](json& m) { row(m, "protection_construction", 0)[0] = "2..4"; }},
        {"tables.protection_construction: has a gap above 9 for construction=masonry",
         [](json& m) { m["tables"]["protection_construction"]["rows"].erase(13); }},
        {"tables.protection_construction.rows[0]: \"4..1\" is no key",
         [](json& m) { row(m, "protection_construction", 0)[0] = "4..1"; }},
        {"tables.aoi_factor: has a gap below 95000", [](json& m) { m["tables"]["aoi_factor"]["rows"].erase(0); }},
        {"tables.aoi_factor: has a gap above 500000",
         [](json& m) { m["tables"]["aoi_factor"]["keys"][0].erase("extrapolate"); }},
        {"extrapolates from 490000, but the last row is 500000",
         [](json& m) { m["tables"]["aoi_factor"]["keys"][0]["extrapolate"]["from"] = "490000"; }},
        {"tables.aoi_factor.rows[4]: falls below the row before", [](json& m) { row(m, "aoi_factor", 4)[1] = "0.18"; }},
        {"tables.aoi_factor.rows[2]: is a duplicate of 95000", [](json& m) { row(m, "aoi_factor", 2)[0] = "95000"; }},
        {"tables.aoi_factor.keys[0].extrapolate.per: must be positive",
         [](json& m) { m["tables"]["aoi_factor"]["keys"][0]["extrapolate"]["per"] = "0"; }},
        {"tables.spare: is read by no step", [](json& m) { m["tables"]["spare"] = m["tables"]["tier_factor"]; }},
        {"tables.tier: shares its name with an input",
         [](json& m) { m["tables"]["tier"] = m["tables"]["tier_factor"]; }},
        {"rounding.final: is missing", [](json& m) { m["rounding"].erase("final"); }},
        {"rounding.final: must round to whole cents", [](json& m) { m["rounding"]["final"]["quantum"] = "0.001"; }},
        {"rounding.after_step.mode: \"BANKERS\" is no rounding mode",
         [](json& m) { m["rounding"]["after_step"]["mode"] = "BANKERS"; }},
        {"steps[4].table: \"tiers\" is no table", [](json& m) { m["steps"][4]["table"] = "tiers"; }},
        {"steps[6].expr: expression \"1 - nobody\", character 4: unknown name \"nobody\"",
         [](json& m) { m["steps"][6]["expr"] = "1 - nobody"; }},
        {"unknown name \"lead_days\"", [](json& m) { m["steps"][7]["expr"] = "1 - multi_policy_disc - lead_days"; }},
        {"steps[7].expr: must be a number", [](json& m) { m["steps"][7]["expr"] = "multi_policy"; }},
        {"steps[4]: needs exactly one of value, table and expr", [](json& m) { m["steps"][4]["value"] = "1"; }},
        {"steps[4].op: must be set, mul or add", [](json& m) { m["steps"][4]["op"] = "div"; }},
        {"steps[4].phase: must be 1..10", [](json& m) { m["steps"][4]["phase"] = 11; }},
        {"steps[4] (tier): is of phase 4, after a step of phase 5", [](json& m) { m["steps"][4]["phase"] = 4; }},
        {"steps[4] (pc): stands twice", [](json& m) { m["steps"][4]["id"] = "pc"; }},
        {"steps[4] (tier): sets the premium: the steps before are unreachable",
         [](json& m) { m["steps"][4]["op"] = "set"; }},
        {"the first step must set the base", [](json& m) { m["steps"][0]["op"] = "add"; }},
        {"\"final\" is the name of the closing rounding", [](json& m) { m["steps"][10]["id"] = "final"; }},
        {"steps[4].charge: belongs to steps that add", [](json& m) { m["steps"][4]["charge"] = "fee"; }},
        {"rules.referral[0].when: must be a condition", [](json& m) { m["rules"]["referral"][0]["when"] = "aoi"; }},
        {"rules.referral[0].when: expression", [](json& m) { m["rules"]["referral"][0]["when"] = "aio > 1"; }},
        {"discounts[0].step: \"nowhere\" is no step", [](json& m) { m["discounts"][0]["step"] = "nowhere"; }},
        {"discounts[0] (new_home): step multi does not multiply", [](json& m) { m["discounts"][0]["step"] = "multi"; }},
        {"discounts[0] (new_home): says 25 %, but new_home_disc has 0.2",
         [](json& m) { m["discounts"][0]["percentage"] = "25"; }},
        {"installments.regular: \"weekly\" is none of the plans",
         [](json& m) { m["installments"]["regular"] = "weekly"; }},
        {"installments.plans[1].due_months[1]: must be a whole number",
         [](json& m) { m["installments"]["plans"][1]["due_months"][1] = 0; }},
        {"tests: a manual must carry tests", [](json& m) { m["tests"] = json::array(); }},
        {"tests[0] (H1): \"aio\" is no input", [](json& m) { m["tests"][0]["in"]["aio"] = "1"; }},
        {"tests[0] (H1): aoi is required", [](json& m) { m["tests"][0]["in"].erase("aoi"); }},
        {"tests[0] (H1): \"tear\" is no step", [](json& m) { m["tests"][0]["expect"]["steps"]["tear"] = "1"; }},
        {"tests[2] (H3): step ded: expected 585.69, got 585.68",
         [](json& m) { m["tests"][2]["expect"]["steps"]["ded"] = "585.69"; }},
        {"tests[3] (H4): total: expected 551.00, got 550.00",
         [](json& m) { m["tests"][3]["expect"]["total"] = "551"; }},
        {"(H1): step terr: expected 572.00, got 577.20", [](json& m) { row(m, "territory_factor", 3)[1] = "1.11"; }},
    };
    for (const auto& defect : defects) {
        const std::string problems = problems_after(defect.edit);
        EXPECT_NE(problems.find(defect.reason), std::string::npos)
            << "wanted: " << defect.reason << "\ngot: " << problems;
    }
}

TEST(Manual, NamesAllItsProblemsNotOnlyTheFirst) {
    const std::string problems = problems_after([](json& m) {
        m["manual"].erase("currency");
        m["inputs"]["tier"]["values"] = {"A", "B", "C"};
        m["tables"]["deductible_factor"]["rows"].erase(0);
        m["steps"][4]["op"] = "div";
    });
    for (const char* reason :
         {"manual.currency: is missing", "\"D\" is no value of tier", "has no row for deductible=250", "steps[4].op"}) {
        EXPECT_NE(problems.find(reason), std::string::npos) << problems;
    }
}

TEST(Manual, SurvivesTruncationAtEveryByte) {
    const std::string text = homeowners_json().dump();
    for (std::size_t length = 0; length < text.size(); ++length) {
        const ManualLoad load = Manual::load(std::string_view(text).substr(0, length));
        ASSERT_FALSE(load.manual);
        ASSERT_EQ(load.problems.size(), 1U);
        ASSERT_NE(load.problems[0].text.find("not JSON at byte"), std::string::npos) << load.text();
    }
}

// Each member in turn takes every kind of JSON value: never a crash, and never a manual without a reason.
void mangle(json& whole, json& node, std::size_t& edits) {
    static const json kStrange[] = {nullptr,
                                    true,
                                    7,
                                    -1.5,
                                    "",
                                    "x",
                                    "99999999999999999999999999999999999999",
                                    json::array(),
                                    json::object(),
                                    json::array({json::array()}),
                                    json::object({{"a", 1}})};
    for (const json& strange : kStrange) {
        const json was = node;
        node = strange;
        const ManualLoad load = Manual::load(whole.dump());
        ASSERT_EQ(load.manual == nullptr, !load.problems.empty());
        for (const Problem& problem : load.problems) ASSERT_FALSE(problem.text.empty());
        node = was;
        ++edits;
    }
    if (!node.is_structured()) return;
    // Long lists behave alike: the first two items stand for the rest.
    std::size_t visited = 0;
    for (json& child : node) {
        if (node.is_array() && ++visited > 2) break;
        mangle(whole, child, edits);
    }
}

TEST(Manual, SurvivesEveryKindOfValueAtEveryPlace) {
    json whole = homeowners_json();
    std::size_t edits = 0;
    mangle(whole, whole, edits);
    EXPECT_GT(edits, 1000U);
}

TEST(Manual, RefusesJsonThatRepeatsAMember) {
    const ManualLoad load = Manual::load(R"({"manual":{"code":"A","code":"B"}})");
    EXPECT_NE(load.text().find("the member \"code\" stands twice"), std::string::npos);
}

}  // namespace
}  // namespace tidegate::rating
