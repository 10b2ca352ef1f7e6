#include "config/problem.hpp"

#include <algorithm>

namespace tidegate::config {

std::string to_text(const Problems& problems, const std::string& file) {
    Problems sorted = problems;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) { return a.line < b.line; });
    std::string out;
    for (const Problem& problem : sorted) {
        if (!out.empty()) out += '\n';
        out += file;
        if (problem.line > 0) out += ':' + std::to_string(problem.line);
        out += ": ";
        if (!problem.key.empty()) out += problem.key + ": ";
        out += problem.text;
    }
    return out;
}

}  // namespace tidegate::config
