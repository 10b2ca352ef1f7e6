#include "manuals.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace tidegate::quote {
namespace {

namespace fs = std::filesystem;

const std::string kShipped = std::string(QUOTE_SOURCE_ROOT) + "/plugins/quote/manuals";

class Manuals : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "quote-manuals-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    void TearDown() override { fs::remove_all(folder_); }
    void put(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
    fs::path folder_;
};

TEST_F(Manuals, ThatShipAreLoadedAndComeOutAsTheySay) {
    const LoadedManuals loaded = load_manuals(kShipped);
    ASSERT_TRUE(loaded.catalog) << loaded.refusal;
    EXPECT_GE(loaded.catalog->manuals().size(), 1u);
    EXPECT_EQ(check_manuals(*loaded.catalog), "");
}

TEST_F(Manuals, AreRefusedWithEveryReason) {
    put("a.json", "{");
    put("b.json", "{}");
    put("notes.txt", "not a manual");
    const LoadedManuals loaded = load_manuals(folder_.string());
    EXPECT_FALSE(loaded.catalog);
    EXPECT_NE(loaded.refusal.find("a.json"), std::string::npos) << loaded.refusal;
    EXPECT_NE(loaded.refusal.find("b.json"), std::string::npos) << loaded.refusal;
    EXPECT_EQ(loaded.refusal.find("notes.txt"), std::string::npos);
}

TEST_F(Manuals, AreRefusedWhenTwoEditionsOverlap) {
    fs::copy_file(kShipped + "/ho-wgic.json", folder_ / "a.json");
    fs::copy_file(kShipped + "/ho-wgic.json", folder_ / "b.json");
    const LoadedManuals loaded = load_manuals(folder_.string());
    EXPECT_FALSE(loaded.catalog);
    EXPECT_NE(loaded.refusal.find("b.json"), std::string::npos) << loaded.refusal;
}

TEST_F(Manuals, MustBeThere) {
    EXPECT_NE(load_manuals(folder_.string()).refusal.find("no manual"), std::string::npos);
    EXPECT_NE(load_manuals((folder_ / "absent").string()).refusal.find("read the folder"), std::string::npos);
}

}  // namespace
}  // namespace tidegate::quote
