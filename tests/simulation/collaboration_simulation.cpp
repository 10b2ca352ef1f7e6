// collaboration_simulation --seeds N [--first N] [--actions N] [--verbose]: runs seeded schedules of people editing
// quotes on the real plugins. Exit 1 when something that must hold does not, with the command that does it again.

#include "tests/simulation/simulation.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

namespace {

using tidegate::simulation::Outcome;
using tidegate::simulation::Plan;
using tidegate::simulation::Plugins;
using tidegate::simulation::Simulation;

struct Arguments {
    std::uint64_t seeds = 20;
    std::uint64_t first = 1;
    Plan plan;
};

bool read_arguments(int count, char** words, Arguments& arguments) {
    for (int i = 1; i < count; ++i) {
        const std::string_view word = words[i];
        if (word == "--verbose") {
            arguments.plan.verbose = true;
            continue;
        }
        if (++i == count) return false;
        const auto number = std::strtoull(words[i], nullptr, 10);
        if (word == "--seeds")
            arguments.seeds = number;
        else if (word == "--first")
            arguments.first = number;
        else if (word == "--actions")
            arguments.plan.actions = static_cast<unsigned>(number);
        else
            return false;
    }
    return true;
}

Outcome run(const Plugins& plugins, const Plan& plan) {
    try {
        return Simulation(plugins, plan).run();
    } catch (const std::exception& error) {
        Outcome outcome;
        outcome.problems.push_back(std::string("thrown: ") + error.what());
        return outcome;
    }
}

}  // namespace

int main(int count, char** words) {
    Arguments arguments;
    if (!read_arguments(count, words, arguments)) {
        std::fprintf(stderr, "collaboration_simulation --seeds N [--first N] [--actions N] [--verbose]\n");
        return 2;
    }
    const Plugins plugins{QUOTE_SO, COLLABORATION_SO, "{\"manuals\":\"" QUOTE_MANUALS "\"}"};
    std::map<std::string, unsigned> totals;
    unsigned failed = 0;
    for (auto seed = arguments.first; seed < arguments.first + arguments.seeds; ++seed) {
        Plan plan = arguments.plan;
        plan.seed = seed;
        const Outcome outcome = run(plugins, plan);
        for (const auto& [what, often] : outcome.counts) totals[what] += often;
        if (plan.verbose || !outcome.problems.empty())
            std::printf("seed %llu: %zu problems\n", static_cast<unsigned long long>(seed), outcome.problems.size());
        for (const auto& problem : outcome.problems) std::printf("  %s\n", problem.c_str());
        if (outcome.problems.empty()) continue;
        ++failed;
        std::printf("again: %s --seeds 1 --first %llu --actions %u --verbose\n", words[0],
                    static_cast<unsigned long long>(seed), plan.actions);
        std::fflush(stdout);
    }
    std::printf("%llu seeds, %u failed;", static_cast<unsigned long long>(arguments.seeds), failed);
    for (const auto& [what, often] : totals) std::printf(" %s %u", what.c_str(), often);
    std::printf("\n");
    return failed == 0 ? 0 : 1;
}
