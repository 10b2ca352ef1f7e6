// The committed reference is what the field table generates; TIDEGATE_UPDATE_GOLDEN=1 rewrites it.

#include "config/reference.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace tidegate::config {
namespace {

void expect_committed(const std::string& name, const std::string& generated) {
    const auto file = std::string(TIDEGATE_ROOT "/") + name;
    if (std::getenv("TIDEGATE_UPDATE_GOLDEN")) std::ofstream(file) << generated;
    std::ifstream in(file);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), generated) << name << " is out of date: make docs";
}

TEST(Reference, IsCommittedAsYaml) { expect_committed("config/tidegate.yaml", reference_yaml()); }
TEST(Reference, IsCommittedAsMarkdown) { expect_committed("docs/config.md", reference_markdown()); }

}  // namespace
}  // namespace tidegate::config
