#include <gtest/gtest.h>

#include <random>

#include "events.hpp"

namespace tidegate::analytics {
namespace {

using nlohmann::json;

void some_events(Folding& on, unsigned seed, int count) {
    std::mt19937 random(seed);
    for (int i = 0; i < count; ++i) {
        const std::string id = "quote \"" + std::to_string(random() % 900) + "\" ü";
        const std::int64_t at_ms =
            kNoon + static_cast<std::int64_t>(random() % static_cast<unsigned>(5 * kDay / kSecond)) * kSecond;
        switch (random() % 7) {
            case 0:
                on.created(id, at_ms, "u" + std::to_string(random() % 3000));
                break;
            case 1:
                on.rated(id, at_ms, random() % 2, "S" + std::to_string(random() % 80));
                break;
            case 2:
                on.quoted(id, at_ms);
                break;
            case 3:
                on.bound(id, at_ms, std::to_string(random() % 1000) + ".25", "US-NY", "auto",
                         random() % 9 ? "USD" : "EUR");
                break;
            case 4:
                on.declined(id, at_ms, "reason " + std::to_string(random() % 40));
                break;
            case 5:
                on.scored(id, at_ms, std::to_string(random() % 5), random() % 2, random() % 3 == 0);
                break;
            default:
                on.failed(id, at_ms);
        }
    }
}

TEST(Snapshot, ContinuesAsIfNothingHadHappened) {
    for (const std::size_t quotes : {std::size_t{100}, std::size_t{100'000}}) {
        Options options;
        options.zone = "America/New_York";
        options.bounds.quotes = quotes;
        Folding on(options), other(options);
        for (unsigned round = 0; round < 20; ++round) {
            some_events(on, round, 400);
            some_events(other, round, 400);
            const auto chunks = other.metrics.save();
            for (const std::string& chunk : chunks) {
                ASSERT_LE(chunk.size(), Metrics::kMaxChunkBytes);
                ASSERT_TRUE(json::accept(chunk));
            }
            auto loaded = Metrics::load(options, chunks);
            ASSERT_TRUE(loaded.ok()) << loaded.text();
            other.metrics = *std::move(loaded);
            ASSERT_EQ(other.metrics.save(), on.metrics.save());
            for (std::size_t type = 0; type < kDashboardTypes; ++type) {
                ASSERT_EQ(other.metrics.dashboard(static_cast<DashboardType>(type), kNoon + 5 * kDay),
                          on.metrics.dashboard(static_cast<DashboardType>(type), kNoon + 5 * kDay));
            }
        }
        EXPECT_EQ(other.metrics.last_sequence(), on.sequence);
        EXPECT_GT(on.metrics.save().size(), quotes == 100 ? 1U : 3U);
    }
}

TEST(Snapshot, OfNothingIsNothing) {
    const auto loaded = Metrics::load(Options(), Metrics(Options()).save());
    ASSERT_TRUE(loaded.ok());
    EXPECT_EQ(loaded.value().save(), Metrics(Options()).save());
    EXPECT_FALSE(Metrics::load(Options(), {}).ok());
}

TEST(Snapshot, IgnoresWhatItHasSeen) {
    Folding on;
    some_events(on, 1, 500);
    Folding again;
    again.metrics = *Metrics::load(Options(), on.metrics.save());
    some_events(again, 1, 500);
    EXPECT_EQ(again.metrics.duplicates(), 500U);
    EXPECT_EQ(again.metrics.save(), on.metrics.save());
}

TEST(Snapshot, OfOtherOptionsIsRefused) {
    Folding on;
    some_events(on, 1, 10);
    Options zone, currency, bounds;
    zone.zone = "Europe/Berlin";
    currency.currency = "EUR";
    bounds.bounds.states = 3;
    for (const Options& options : {zone, currency, bounds}) {
        EXPECT_FALSE(Metrics::load(options, on.metrics.save()).ok());
    }
}

TEST(Snapshot, WithAMissingForeignOrChangedPartIsRefused) {
    Folding on;
    some_events(on, 1, 20'000);
    const auto chunks = on.metrics.save();
    ASSERT_GT(chunks.size(), 3U);
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        auto missing = chunks, swapped = chunks, cut = chunks;
        missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(i));
        std::swap(swapped[i], swapped[(i + 1) % chunks.size()]);
        cut[i].resize(cut[i].size() / 2);
        for (const auto& broken : {missing, swapped, cut}) EXPECT_FALSE(Metrics::load(Options(), broken).ok()) << i;
    }
    auto mixed = chunks;
    on.failed("later", kNoon);
    mixed.back() = on.metrics.save().back();
    EXPECT_FALSE(Metrics::load(Options(), mixed).ok());
}

TEST(Snapshot, OfRandomlyChangedBytesThrowsNothing) {
    Folding on;
    some_events(on, 2, 60);
    const auto chunks = on.metrics.save();
    std::mt19937 random(5);
    int refused = 0;
    for (int i = 0; i < 3000; ++i) {
        auto changed = chunks;
        std::string& chunk = changed[random() % changed.size()];
        chunk[random() % chunk.size()] = "0123456789-.,[]{}\"e"[random() % 19];
        auto loaded = Metrics::load(Options(), changed);
        refused += !loaded.ok();
        const std::string shown = loaded ? loaded->dashboard(DashboardType::kSales, kNoon) : "{}";
        ASSERT_TRUE(json::accept(shown)) << i;
    }
    EXPECT_GT(refused, 300);
}

}  // namespace
}  // namespace tidegate::analytics
