#pragma once

// Overrides: what an operator enabled or disabled by hand, kept in the data folder. An override is void once the
// configuration's own value is another than it was at that time. [control]

#include "base/result.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace tidegate::plugin {

class Overrides {
public:
    explicit Overrides(std::filesystem::path file) : file_(std::move(file)) {}

    // No file is no override.
    Result<void> load();
    // Nothing when there is none, or it is void.
    std::optional<bool> find(const std::string& id, bool configured) const;
    Result<void> set(const std::string& id, bool enabled, bool configured);

private:
    struct Override {
        bool enabled;
        bool configured;
    };
    const std::filesystem::path file_;
    std::map<std::string, Override> all_;
};

}  // namespace tidegate::plugin
