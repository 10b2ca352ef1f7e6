#include "rating/catalog.hpp"

#include <gtest/gtest.h>

#include "rating_fixture.hpp"

namespace tidegate::rating {
namespace {

using testing::day;
using testing::homeowners_json;

std::shared_ptr<const Manual> edition(const std::string& name, const std::string& from, const std::string& until,
                                      const std::string& state = "US-TX") {
    nlohmann::json json = homeowners_json();
    json["manual"]["edition"] = name;
    json["manual"]["effective"] = {{"from", from}};
    if (!until.empty()) json["manual"]["effective"]["until"] = until;
    json["manual"]["jurisdictions"] = {state};
    const ManualLoad load = Manual::load(json.dump());
    EXPECT_TRUE(load.manual) << load.text();
    return load.manual;
}

TEST(ManualCatalog, ChoosesByTheEffectiveDateNotTheDayOfTheQuote) {
    ManualCatalog catalog;
    EXPECT_FALSE(catalog.add(edition("old", "2000-01-01", "2020-01-01")));
    EXPECT_FALSE(catalog.add(edition("new", "2020-01-01", "")));
    EXPECT_EQ(catalog.choose("home", "US-TX", day("2019-12-31")).manual->edition, "old");
    EXPECT_EQ(catalog.choose("home", "US-TX", day("2020-01-01")).manual->edition, "new");
    EXPECT_EQ(catalog.newest_of("home")->edition, "new");
    EXPECT_EQ(catalog.newest_of("auto"), nullptr);
}

TEST(ManualCatalog, SaysWhyEachEditionWasNotChosen) {
    ManualCatalog catalog;
    EXPECT_FALSE(catalog.add(edition("old", "2000-01-01", "2020-01-01")));
    EXPECT_FALSE(catalog.add(edition("next", "2030-01-01", "")));
    EXPECT_FALSE(catalog.add(edition("il", "2000-01-01", "", "US-IL")));
    const ManualChoice none = catalog.choose("home", "US-TX", day("2026-01-01"));
    EXPECT_EQ(none.manual, nullptr);
    ASSERT_EQ(none.considered.size(), 3U);
    EXPECT_EQ(none.considered[0].reason, "was effective until 2020-01-01");
    EXPECT_EQ(none.considered[1].reason, "is effective only from 2030-01-01");
    EXPECT_EQ(none.considered[2].reason, "does not cover US-TX");
    EXPECT_EQ(catalog.choose("auto", "US-TX", day("2026-01-01")).considered[0].reason, "is for product home");
}

TEST(ManualCatalog, RefusesEditionsThatOverlapOrRepeat) {
    ManualCatalog catalog;
    EXPECT_FALSE(catalog.add(edition("a", "2000-01-01", "")));
    EXPECT_EQ(catalog.add(edition("b", "2010-01-01", "2011-01-01")),
              "manual HO-WGIC b overlaps in time with HO-WGIC a");
    EXPECT_EQ(catalog.add(edition("a", "1990-01-01", "1991-01-01")), "manual HO-WGIC a is already in the catalog");
    EXPECT_FALSE(catalog.add(edition("c", "1990-01-01", "2000-01-01")));
    EXPECT_FALSE(catalog.add(edition("d", "2000-01-01", "", "US-IL")));
}

}  // namespace
}  // namespace tidegate::rating
