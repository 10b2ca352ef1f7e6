#include "dashboard_parts.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace tidegate::analytics {
namespace {

using tg::json::Writer;

// By name, so that one state always has one text.
std::vector<NameId> sorted(const Names& names) {
    std::vector<NameId> ids(names.all().size());
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<NameId>(i);
    std::sort(ids.begin(), ids.end(), [&](NameId a, NameId b) { return names.text(a) < names.text(b); });
    return ids;
}

void text_member(Writer& out, std::string_view name, const std::string& text) {
    if (!text.empty()) out.member(name, text);
}

}  // namespace

std::string seconds_text(std::optional<std::int64_t> ms) {
    return ms ? rating::Decimal::from_parts(*ms, 3).to_string() : "null";
}

std::string mean_seconds_text(const Sketch& sketch) {
    if (sketch.count() == 0) return "null";
    return seconds_text(static_cast<std::int64_t>(
        rating::divide_rounded(sketch.sum_ms(), rating::Int128{sketch.count()}, rating::RoundingMode::kHalfUp)));
}

std::string fixed_text(std::optional<double> value) {
    if (!value) return "null";
    char out[64];
    std::snprintf(out, sizeof(out), "%.4f", *value + 0.0);
    return out;
}

void write_counts(Writer& out, const Names& names, const Tally& tally) {
    out.begin_object();
    for (const NameId id : sorted(names)) {
        if (tally.of(id) != 0) out.member(names.text(id), tally.of(id));
    }
    out.end_object();
}

void write_shares(Writer& out, const Names& names, const Tally& tally) {
    const std::int64_t total = tally.total();
    out.begin_object();
    for (const NameId id : sorted(names)) {
        if (tally.of(id) != 0) out.raw_member(names.text(id), ratio_text(tally.of(id), total));
    }
    out.end_object();
}

void write_amounts(Writer& out, const Names& names, const std::map<NameId, Premiums>& premiums) {
    out.begin_object();
    for (const NameId id : sorted(names)) {
        const auto known = premiums.find(id);
        if (known != premiums.end()) out.member(names.text(id), amount_text(known->second.written));
    }
    out.end_object();
}

void write_durations(Writer& out, const Sketch& sketch) {
    out.begin_object().member("count", sketch.count());
    out.raw_member("p50", seconds_text(sketch.quantile_ms(500)));
    out.raw_member("p90", seconds_text(sketch.quantile_ms(900)));
    out.raw_member("p99", seconds_text(sketch.quantile_ms(990))).end_object();
}

void write_ratios(Writer& out, const Cohort& cohort) {
    out.member("submitted", cohort.submitted).member("quoted", cohort.quoted).member("bound", cohort.bound);
    out.member("declined", cohort.declined).member("referred", cohort.referred);
    out.raw_member("hit_ratio", ratio_text(cohort.bound, cohort.quoted));
    out.raw_member("quote_ratio", ratio_text(cohort.quoted, cohort.submitted));
    out.raw_member("bind_ratio", ratio_text(cohort.bound, cohort.submitted));
    out.raw_member("declination_rate", ratio_text(cohort.declined, cohort.submitted));
    out.raw_member("referral_rate", ratio_text(cohort.referred, cohort.submitted));
}

void write_feed(Writer& out, const Feed& feed, const Zone& zone) {
    out.begin_array();
    for (auto at = feed.oldest_first().rbegin(); at != feed.oldest_first().rend(); ++at) {
        out.begin_object().member("sequence", at->sequence).member("type", name_of(at->kind));
        out.member("timestamp", zone.text(at->at_ms)).member("quote_id", at->quote_id);
        text_member(out, "user_id", at->user);
        text_member(out, "state", at->state);
        text_member(out, "product", at->product);
        text_member(out, "detail", at->detail);
        out.end_object();
    }
    out.end_array();
}

}  // namespace tidegate::analytics
