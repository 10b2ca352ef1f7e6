#include "runtime/data_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace tidegate::runtime {
namespace {

using testing::HasSubstr;

std::filesystem::path fresh_folder(const std::string& name) {
    const auto folder = std::filesystem::path(testing::TempDir()) / ("tidegate_" + name);
    std::filesystem::remove_all(folder);
    return folder;
}

TEST(DataFolder, IsCreatedAndLockedUntilItIsLeft) {
    const auto folder = fresh_folder("locked");
    {
        const auto first = DataFolder::open(folder / "deep");
        ASSERT_TRUE(first) << first.error();
        const auto second = DataFolder::open(folder / "deep");
        ASSERT_FALSE(second);
        EXPECT_THAT(second.error().text, HasSubstr("another host uses it"));
        EXPECT_THAT(second.error().text, HasSubstr((folder / "deep").string()));
    }
    EXPECT_TRUE(DataFolder::open(folder / "deep"));
}

TEST(DataFolder, SaysWhyItCannotBeMade) {
    const auto file = fresh_folder("file");
    std::ofstream(file) << "in the way";
    const auto opened = DataFolder::open(file / "data");
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().text, HasSubstr("data folder"));
}

}  // namespace
}  // namespace tidegate::runtime
