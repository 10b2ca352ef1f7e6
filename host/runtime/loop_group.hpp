#pragma once

// LoopGroup: event loops with their threads. Loops outlive their threads: what others still post is dropped.

#include "base/clock.hpp"
#include "net/event_loop.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace tidegate::runtime {

class LoopGroup {
public:
    // Throws std::system_error when the kernel gives no epoll set. [startup]
    LoopGroup(std::size_t count, const Clock& clock);
    ~LoopGroup();  // stops and joins

    void start();
    void stop_and_join();

    std::size_t size() const { return loops_.size(); }
    net::EventLoop& loop(std::size_t index) { return *loops_[index]; }
    // Runs `body(index)` on every loop and returns when all have. Not from a loop. [control]
    void on_each_and_wait(const std::function<void(std::size_t)>& body);

private:
    std::vector<std::unique_ptr<net::EventLoop>> loops_;
    std::vector<std::thread> threads_;
};

}  // namespace tidegate::runtime
