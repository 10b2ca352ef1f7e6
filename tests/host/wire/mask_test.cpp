#include "wire/mask.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidegate {
namespace {

constexpr MaskKey kKey = {0x37, 0xFA, 0x21, 0x3D};

std::string masked_bytewise(std::string text) {
    for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(text[i] ^ kKey[i % 4]);
    return text;
}

TEST(Mask, EqualsTheDefinitionAtEverySizeAndAlignment) {
    for (std::size_t size = 0; size <= 40; ++size) {
        for (std::size_t offset = 0; offset < 8; ++offset) {
            std::string memory(offset + size, 'x');
            apply_mask(std::span(memory).subspan(offset), kKey);
            EXPECT_EQ(memory.substr(0, offset), std::string(offset, 'x'));
            EXPECT_EQ(memory.substr(offset), masked_bytewise(std::string(size, 'x')));
        }
    }
}

TEST(Mask, GoesOnInTheMiddleWithARotatedKey) {
    const std::string text = "the quick brown fox jumps over the lazy dog";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        std::string pieces = text;
        apply_mask(std::span(pieces).first(cut), kKey);
        apply_mask(std::span(pieces).subspan(cut), rotate_mask(kKey, cut));
        EXPECT_EQ(pieces, masked_bytewise(text)) << cut;
    }
}

}  // namespace
}  // namespace tidegate
