#include "config/suggestion.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace tidegate::config {
namespace {

// Levenshtein, with one row.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t swapped = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = std::exchange(row[j + 1], std::min({row[j] + 1, row[j + 1] + 1, swapped}));
        }
    }
    return row[b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view given, const std::vector<std::string>& known) {
    if (given.size() > 64) return {};
    const std::string* nearest = nullptr;
    std::size_t least = std::max<std::size_t>(2, given.size() / 3) + 1;
    for (const std::string& name : known) {
        const std::size_t steps = distance(given, name);
        if (steps >= least || steps >= name.size()) continue;
        least = steps;
        nearest = &name;
    }
    return nearest ? " (did you mean '" + *nearest + "'?)" : std::string();
}

}  // namespace tidegate::config
