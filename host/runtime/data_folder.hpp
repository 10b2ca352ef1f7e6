#pragma once

// DataFolder: the folder of one host, created when missing and locked for as long as this object lives, so that a
// second host on it fails loudly. [startup]

#include "base/result.hpp"
#include "net/file_descriptor.hpp"

#include <filesystem>

namespace tidegate::runtime {

class DataFolder {
public:
    static Result<DataFolder> open(const std::filesystem::path& folder);

    const std::filesystem::path& path() const { return path_; }

private:
    DataFolder(std::filesystem::path path, net::FileDescriptor lock) : path_(std::move(path)), lock_(std::move(lock)) {}

    std::filesystem::path path_;
    net::FileDescriptor lock_;
};

}  // namespace tidegate::runtime
