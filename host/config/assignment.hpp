#pragma once

// One given value put into its field, or what was expected instead. The same for YAML, environment and command line.
// Reads the file that a secret names; nothing else touches the disk. [any-thread]

#include "config/field.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tidegate::config {

struct Given {
    std::vector<std::string> texts = {};  // one, or a list's
    bool list = false;
    bool quoted = false;                // a quoted "1" is a text, not a number
    std::filesystem::path folder = {};  // that a relative path counts from
};

// Nothing: it was right. Otherwise a sentence for the person who gave it; a secret is never repeated.
std::optional<std::string> assign(const FieldInfo& field, const Slot& slot, const Given& given);

// The value as the configuration would write it: "127.0.0.1:8080", "32MiB", "[a, b]". A secret is "(secret)".
std::string show(const FieldInfo& field, const Slot& slot);

}  // namespace tidegate::config
