// Writes the configuration's documentation into a source tree: config_reference ROOT.

#include "config/reference.hpp"

#include <cstdio>
#include <fstream>
#include <string>

namespace {

bool write(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file) std::fprintf(stderr, "write '%s' failed\n", path.c_str());
    return static_cast<bool>(file);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: config_reference ROOT\n");
        return 2;
    }
    const std::string root = argv[1];
    const bool yaml = write(root + "/config/tidegate.yaml", tidegate::config::reference_yaml());
    const bool markdown = write(root + "/docs/config.md", tidegate::config::reference_markdown());
    return yaml && markdown ? 0 : 1;
}
