#pragma once

// thread_name: what ps, top, gdb and perf show for a thread, so that an operator sees which part of the host works.

#include <string>

namespace tidegate {

// Of the calling thread; the kernel keeps 15 bytes.
void name_thread(const std::string& name);

}  // namespace tidegate
