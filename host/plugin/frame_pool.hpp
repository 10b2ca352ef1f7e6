#pragma once

// Memory for plugins' coroutine frames: free lists per thread, in classes of 128 bytes up to 8 KiB, of which each keeps
// at most 256 KiB. The host owns it, so it survives every plugin. A block may be freed on another thread than it came
// from. [any-thread]

#include <cstddef>

namespace tidegate::plugin {

void* allocate_frame(std::size_t size);  // null when memory is out
void free_frame(void* block, std::size_t size);

}  // namespace tidegate::plugin
