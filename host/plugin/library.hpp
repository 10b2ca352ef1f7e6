#pragma once

// Library: one loaded image and its checked entry table; the only owner of that mapping. Opens a private path that no
// other generation uses. The mapping goes with the object, unless it was abandoned. [control]

#include "base/result.hpp"

#include <tidegate/abi/plugin.h>

#include <filesystem>
#include <memory>

namespace tidegate::plugin {

struct Manifest;

class Library {
public:
    // Errors carry the linker's own text.
    static Result<Library> open(const std::filesystem::path& path, const Manifest& manifest);

    Library(Library&&) noexcept;
    Library& operator=(Library&&) noexcept;
    ~Library();

    const tg_entry& entry() const { return *entry_; }
    // Unmaps now; false when the image is still mapped after that (something pins it).
    bool close();
    // Never unmaps: something of this image may still run.
    void abandon();

    static bool is_mapped(const std::filesystem::path& path);

private:
    struct Handle;
    Library();

    std::unique_ptr<Handle> handle_;
    const tg_entry* entry_ = nullptr;
};

}  // namespace tidegate::plugin
