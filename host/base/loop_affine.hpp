#pragma once

// LoopAffine: remembers the thread that may touch its owner and ends the process when another does. Costs nothing in
// release builds. The owner binds it on the thread that will own it for life.

#include "base/assert.hpp"

#include <thread>

namespace tidegate {

class LoopAffine {
public:
    void bind() { owner_ = std::this_thread::get_id(); }
    void assert_here() const {
#ifndef NDEBUG
        TG_ASSERT(owner_ == std::thread::id{} || owner_ == std::this_thread::get_id(), "touched off its loop");
#endif
    }

private:
    std::thread::id owner_{};
};

}  // namespace tidegate
