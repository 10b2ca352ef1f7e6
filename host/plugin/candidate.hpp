#pragma once

// Candidate: a plugin file that was read and verified, not loaded. Making it a generation loads it, configures it, lets
// it check itself and starts it, while whatever served before serves on. [control]

#include "plugin/generation.hpp"
#include "plugin/manifest.hpp"
#include "plugin/private_copy.hpp"
#include "plugin/status_book.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace tidegate::plugin {

struct Candidate {
    FileImage image;
    Manifest manifest;
};

// Bounds and manifest; what it names must be what this host has.
Result<Candidate> verify(FileImage image);

class Preparation {
public:
    Preparation(PrivateCopies& copies, StatusBook& book) : copies_(copies), book_(book) {}

    // A started generation that nothing points to yet. On failure nothing of it is left, mapped or on disk, and the
    // status of the generation has the reason.
    Result<std::unique_ptr<Generation>> make(Slot& slot, std::uint64_t number, const Candidate& candidate,
                                             const std::string& config_json);
    // The end of a started generation that never served, or does not any more. False: its image is still mapped.
    bool discard(std::unique_ptr<Generation> generation, bool keep_image);

private:
    Result<void> bring_up(Generation& generation, const std::string& config_json);

    PrivateCopies& copies_;
    StatusBook& book_;
};

}  // namespace tidegate::plugin
