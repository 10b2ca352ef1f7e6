#include "rating/verifier.hpp"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>

#include "rating/json_value.hpp"
#include "rating/sha256.hpp"
#include "rating_fixture.hpp"

namespace tidegate::rating {
namespace {

using boost::multiprecision::cpp_int;
using boost::multiprecision::cpp_rational;
using nlohmann::json;
using testing::finished;
using testing::home_quote;
using testing::homeowners_catalog;

std::string trace_of(json quote = home_quote()) {
    const ManualCatalog catalog = homeowners_catalog();
    const Calculation done = finished(catalog, quote.dump());
    EXPECT_TRUE(done.complete());
    return done.trace().json;
}

// As a forger would: after the change, the hash is made to match again.
std::string rehashed(json trace) {
    trace.erase("trace_sha256");
    trace["trace_sha256"] = sha256_hex(trace.dump());
    return trace.dump();
}

// Arithmetic of its own, so that an error shared by engine and verifier would show.
cpp_rational rational(const std::string& text) {
    if (const auto slash = text.find('/'); slash != std::string::npos) {
        return cpp_rational(cpp_int(text.substr(0, slash)), cpp_int(text.substr(slash + 1)));
    }
    const auto point = text.find('.');
    if (point == std::string::npos) return cpp_rational(cpp_int(text));
    std::string digits = text.substr(0, point) + text.substr(point + 1);
    digits.erase(
        0, digits.find_first_not_of('0') == std::string::npos ? digits.size() - 1 : digits.find_first_not_of('0'));
    const auto places = static_cast<unsigned>(text.size() - point - 1);
    return cpp_rational(cpp_int(digits), boost::multiprecision::pow(cpp_int(10), places));
}

cpp_rational half_up(const cpp_rational& value, const cpp_rational& quantum) {
    const cpp_rational units = value / quantum + cpp_rational(1, 2);
    return cpp_rational(cpp_int(numerator(units) / denominator(units))) * quantum;
}

TEST(Trace, IsCanonicalAndNamesWhatItWasMadeFrom) {
    const std::string text = trace_of();
    std::string error;
    const auto parsed = parse_json(text, error);
    ASSERT_TRUE(parsed) << error;
    EXPECT_EQ(canonical_json(*parsed), text);
    const json trace = json::parse(text);
    EXPECT_EQ(trace["calculation_id"], "c-1");
    EXPECT_EQ(trace["quote_id"], "q-1");
    EXPECT_EQ(trace["revision"], 3);
    EXPECT_EQ(trace["engine"], "tidegate-rating/1");
    EXPECT_EQ(trace["rate_date"], "2026-03-01");
    EXPECT_EQ(trace["manual"]["code"], "HO-WGIC");
    EXPECT_EQ(trace["inputs"]["term_months"]["source"], "default");
    EXPECT_EQ(trace["inputs"]["lead_days"]["source"], "derived");
    EXPECT_EQ(
        trace["steps"][3].dump(),
        R"({"after":"657.80","before":"572.00","charge":"premium","delta":"85.80","exact":"657.8",)"
        R"("keys":{"construction":"frame","protection_class":"7"},"match":"exact","op":"mul","operand":"1.15",)"
        R"("phase":5,"round":{"mode":"HALF_UP","q":"0.01"},"row":"7|frame","rule":"Protection class and construction",)"
        R"("seq":4,"step":"pc","table":"protection_construction"})");
    EXPECT_EQ(trace["steps"][6]["terms"][0]["value"], "0.2");
}

TEST(Trace, IsTheSameEveryTime) { EXPECT_EQ(trace_of(), trace_of()); }

TEST(Trace, CanBeRePerformedWithArithmeticOfAnotherKind) {
    json quote = home_quote();
    for (const int aoi : {80500, 207500, 215000, 499500, 517000, 4999500}) {
        quote["aoi"] = aoi;
        quote["multi_policy"] = aoi % 1000 == 0;
        const json trace = json::parse(trace_of(quote));
        cpp_rational running = 0;
        for (const json& step : trace["steps"]) {
            const cpp_rational operand = rational(step["operand"]);
            const std::string op = step["op"];
            const cpp_rational exact = op == "mul"   ? cpp_rational(running * operand)
                                       : op == "add" ? cpp_rational(running + operand)
                                                     : operand;
            ASSERT_EQ(exact, rational(step["exact"])) << step;
            running = half_up(exact, rational(step["round"]["q"]));
            ASSERT_EQ(running, rational(step["after"])) << step;
        }
        EXPECT_EQ(running, rational(trace["total"]));
    }
}

TEST(Verifier, AcceptsATraceWithAFactorThatIsNoDecimal) {
    json quote = home_quote();
    quote["aoi"] = 80500;
    const std::string text = trace_of(quote);
    EXPECT_NE(text.find("\"operand\":\"1687/3000\""), std::string::npos);
    EXPECT_NE(text.find("\"match\":\"interpolated\""), std::string::npos);
    EXPECT_TRUE(verify_trace(text).ok());
    EXPECT_TRUE(verify_trace(rehashed(json::parse(text))).ok());
}

TEST(Verifier, CatchesEveryTamperedDigit) {
    const std::string text = trace_of();
    ASSERT_TRUE(verify_trace(text).ok());
    int tampered = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] < '0' || text[i] > '9') continue;
        std::string changed = text;
        changed[i] = text[i] == '9' ? '0' : static_cast<char>(text[i] + 1);
        ASSERT_FALSE(verify_trace(changed).ok()) << "at " << i << ": " << changed.substr(i > 30 ? i - 30 : 0, 60);
        ++tampered;
    }
    EXPECT_GT(tampered, 300);
}

