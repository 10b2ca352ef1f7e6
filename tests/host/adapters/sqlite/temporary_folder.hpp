#pragma once

// A folder that a test may fill, gone with the object.

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace tidegate {

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "tidegate-test-XXXXXX").string();
        if (!mkdtemp(name.data())) throw std::runtime_error("make a temporary folder");
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

}  // namespace tidegate
