#pragma once

// Buffer: bytes behind one counted header, one allocation. Filled by its maker, immutable once shared. It is what the C
// ABI calls tg_buf, what a message is carried in, and what an encoded frame is. [any-thread once shared]
//
// kPadding readable bytes follow the content, so that simdjson may parse it in place.

#include "base/ref.hpp"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <string_view>

namespace tidegate {

class Buffer final : public RefCounted<Buffer> {
public:
    static constexpr std::size_t kPadding = 64;

    // Uninitialised content of `size` bytes, to be filled through data() before it is shared.
    static Ref<Buffer> make(std::size_t size) {
        void* memory = std::malloc(sizeof(Buffer) + size + kPadding);
        if (!memory) throw std::bad_alloc();
        auto* buffer = new (memory) Buffer(size);
        std::memset(buffer->data() + size, 0, kPadding);
        return Ref<Buffer>::adopt(buffer);
    }
    static Ref<Buffer> copy_of(std::string_view content) {
        auto buffer = make(content.size());
        if (!content.empty()) std::memcpy(buffer->data(), content.data(), content.size());
        return buffer;
    }
    static void destroy(Buffer* buffer) noexcept {
        buffer->~Buffer();
        std::free(buffer);
    }

    char* data() { return reinterpret_cast<char*>(this + 1); }
    const char* data() const { return reinterpret_cast<const char*>(this + 1); }
    std::size_t size() const { return size_; }
    std::string_view view() const { return {data(), size_}; }
    // For a maker that asked for more than it filled.
    void shrink(std::size_t size) { size_ = size; }

private:
    explicit Buffer(std::size_t size) : size_(size) {}
    ~Buffer() = default;
    friend class RefCounted<Buffer>;

    std::size_t size_;
};

using BufferRef = Ref<Buffer>;

}  // namespace tidegate
