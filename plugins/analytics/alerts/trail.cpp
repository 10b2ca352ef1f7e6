#include "trail.hpp"

namespace tidegate::analytics {

void Trail::note(OfficeHour at, double value, unsigned weeks) {
    hours_[{at.day, at.hour}] = value;
    hours_.erase(hours_.begin(), hours_.lower_bound({at.day - std::int64_t{7} * weeks, 0}));
}

std::optional<double> Trail::mean(OfficeHour at, unsigned weeks, unsigned min_weeks) const {
    double sum = 0;
    unsigned known = 0;
    for (unsigned back = 1; back <= weeks; ++back) {
        const auto found = hours_.find({at.day - std::int64_t{7} * back, at.hour});
        if (found == hours_.end()) continue;
        sum += found->second;
        ++known;
    }
    if (known == 0 || known < min_weeks) return std::nullopt;
    return sum / known;
}

}  // namespace tidegate::analytics
