// The metrics computed anew from the whole list of events, by the definitions of docs/metrics-business.md and with
// nothing of the code under test: cents as integers, percentiles by sorting, New York's offset by its rule for 2026.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace naive {

struct Event {
    std::string name;
    std::uint64_t sequence = 0;
    std::int64_t at_ms = 0;
    std::string quote, user, state, product, currency, reason, tier;
    std::int64_t cents = 0, annual_cents = 0;
    bool referred = false, overridden = false;
};

std::int64_t offset_ms(std::int64_t at_ms);  // of New York, October 2026 to February 2027
std::int64_t day_of(std::int64_t at_ms);

// What the dashboard "general" must show, except its feed; percentiles exact under "exact".
nlohmann::json dashboard(const std::vector<Event>& events, std::int64_t now_ms);
nlohmann::json cohorts(const std::vector<Event>& events, std::int64_t now_ms);          // of "sales"
nlohmann::json risk_days(const std::vector<Event>& events, std::int64_t now_ms);        // of "underwriting"
nlohmann::json decline_reasons(const std::vector<Event>& events, std::int64_t now_ms);  // of "underwriting"
nlohmann::json rates(const std::vector<Event>& events, std::int64_t now_ms);            // of "operations"

}  // namespace naive
