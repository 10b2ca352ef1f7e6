#pragma once

// What a port's outcome becomes on its way through the C ABI: bytes and a number. Value. [any-thread]

#include "base/buffer.hpp"

#include <cstdint>

namespace tidegate::plugin {

struct PortValue {
    BufferRef bytes;
    std::uint64_t number = 0;
};

}  // namespace tidegate::plugin
