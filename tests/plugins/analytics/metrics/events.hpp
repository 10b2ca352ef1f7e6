// Domain events for the tests of the metrics, as the plugins write them.
#pragma once

#include "metrics/metrics.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace tidegate::analytics {

inline constexpr std::int64_t kSecond = 1000, kMinuteMs = 60 * kSecond, kHour = 60 * kMinuteMs, kDay = 24 * kHour;
inline constexpr std::int64_t kNoon = 1'794'052'800'000;  // 2026-11-07T12:00:00Z

// Folds events with rising sequences.
class Folding {
public:
    explicit Folding(Options options = Options()) : metrics(std::move(options)) {}

    void fold(const std::string& name, const nlohmann::json& data, std::int64_t at_ms) {
        raw(name, data.dump(), at_ms);
    }
    void raw(const std::string& name, const std::string& data, std::int64_t at_ms) {
        DomainEvent event;
        event.name = name;
        event.data = data;
        event.sequence = ++sequence;
        event.at_ms = at_ms;
        metrics.fold(event);
    }

    void created(const std::string& id, std::int64_t at_ms, const std::string& by = "u1") {
        fold("quote.created", {{"quote_id", id}, {"created_by", by}}, at_ms);
    }
    void rated(const std::string& id, std::int64_t at_ms, bool first = true, const std::string& state = "US-TX",
               const std::string& product = "home") {
        raw("quote.rated",
            R"({"quote_id":")" + id + R"(","revision":1,"product":")" + product + R"(","state":")" + state +
                R"(","total":501.00,"currency":"USD","calculation_id":"c","first":)" + (first ? "true}" : "false}"),
            at_ms);
    }
    void quoted(const std::string& id, std::int64_t at_ms) {
        fold("quote.quoted",
             {{"quote_id", id}, {"product", "home"}, {"state", "US-TX"}, {"premium", "501.00"}, {"currency", "USD"}},
             at_ms);
    }
    void bound(const std::string& id, std::int64_t at_ms, const std::string& premium = "501.00",
               const std::string& state = "US-TX", const std::string& product = "home",
               const std::string& currency = "USD") {
        fold("quote.bound",
             {{"quote_id", id}, {"product", product}, {"state", state}, {"premium", premium}, {"currency", currency}},
             at_ms);
    }
    void declined(const std::string& id, std::int64_t at_ms, const std::string& reason = "losses") {
        fold("quote.declined", {{"quote_id", id}, {"reason", reason}}, at_ms);
    }
    void scored(const std::string& id, std::int64_t at_ms, const std::string& tier, bool referred = false,
                bool overridden = false) {
        fold("risk.scored", {{"quote_id", id}, {"tier", tier}, {"referred", referred}, {"override", overridden}},
             at_ms);
    }
    void failed(const std::string& id, std::int64_t at_ms) {
        fold("calculation.failed", {{"quote_id", id}, {"code", "incomplete"}}, at_ms);
    }

    nlohmann::json shown(std::int64_t now_ms, DashboardType type = DashboardType::kGeneral) const {
        return nlohmann::json::parse(metrics.dashboard(type, now_ms));
    }

    Metrics metrics;
    std::uint64_t sequence = 0;
};

}  // namespace tidegate::analytics
