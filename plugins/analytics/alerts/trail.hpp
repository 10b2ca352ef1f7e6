// Trail: what a metric was in each hour of the last weeks, to compare with. The last value of an hour stands for it.
// Not here: time zones. Days and hours are those of the office, given by the caller.
// Thread rule: one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace tidegate::analytics {

// An hour in the office's zone: days since 1970-01-01 there, and 0 to 23.
struct OfficeHour {
    std::int64_t day = 0;
    int hour = 0;
};

class Trail {
public:
    using Hour = std::pair<std::int64_t, int>;

    void note(OfficeHour at, double value, unsigned weeks);
    // Over the same hour of the same weekday in the `weeks` before, when at least `min_weeks` of them are known.
    std::optional<double> mean(OfficeHour at, unsigned weeks, unsigned min_weeks) const;

    const std::map<Hour, double>& hours() const { return hours_; }
    void restore(OfficeHour at, double value) { hours_[{at.day, at.hour}] = value; }

private:
    std::map<Hour, double> hours_;
};

}  // namespace tidegate::analytics
