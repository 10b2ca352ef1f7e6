#pragma once

// PrivateCopies: the images that are really loaded. A file of the plugin folder is read once into memory, checked
// there, and written to a path of its own per generation, so that nobody overwrites what is mapped and the linker never
// mistakes a new file for an old one. Empties its folder when it is made. [control]

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace tidegate::plugin {

struct FileImage {
    std::string bytes;
    std::string hash;  // SHA-256 in hexadecimal
};

// "read plugin '/…/quote.so': …"
Result<FileImage> read_image(const std::filesystem::path& file);

class PrivateCopies {
public:
    // Throws when the folder cannot be made. [startup]
    explicit PrivateCopies(std::filesystem::path folder);

    // folder/<id>/<hash>.<generation>.so, complete on disk before it has that name.
    Result<std::filesystem::path> write(std::string_view id, const FileImage& image, std::uint64_t generation);
    void remove(const std::filesystem::path& copy);

private:
    const std::filesystem::path folder_;
};

}  // namespace tidegate::plugin
