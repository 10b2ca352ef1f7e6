#pragma once

// What differs between two configurations, key by key, with how each takes effect. Pure. [any-thread]

#include "config/field.hpp"
#include "config/settings.hpp"

#include <string>
#include <vector>

namespace tidegate::config {

struct Change {
    std::string key;  // "listen.loops", "features.quote.config", "features.echo" (came or went)
    Mark mark = Mark::kRestart;
    std::string before, after;  // a secret shows as (secret)
};

std::vector<Change> changes(const Settings& running, const Settings& next);

}  // namespace tidegate::config
