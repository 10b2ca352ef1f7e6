// How the values of a dashboard are written: what has no value is null, counts are integers, amounts are texts.
// Thread rule: [any-thread], pure functions.
#pragma once

#include <tidegate/json/writer.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "cohort.hpp"
#include "feed.hpp"
#include "names.hpp"
#include "revenue.hpp"
#include "sketch.hpp"
#include "tally.hpp"
#include "time_zone/zone.hpp"

namespace tidegate::analytics {

using time_zone::Zone;

std::string seconds_text(std::optional<std::int64_t> ms);  // 1.234, null
std::string mean_seconds_text(const Sketch& sketch);
std::string fixed_text(std::optional<double> value);  // four decimals

void write_counts(tg::json::Writer& out, const Names& names, const Tally& tally);  // without zeros
void write_shares(tg::json::Writer& out, const Names& names, const Tally& tally);
void write_amounts(tg::json::Writer& out, const Names& names, const std::map<NameId, Premiums>& premiums);
void write_durations(tg::json::Writer& out, const Sketch& sketch);
void write_ratios(tg::json::Writer& out, const Cohort& cohort);  // members of an open object
void write_feed(tg::json::Writer& out, const Feed& feed, const Zone& zone);

}  // namespace tidegate::analytics
