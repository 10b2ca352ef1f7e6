#include "plugin/elf_image.hpp"

#include "plugin/manifest.hpp"
#include "tests/host/plugin/harness.hpp"

namespace tidegate::plugin {
namespace {

using testing::bytes_of;
using testing::image_of;

TEST(ElfImage, FindsTheManifestOfASoundImage) {
    const auto bytes = bytes_of(image_of("good_a"));
    const auto image = ElfImage::check(bytes);
    ASSERT_TRUE(image) << image.error().text;
    const auto section = image->section(kManifestSection);
    ASSERT_TRUE(section) << section.error().text;
    EXPECT_EQ(section->front(), '{');
    EXPECT_TRUE(parse_manifest(*section));
    EXPECT_EQ(image->section(".nothing").error().code, Errc::kNotFound);
}

TEST(ElfImage, RefusesWhatIsNoSharedObject) {
    EXPECT_FALSE(ElfImage::check(""));
    EXPECT_FALSE(ElfImage::check("#!/bin/sh\n"));
    EXPECT_FALSE(ElfImage::check(std::string(4096, 'x')));
    EXPECT_FALSE(ElfImage::check(std::string(4096, '\0')));
}

TEST(ElfImage, RefusesEveryTruncation) {
    const auto bytes = bytes_of(image_of("good_a"));
    std::vector<std::size_t> cuts = ElfImage::check(bytes)->boundaries();
    for (std::size_t cut = 0; cut < bytes.size(); cut += 97) cuts.push_back(cut);
    for (const auto boundary : std::vector<std::size_t>(cuts)) {
        cuts.push_back(boundary + 1);
        if (boundary > 0) cuts.push_back(boundary - 1);
    }
    int refused = 0;
    for (const auto cut : cuts) {
        if (cut >= bytes.size()) continue;
        EXPECT_FALSE(ElfImage::check(std::string_view(bytes).substr(0, cut))) << "cut at " << cut;
        ++refused;
    }
    RecordProperty("truncations", refused);
    EXPECT_GT(refused, 200);
}

TEST(ElfImage, SurvivesAnyByteOfItsHeadersBeingAnother) {
    auto bytes = bytes_of(image_of("good_a"));
    const auto headers = std::min<std::size_t>(bytes.size(), 64 + 56 * 12);
    int refused = 0;
    for (std::size_t at = 0; at < headers; ++at) {
        for (const char value : {'\0', '\x7f', '\xff'}) {
            const char before = std::exchange(bytes[at], value);
            const auto image = ElfImage::check(bytes);
            if (image)
                (void)image->section(kManifestSection);
            else
                ++refused;
            bytes[at] = before;
        }
    }
    EXPECT_GT(refused, 20);
}

}  // namespace
}  // namespace tidegate::plugin
