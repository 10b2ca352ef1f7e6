#include <gtest/gtest.h>

#include <random>

#include "events.hpp"

namespace tidegate::analytics {
namespace {

TEST(HostileEvents, AreCountedAsMalformedAndChangeNothingElse) {
    const std::string bound = R"("product":"home","state":"US-TX","currency":"USD","premium":)";
    const std::vector<std::pair<std::string, std::string>> events{
        {"quote.created", ""},
        {"quote.created", "null"},
        {"quote.created", "[]"},
        {"quote.created", "{}"},
        {"quote.created", R"({"quote_id":7})"},
        {"quote.created", R"({"quote_id":""})"},
        {"quote.created", R"({"quote_id":null})"},
        {"quote.created", R"({"quote_id":"a"} {})"},
        {"quote.created", R"({"quote_id":")" + std::string(129, 'a') + "\"}"},
        {"quote.created", R"({"quote_id":"a","created_by":{}})"},
        {"quote.created", R"({"quote_id":"a","x":)" + std::string(100, '[') + std::string(100, ']') + "}"},
        {"quote.created", "{\"quote_id\":\"\xC3(\"}"},
        {"quote.rated", R"({"quote_id":"a","product":"home"})"},
        {"quote.rated", R"({"quote_id":"a","product":"home","state":7})"},
        {"quote.rated", R"({"quote_id":"a","product":"home","state":"US-TX","first":"yes"})"},
        {"quote.rated", R"({"quote_id":"a","product":"home","state":")" + std::string(33, 's') + "\"}"},
        {"quote.bound", R"({"quote_id":"a","product":"home","state":"US-TX","currency":"USD"})"},
        {"quote.bound", R"({"quote_id":"a","product":"home","state":"US-TX","premium":"1.00"})"},
        {"quote.bound", R"({"quote_id":"a",)" + bound + R"("12,50"})"},
        {"quote.bound", R"({"quote_id":"a",)" + bound + R"("NaN"})"},
        {"quote.bound", R"({"quote_id":"a",)" + bound + "1e99}"},
        {"quote.bound", R"({"quote_id":"a",)" + bound + "1e15000}"},
        {"quote.bound", R"({"quote_id":"a",)" + bound + "1000000000000000.01}"},
        {"quote.bound", R"({"quote_id":"a",)" + bound + "0.0000001}"},
        {"quote.bound", R"({"quote_id":"a",)" + bound + "true}"},
        {"risk.scored", R"({"quote_id":"a","score":1})"},
        {"risk.scored", R"({"quote_id":"a","tier":[]})"},
        {"risk.scored", R"({"quote_id":"a","tier":"1","referred":1})"},
    };
    Folding on;
    const std::string before = on.metrics.dashboard(DashboardType::kGeneral, kNoon);
    for (std::size_t i = 0; i < events.size(); ++i) {
        on.raw(events[i].first, events[i].second, kNoon);
        EXPECT_EQ(on.metrics.counts().malformed, i + 1) << events[i].second;
    }
    EXPECT_EQ(on.metrics.dashboard(DashboardType::kGeneral, kNoon), before);
    EXPECT_EQ(on.metrics.last_sequence(), events.size());
}

TEST(HostileEvents, OfImpossibleTimesOrSequencesAreMalformed) {
    Folding on;
    for (const std::int64_t at_ms : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::max(),
                                     std::numeric_limits<std::int64_t>::min()}) {
        on.created("a", at_ms);
    }
    DomainEvent event;
    event.name = "quote.created";
    event.data = R"({"quote_id":"a"})";
    event.at_ms = kNoon;
    event.sequence = std::numeric_limits<std::uint64_t>::max();
    on.metrics.fold(event);
    EXPECT_EQ(on.metrics.counts().malformed, 5U);
    EXPECT_EQ(on.metrics.last_sequence(), 4U);
}

TEST(HostileEvents, AmountsAtTheBoundStayExact) {
    Folding on;
    for (int i = 0; i < 100; ++i) on.bound("q" + std::to_string(i), kNoon, "999999999999999.999999");
    EXPECT_EQ(on.shown(kNoon)["revenue"]["written_premium"], "99999999999999999.9999");
}

TEST(HostileEvents, OfOtherNamesAreIgnored) {
    Folding on;
    on.raw("lock.taken", "no json", kNoon);
    EXPECT_EQ(on.metrics.counts().ignored, 1U);
    EXPECT_EQ(on.metrics.last_sequence(), 1U);
}

TEST(HostileEvents, OfRandomBytesThrowNothing) {
    std::mt19937 random(3);
    Folding on;
    const std::string good =
        R"({"quote_id":"a","product":"home","state":"US-TX","currency":"USD","premium":"1.50","tier":"1"})";
    const std::string bytes = "\"{}[]:,\\u0-e.ntf\xC3\xBC";
    for (int i = 0; i < 50'000; ++i) {
        std::string data = good;
        for (unsigned change = 0; change <= random() % 4; ++change)
            data[random() % data.size()] = bytes[random() % bytes.size()];
        on.raw(std::string(name_of(static_cast<EventKind>(random() % kEventKinds))), data, kNoon + i);
    }
    EXPECT_EQ(on.metrics.counts().folded + on.metrics.counts().malformed, 50'000U);
    EXPECT_GT(on.metrics.counts().malformed, 1000U);
    EXPECT_TRUE(nlohmann::json::accept(on.metrics.dashboard(DashboardType::kSales, kNoon)));
    EXPECT_TRUE(Metrics::load(Options(), on.metrics.save()).ok());
}

}  // namespace
}  // namespace tidegate::analytics
