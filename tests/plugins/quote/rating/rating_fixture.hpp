// What the rating tests share: the shipped manual, edits of it, and a catalog holding it.
// Not a test. Thread rule: single-threaded tests.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "rating/catalog.hpp"
#include "rating/engine.hpp"

namespace tidegate::rating::testing {

inline std::string read_source_file(const std::string& path) {
    std::ifstream file(std::string(RATING_SOURCE_ROOT) + "/" + path);
    EXPECT_TRUE(file.good()) << path;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

inline std::string homeowners_text() { return read_source_file("plugins/quote/manuals/ho-wgic.json"); }
inline nlohmann::json homeowners_json() { return nlohmann::json::parse(homeowners_text()); }

inline ManualCatalog homeowners_catalog() {
    ManualCatalog catalog;
    const ManualLoad load = Manual::load(homeowners_text());
    EXPECT_TRUE(load.manual && !catalog.add(load.manual)) << load.text();
    return catalog;
}

inline Date day(std::string_view text) { return parse_date(text).value(); }
inline Decimal dec(std::string_view text) {
    const auto value = Decimal::parse(text);
    EXPECT_TRUE(value) << text;
    return value.value_or(Decimal());
}

inline nlohmann::json home_quote() {
    return nlohmann::json::parse(R"({"product":"home","state":"US-TX","aoi":215000,"territory":4,"protection_class":7,
        "construction":"frame","tier":"C","deductible":1000,"new_home":true,"claims_free_5y":true,"multi_policy":false,
        "jewelry":10000,"liability_medpay":"100/500"})");
}

inline Calculation finished(const ManualCatalog& catalog, const std::string& quote) {
    Calculation calculation(catalog, quote, day("2026-03-01"), {"c-1", "q-1", 3});
    while (!calculation.finished()) calculation.run_next();
    return calculation;
}

}  // namespace tidegate::rating::testing
