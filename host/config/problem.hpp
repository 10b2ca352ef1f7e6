#pragma once

// Problem: one thing wrong with a configuration, for a person to mend. Values.

#include <string>
#include <vector>

namespace tidegate::config {

struct Problem {
    int line = 0;     // 0: not in the file
    std::string key;  // "listen.loops"; an environment variable's name; empty: the file as a whole
    std::string text;
};

using Problems = std::vector<Problem>;

// "config/dev.yaml:12: listen.loops: expected …", one line each, in the file's order.
std::string to_text(const Problems& problems, const std::string& file);

}  // namespace tidegate::config
