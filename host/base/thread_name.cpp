#include "base/thread_name.hpp"

#include <pthread.h>

namespace tidegate {

void name_thread(const std::string& name) {
    static constexpr std::size_t kKernelKeeps = 15;
    ::pthread_setname_np(::pthread_self(), name.substr(0, kKernelKeeps).c_str());
}

}  // namespace tidegate
