#pragma once

// Loading a configuration: defaults, then the YAML file, then the environment, then the command line, then the rules
// between keys. Everything wrong is found at once, and a configuration with one fault is none: the caller keeps what it
// had. Not watching: whoever wants a new one loads again. [startup] [control]

#include "base/result.hpp"
#include "config/draft.hpp"
#include "config/settings.hpp"

#include <filesystem>
#include <string>

namespace tidegate::config {

struct Sources {
    std::filesystem::path file;
    Pairs environment;  // process_environment(), or a test's own
    Pairs arguments;    // by key: {"listen.address", "127.0.0.1:0"}; relative paths count from the working folder
};

// Every TIDEGATE_… variable of this process.
Pairs process_environment();

// The error's text has a line for each problem.
Result<Settings> load(const Sources& sources);

// The same from a text; `name` is what problems call the file, `folder` what relative paths count from.
Result<Settings> load_text(const std::string& text, const std::string& name, const std::filesystem::path& folder,
                           const Pairs& environment = {}, const Pairs& arguments = {});

}  // namespace tidegate::config
