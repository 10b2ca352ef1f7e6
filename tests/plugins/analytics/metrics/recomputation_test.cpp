// 100,000 random events over twelve days of an office in New York, the end of summer time among them: redelivered,
// malformed, late and out of order. At every check what the dashboards show is what naive_metrics makes of the whole
// list; a twin that is saved and loaded at random points shows the same bytes.

#include "naive_metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "events.hpp"

namespace tidegate::analytics {
namespace {

using nlohmann::json;

constexpr std::size_t kEvents = 100'000;
constexpr std::int64_t kBegin = 1'793'080'800'000;  // 2026-10-27T02:00:00-04:00
constexpr std::int64_t kSpan = 12 * kDay;

Options new_york() {
    Options options;
    options.zone = "America/New_York";
    return options;
}

class Generator {
public:
    explicit Generator(unsigned seed) : random_(seed) {}

    naive::Event next(std::size_t index) {
        naive::Event out;
        sequence_ += 1 + below(3);
        out.sequence = sequence_;
        out.at_ms =
            kBegin + static_cast<std::int64_t>(index) * (kSpan / static_cast<std::int64_t>(kEvents)) + below(4000);
        if (one_in(20)) out.at_ms -= below(2 * kDay);
        if (one_in(200)) out.at_ms += below(kHour);
        out.name = pick_name();
        out.quote = pick_quote(out.name);
        out.user = "u" + std::to_string(below(300));
        out.state = kStates[static_cast<std::size_t>(below(8))];
        out.product = kProducts[static_cast<std::size_t>(below(4))];
        out.currency = one_in(30) ? "EUR" : "USD";
        out.reason = one_in(2) ? "losses" : "roof age";
        out.tier = std::to_string(1 + below(index < kEvents / 2 ? 4 : 5));
        out.cents = below(500'000) - (one_in(50) ? 100'000 : 0);
        out.annual_cents = one_in(2) ? out.cents : out.cents * 2;
        out.referred = one_in(5);
        out.overridden = one_in(12);
        return out;
    }

    std::int64_t below(std::int64_t bound) {
        return std::uniform_int_distribution<std::int64_t>(0, bound - 1)(random_);
    }
    bool one_in(std::int64_t many) { return below(many) == 0; }

private:
    std::string pick_name() {
        const std::int64_t dice = below(100);
        if (dice < 15) return "quote.created";
        if (dice < 40) return "quote.rated";
        if (dice < 50) return "quote.quoted";
        if (dice < 56) return "quote.bound";
        if (dice < 60) return "quote.declined";
        if (dice < 64) return "calculation.failed";
        if (dice < 84) return "field.updated";
        if (dice < 90) return "session.joined";
        return "risk.scored";
    }

    // A new one, one of the last thousand, or any.
    std::string pick_quote(const std::string& name) {
        if (name == "quote.created" || quotes_ == 0) return "q" + std::to_string(++quotes_);
        const std::int64_t recent = one_in(4) ? quotes_ : std::min<std::int64_t>(quotes_, 1000);
        return "q" + std::to_string(quotes_ - below(recent));
    }

    static constexpr const char* kStates[] = {"US-TX", "US-NY", "US-CA", "US-FL", "US-WA", "US-OH", "US-MA", "US-NJ"};
    static constexpr const char* kProducts[] = {"auto", "home", "commercial", "umbrella"};

