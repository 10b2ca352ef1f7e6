#include <gtest/gtest.h>

#include "metrics/metrics.hpp"

namespace tidegate::analytics {
namespace {

TEST(Options, OfAZoneOrACurrencyThatIsNoneAreRefused) {
    Options zone;
    zone.zone = "Mars/Olympus";
    const auto metrics = Metrics::create(zone);
    ASSERT_FALSE(metrics.ok());
    EXPECT_NE(metrics.text().find("Mars/Olympus"), std::string::npos);
    Options currency;
    currency.currency = "other";
    EXPECT_FALSE(Metrics::create(currency).ok());
}

}  // namespace
}  // namespace tidegate::analytics