TEST(Verifier, CatchesForgedAmountsThoughTheHashMatches) {
    const json genuine = json::parse(trace_of());
    for (std::size_t i = 0; i < genuine["steps"].size(); ++i) {
        for (const char* member : {"before", "after", "delta", "operand", "exact", "op", "seq", "round", "charge"}) {
            json forged = genuine;
            json& value = forged["steps"][i][member];
            const std::string was = value.dump();
            if (std::string_view(member) == "seq") {
                value = 99;
            } else if (std::string_view(member) == "op") {
                value = value == "add" ? "mul" : "add";
            } else if (std::string_view(member) == "round") {
                value["q"] = "7";
            } else if (std::string_view(member) == "charge") {
                value = value == "fee" ? "premium" : "tax";
            } else {
                value = value == "1.23" ? "1.24" : "1.23";
            }
            EXPECT_FALSE(verify_trace(rehashed(forged)).ok()) << "step " << i << " " << member << " was " << was;
        }
    }
    json forged = genuine;
    forged["total"] = "500.00";
    EXPECT_FALSE(verify_trace(rehashed(forged)).ok());
    forged = genuine;
    forged["charges"][0]["amount"] = "450.00";
    forged["charges"][1]["amount"] = "51.00";
    EXPECT_FALSE(verify_trace(rehashed(forged)).ok());
    forged = genuine;
    forged["inputs"]["territory"]["value"] = "3";
    EXPECT_FALSE(verify_trace(rehashed(forged)).ok());
    forged = genuine;
    forged["steps"].erase(5);
    EXPECT_FALSE(verify_trace(rehashed(forged)).ok());
    EXPECT_TRUE(verify_trace(rehashed(genuine)).ok());
}

TEST(Verifier, RefusesWhatIsNoTrace) {
    for (const char* text :
         {"", "{}", "[]", "7", "{\"steps\":[]}", "{\"steps\":[{}]}", "{\"steps\":7,\"inputs\":[]}"}) {
        EXPECT_FALSE(verify_trace(text).ok()) << text;
    }
    const std::string text = trace_of();
    for (std::size_t length = 0; length < text.size(); length += 7)
        EXPECT_FALSE(verify_trace(text.substr(0, length)).ok());
}

}  // namespace
}  // namespace tidegate::rating
