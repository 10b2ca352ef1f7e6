#include "runtime/loop_group.hpp"

#include "base/thread_name.hpp"

#include <latch>

namespace tidegate::runtime {

LoopGroup::LoopGroup(std::size_t count, const Clock& clock) {
    for (std::size_t index = 0; index < count; ++index)
        loops_.push_back(std::make_unique<net::EventLoop>(static_cast<unsigned>(index), clock));
}

LoopGroup::~LoopGroup() { stop_and_join(); }

void LoopGroup::start() {
    for (unsigned index = 0; index < loops_.size(); ++index) {
        threads_.emplace_back([index, loop = loops_[index].get()] {
            name_thread("loop-" + std::to_string(index));
            loop->run();
        });
    }
}

void LoopGroup::stop_and_join() {
    for (auto& loop : loops_) loop->stop();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

void LoopGroup::on_each_and_wait(const std::function<void(std::size_t)>& body) {
    std::latch done(static_cast<std::ptrdiff_t>(loops_.size()));
    for (std::size_t index = 0; index < loops_.size(); ++index) {
        loops_[index]->post([&body, &done, index] {
            body(index);
            done.count_down();
        });
    }
    done.wait();
}

}  // namespace tidegate::runtime