    std::mt19937_64 random_;
    std::uint64_t sequence_ = 0;
    std::int64_t quotes_ = 0;
};

std::string amount(std::int64_t cents) {
    const std::string digits = std::to_string(std::abs(cents));
    const std::string padded = std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
    return (cents < 0 ? "-" : "") + padded.substr(0, padded.size() - 2) + "." + padded.substr(padded.size() - 2);
}

json data_of(const naive::Event& event) {
    json out{{"quote_id", event.quote}};
    out[event.name == "quote.created" ? "created_by" : event.name == "field.updated" ? "by" : "user_id"] = event.user;
    if (event.name == "quote.rated" || event.name == "quote.quoted" || event.name == "quote.bound") {
        out.update({{"state", event.state}, {"product", event.product}, {"currency", event.currency}});
        out["premium"] = amount(event.cents);
    }
    if (event.name == "quote.bound" && event.annual_cents != event.cents)
        out["annual_premium"] = amount(event.annual_cents);
    if (event.name == "quote.declined") out["reason"] = event.reason;
    if (event.name == "risk.scored")
        out.update({{"tier", event.tier}, {"referred", event.referred}, {"override", event.overridden}});
    return out;
}

void fold(Metrics& metrics, const naive::Event& event, const std::string& data) {
    DomainEvent out;
    out.name = event.name;
    out.data = data;
    out.sequence = event.sequence;
    out.at_ms = event.at_ms;
    metrics.fold(out);
}

// What the naive side knows and nothing else is compared, so that each type may show more.
void expect_same(const json& expected, const json& shown, const std::string& path) {
    if (expected.is_object()) {
        ASSERT_TRUE(shown.is_object()) << path;
        for (const auto& [name, value] : expected.items()) {
            ASSERT_TRUE(shown.contains(name)) << path << "/" << name;
            expect_same(value, shown[name], path + "/" + name);
        }
        for (const auto& [name, value] : shown.items()) {
            const bool counted = path.ends_with("by_state") || path.ends_with("by_product") ||
                                 path.ends_with("tiers") || path.ends_with("tier_mix") || path.ends_with("reasons");
            EXPECT_FALSE(counted && !expected.contains(name)) << path << "/" << name;
        }
    } else if (expected.is_array()) {
        ASSERT_EQ(expected.size(), shown.size()) << path;
        for (std::size_t i = 0; i < expected.size(); ++i)
            expect_same(expected[i], shown[i], path + "/" + std::to_string(i));
    } else if (expected.is_number_float()) {
        ASSERT_TRUE(shown.is_number()) << path << ": " << shown;
        const double exact = expected.get<double>();
        const bool sketched = path.find("_seconds/p") != std::string::npos;
        EXPECT_NEAR(shown.get<double>(), exact, sketched ? exact * Sketch::kRelativeError + 0.001 : 0.00101) << path;
    } else {
        EXPECT_EQ(expected, shown) << path;
    }
}

TEST(Metrics, EqualARecomputationOverAHundredThousandRandomEvents) {
    const unsigned seed = 20'261'125;
    SCOPED_TRACE("seed " + std::to_string(seed));
    Generator generator(seed);
    Metrics metrics(new_york()), twin(new_york());
    std::vector<naive::Event> accepted;
    std::uint64_t malformed = 0, redelivered = 0, reloads = 0;
    for (std::size_t i = 0; i < kEvents; ++i) {
        naive::Event event = generator.next(i);
        std::string data = data_of(event).dump();
        if (generator.one_in(100)) {
            data.resize(data.size() / 2);
            ++malformed;
        } else {
            accepted.push_back(event);
        }
        fold(metrics, event, data);
        fold(twin, event, data);
        if (generator.one_in(30)) {
            const naive::Event& again =
                accepted[static_cast<std::size_t>(generator.below(static_cast<std::int64_t>(accepted.size())))];
            fold(metrics, again, data_of(again).dump());
            ++redelivered;
        }
        if (generator.one_in(4000)) {
            auto loaded = Metrics::load(new_york(), twin.save());
            ASSERT_TRUE(loaded.ok()) << loaded.text();
            twin = *std::move(loaded);
            ++reloads;
        }
        if (i % 12'500 != 12'499 && i + 1 != kEvents) continue;
        std::int64_t latest_ms = 0;
        for (const naive::Event& one : accepted) latest_ms = std::max(latest_ms, one.at_ms);
        const std::int64_t now_ms = latest_ms + generator.below(10 * kMinuteMs);
        SCOPED_TRACE("after " + std::to_string(i + 1) + " events");
        const auto shown = [&](DashboardType type) { return json::parse(metrics.dashboard(type, now_ms)); };
        const json expected = naive::dashboard(accepted, now_ms);
        for (const DashboardType type : {DashboardType::kGeneral, DashboardType::kSales, DashboardType::kUnderwriting,
                                         DashboardType::kOperations}) {
            expect_same(expected, shown(type), "");
        }
        expect_same(naive::cohorts(accepted, now_ms), shown(DashboardType::kSales)["conversions"]["cohorts"],
                    "cohorts");
        const json underwriting = shown(DashboardType::kUnderwriting);
        expect_same(naive::risk_days(accepted, now_ms), underwriting["ai"]["daily"], "daily");
        expect_same(naive::decline_reasons(accepted, now_ms), underwriting["conversions"]["decline_reasons"],
                    "reasons");
        const json operations = shown(DashboardType::kOperations)["activity"];
        expect_same(naive::rates(accepted, now_ms), operations["rates"], "rates");
        EXPECT_EQ(operations["folding"]["malformed"], malformed);
        EXPECT_EQ(operations["folding"]["folded"], accepted.size());
        if (HasFailure()) return;
    }
    EXPECT_EQ(metrics.duplicates(), redelivered);
    EXPECT_GT(reloads, 10U);
    EXPECT_EQ(twin.save(), metrics.save());
    for (std::size_t type = 0; type < kDashboardTypes; ++type) {
        const auto of = static_cast<DashboardType>(type);
        const std::int64_t now_ms = kBegin + kSpan + kDay;
        EXPECT_EQ(twin.dashboard(of, now_ms), metrics.dashboard(of, now_ms));
    }
}

}  // namespace
}  // namespace tidegate::analytics
