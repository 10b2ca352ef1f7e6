#include "base/buffer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidegate {
namespace {

TEST(Buffer, CopiesItsContentAndPadsItWithZeros) {
    const auto buffer = Buffer::copy_of("premium");
    EXPECT_EQ(buffer->view(), "premium");
    for (std::size_t i = 0; i < Buffer::kPadding; ++i) EXPECT_EQ(buffer->data()[buffer->size() + i], '\0');
}

TEST(Buffer, HoldsNothingWhenEmpty) { EXPECT_TRUE(Buffer::copy_of("")->view().empty()); }

TEST(Buffer, LivesWhileAnyReferenceDoes) {
    BufferRef kept;
    {
        const auto buffer = Buffer::copy_of(std::string(1000, 'x'));
        kept = buffer;
    }
    EXPECT_EQ(kept->view(), std::string(1000, 'x'));
}

TEST(Buffer, CrossesAsARawReferenceAndComesBack) {
    auto buffer = Buffer::copy_of("bytes");
    Buffer* raw = buffer.release_to_c();
    EXPECT_FALSE(buffer);
    EXPECT_EQ(BufferRef::adopt(raw)->view(), "bytes");
}

}  // namespace
}  // namespace tidegate
