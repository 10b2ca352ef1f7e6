#pragma once

// Simulation: one seeded run of several people editing one or two quotes on the real plugins: what they do, in which
// order everything then happens, and whether what must hold did. The same seed gives the same run. One thread.

#include "tests/simulation/checks.hpp"
#include "tests/simulation/participant.hpp"

#include <tidegate/testing/host.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace tidegate::simulation {

struct Plugins {
    std::string quote, collaboration;  // files
    std::string quote_config;
};

// What the harness does wrong on purpose, to prove that the checks see it.
enum class Fault { kNone, kLosesAnEvent, kSwallowsAnEdit, kLosesAnAnswer };

struct Plan {
    std::uint64_t seed = 1;
    unsigned actions = 150;
    Fault fault = Fault::kNone;
    bool verbose = false;
};

struct Outcome {
    Problems problems;
    std::map<std::string, unsigned> counts;  // what happened how often
};

class Simulation {
public:
    Simulation(const Plugins& plugins, const Plan& plan);
    Outcome run();

private:
    void people();
    void act();
    void act_of(Participant& who);
    void edit(Participant& who);
    void update(Participant& who);
    void speak(Participant& who);
    void lock(Participant& who);
    void disturb();
    void go_on();
    void watch();
    void let_time_pass(std::int64_t ms);
    void settle();
    void check_end();
    void check_quote(const std::string& quote);
    void check_presence(const std::string& quote, bool empty);
    void everybody_leaves();

    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
    bool chance(unsigned percent) { return below(100) < percent; }
    template <class List>
    const auto& one_of(const List& list) {
        return list[below(list.size())];
    }
    std::string mark() { return "m" + std::to_string(++marks_); }
    Json value_for(const std::string& field, const std::string& mark) const;
    std::set<std::string> present(const std::string& quote) const;

    const Plugins& plugins_;
    const Plan plan_;
    std::mt19937_64 random_;
    tg::testing::Host host_;
    Journal journal_;
    std::vector<std::string> quotes_;
    std::vector<std::unique_ptr<Participant>> participants_;
    std::map<std::string, std::unique_ptr<Participant>> observers_;  // by quote; told everything, say nothing
    std::vector<std::string> saved_versions_;
    std::uint64_t marks_ = 0;
    std::uint64_t newest_token_ = 0;
    static constexpr std::int64_t kLongestHoldMs = 4'000;
    bool held_ = false;
    std::int64_t held_ms_ = 0;  // since it is held
    Outcome outcome_;
};

}  // namespace tidegate::simulation
